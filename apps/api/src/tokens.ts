// Issues and checks access tokens: one audience for people, another for services, so that neither opens the other's door.
import { errors, type JWTPayload, jwtVerify, SignJWT } from 'jose'
import type { Clock } from './clock.ts'
import type { KeyRing } from './keys.ts'

/** Pinned: a token that names any other algorithm is refused before its signature is looked at. */
const ALGORITHM = 'EdDSA'
/** RFC 9068. */
const TOKEN_TYPE = 'at+jwt'
const AUDIENCE = { user: 'solar-api', service: 'solar-api/service' } as const

export interface TokenSettings {
  jwtIssuer: string
  /** Milliseconds. */
  accessTokenTtl: number
  serviceTokenTtl: number
  tokenLeeway: number
}

export interface UserClaims {
  userId: number
  role: string
  /** The refresh-token family; the session ends for access tokens as well when it is revoked. */
  sessionId: string
}

export interface ServiceClaims {
  clientId: string
  scopes: string[]
}

export const TOKEN_FAULTS = [
  'expired',
  'bad_signature',
  'unknown_key',
  'wrong_algorithm',
  'wrong_claims',
  'malformed',
] as const
export type TokenFault = (typeof TOKEN_FAULTS)[number]
export type Checked<T> = { kind: 'valid'; claims: T } | { kind: 'refused'; fault: TokenFault }

export interface Tokens {
  issueUser(claims: UserClaims): Promise<string>
  issueService(claims: ServiceClaims): Promise<string>
  checkUser(token: string): Promise<Checked<UserClaims>>
  checkService(token: string): Promise<Checked<ServiceClaims>>
}

export function createTokens(parts: { keys: KeyRing; clock: Clock; settings: TokenSettings }): Tokens {
  const { settings } = parts
  return {
    issueUser: ({ userId, role, sessionId }) =>
      issue(parts, AUDIENCE.user, String(userId), settings.accessTokenTtl, { role, sid: sessionId }),
    issueService: ({ clientId, scopes }) =>
      issue(parts, AUDIENCE.service, clientId, settings.serviceTokenTtl, { scope: scopes.join(' ') }),
    checkUser: async token => narrow(await check(parts, AUDIENCE.user, token), userClaims),
    checkService: async token => narrow(await check(parts, AUDIENCE.service, token), serviceClaims),
  }
}

type Parts = Parameters<typeof createTokens>[0]

async function issue(parts: Parts, audience: string, subject: string, ttlMs: number, claims: JWTPayload) {
  const { kid, privateKey } = parts.keys.signing()
  const nowS = Math.floor(parts.clock().getTime() / 1000)
  return new SignJWT(claims)
    .setProtectedHeader({ alg: ALGORITHM, typ: TOKEN_TYPE, kid })
    .setIssuer(parts.settings.jwtIssuer)
    .setAudience(audience)
    .setSubject(subject)
    .setIssuedAt(nowS)
    .setNotBefore(nowS)
    .setExpirationTime(nowS + Math.floor(ttlMs / 1000))
    .sign(privateKey)
}

async function check(parts: Parts, audience: string, token: string): Promise<Checked<JWTPayload>> {
  try {
    const { payload } = await jwtVerify(token, ({ kid }) => keyFor(parts.keys, kid), {
      algorithms: [ALGORITHM],
      typ: TOKEN_TYPE,
      issuer: parts.settings.jwtIssuer,
      audience,
      clockTolerance: Math.floor(parts.settings.tokenLeeway / 1000),
      currentDate: parts.clock(),
      requiredClaims: ['sub', 'iat', 'nbf', 'exp'],
    })
    return { kind: 'valid', claims: payload }
  } catch (error) {
    return { kind: 'refused', fault: faultOf(error) }
  }
}

function keyFor(keys: KeyRing, kid: string | undefined) {
  const key = keys.verifying(kid)
  if (key === null) throw new errors.JWKSNoMatchingKey()
  return key
}

/** Anything that is not an error of jose is a bug and must surface. */
function faultOf(error: unknown): TokenFault {
  if (error instanceof errors.JWTExpired) return 'expired'
  if (error instanceof errors.JWSSignatureVerificationFailed) return 'bad_signature'
  if (error instanceof errors.JWKSNoMatchingKey) return 'unknown_key'
  if (error instanceof errors.JOSEAlgNotAllowed) return 'wrong_algorithm'
  if (error instanceof errors.JWTClaimValidationFailed) return 'wrong_claims'
  if (error instanceof errors.JOSEError) return 'malformed'
  throw error
}

function narrow<T>(checked: Checked<JWTPayload>, read: (payload: JWTPayload) => T | null): Checked<T> {
  if (checked.kind === 'refused') return checked
  const claims = read(checked.claims)
  return claims === null ? { kind: 'refused', fault: 'wrong_claims' } : { kind: 'valid', claims }
}

function userClaims({ sub, role, sid }: JWTPayload): UserClaims | null {
  const userId = Number(sub)
  if (!Number.isSafeInteger(userId) || typeof role !== 'string' || typeof sid !== 'string') return null
  return { userId, role, sessionId: sid }
}

function serviceClaims({ sub, scope }: JWTPayload): ServiceClaims | null {
  if (typeof sub !== 'string' || typeof scope !== 'string') return null
  return { clientId: sub, scopes: scope.split(' ') }
}
