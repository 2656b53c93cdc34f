// Access tokens: claims, times with leeway, issuer, type and audience are all checked.
import { importJWK, type JWTPayload, SignJWT } from 'jose'
import { describe, expect, test } from 'vitest'
import { generateSigningKey, openKeyRing } from '../src/keys.ts'
import { createTokens } from '../src/tokens.ts'
import { openHarness } from './harness.ts'

const harness = await openHarness()
const jwk = await generateSigningKey()
const keys = await openKeyRing(await harness.writeKeys('tokens.json', [jwk]))
const settings = {
  jwtIssuer: 'solar-api',
  accessTokenTtl: 900_000,
  serviceTokenTtl: 600_000,
  tokenLeeway: 5_000,
}
const { clock } = harness
const tokens = createTokens({ keys, clock, settings })
const user = { userId: 7, role: 'user', sessionId: 'family' }

const claimsOf = (token: string) => JSON.parse(Buffer.from(token.split('.')[1]!, 'base64url').toString())

test('a user token carries who, until when, by whom, for whom', async () => {
  const token = await tokens.issueUser(user)
  const nowS = Math.floor(clock().getTime() / 1_000)
  expect(claimsOf(token)).toEqual({
    sub: '7',
    role: 'user',
    sid: 'family',
    iss: 'solar-api',
    aud: 'solar-api',
    iat: nowS,
    nbf: nowS,
    exp: nowS + 900,
  })
  expect(JSON.parse(Buffer.from(token.split('.')[0]!, 'base64url').toString())).toEqual({
    alg: 'EdDSA',
    typ: 'at+jwt',
    kid: jwk.kid,
  })
  expect(await tokens.checkUser(token)).toEqual({ kind: 'valid', claims: user })
})

test('tokens of users and services cannot be swapped', async () => {
  const service = await tokens.issueService({ clientId: 'collector', scopes: ['a:b', 'c:d'] })
  expect(await tokens.checkService(service)).toEqual({
    kind: 'valid',
    claims: { clientId: 'collector', scopes: ['a:b', 'c:d'] },
  })
  expect(await tokens.checkUser(service)).toEqual({ kind: 'refused', fault: 'wrong_claims' })
  expect(await tokens.checkService(await tokens.issueUser(user))).toEqual({
    kind: 'refused',
    fault: 'wrong_claims',
  })
})

test('expiry has the leeway and no more', async () => {
  const start = clock()
  const token = await tokens.issueUser(user)
  clock.advance(900_000 + 4_000)
  expect((await tokens.checkUser(token)).kind).toBe('valid')
  clock.advance(2_000)
  expect(await tokens.checkUser(token)).toEqual({ kind: 'refused', fault: 'expired' })
  clock.set(start)
})

describe('a well-signed token with one wrong claim is refused', () => {
  test.each<[string, Record<string, unknown>, string?]>([
    ['issuer', { iss: 'somebody' }],
    ['audience', { aud: 'another' }],
    ['not before', { nbf: Math.floor(clock().getTime() / 1_000) + 60 }],
    ['no expiry', { exp: undefined }],
    ['subject', { sub: 'seven' }],
    ['no session', { sid: undefined }],
    ['type', {}, 'JWT'],
  ])('%s', async (_name, change, typ = 'at+jwt') => {
    const claims: JWTPayload = Object.assign(claimsOf(await tokens.issueUser(user)), change)
    const token = await new SignJWT(claims)
      .setProtectedHeader({ alg: 'EdDSA', typ, kid: jwk.kid })
      .sign(await importJWK(jwk, 'EdDSA'))
    expect(await tokens.checkUser(token)).toEqual({ kind: 'refused', fault: 'wrong_claims' })
  })
})
