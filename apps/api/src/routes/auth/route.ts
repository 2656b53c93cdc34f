// Log-in with a password, rotation of refresh tokens, log-out.
import { randomUUID } from 'node:crypto'
import type { User } from '@deye-hard/store'
import type { FastifyRequest } from 'fastify'
import type { ReasonOf } from '../../counters.ts'
import { Refusal } from '../../errors.ts'
import { hashOpaqueToken, newOpaqueToken } from '../../opaque-tokens.ts'
import type { App } from '../../parts.ts'
import type { RateCheck } from '../../plugins/rate-limits.ts'
import { aboutUser } from '../../plugins/request-signals.ts'
import { LoggedOut, LoginBody, RefreshBody, SessionTokens } from './schema.ts'

export async function authRoutes(app: App): Promise<void> {
  app.post(
    '/api/auth/login',
    {
      config: { access: 'anonymous' },
      onRequest: countRefused(app, app.limitLoginAddress),
      preHandler: countRefused(app, app.limitLoginAccount),
      schema: {
        summary: 'Log in with e-mail and password',
        tags: ['auth'],
        body: LoginBody,
        response: { 200: SessionTokens },
      },
    },
    request => logIn(app, request, request.body),
  )

  app.post(
    '/api/auth/refresh',
    {
      config: { access: 'anonymous' },
      onRequest: app.limitLoginAddress,
      schema: {
        summary: 'Exchange a refresh token for the next session tokens',
        description: 'A token that comes a second time ends the session: somebody else may hold it.',
        tags: ['auth'],
        body: RefreshBody,
        response: { 200: SessionTokens },
      },
    },
    request => refresh(app, request, request.body.refresh_token),
  )

  app.post(
    '/api/auth/logout',
    {
      config: { access: 'anonymous' },
      onRequest: app.limitLoginAddress,
      schema: {
        summary: 'End the session of a refresh token',
        description:
          'Answers 204 for an unknown token as well; access tokens of the session end within seconds.',
        tags: ['auth'],
        body: RefreshBody,
        response: { 204: LoggedOut },
      },
    },
    async ({ body }, reply) => {
      await logOut(app, body.refresh_token)
      return reply.code(204).send(null)
    },
  )
}

/** An attempt that the rate limit stopped is a log-in that failed. */
function countRefused(app: App, check: RateCheck): RateCheck {
  return async request => {
    try {
      await check(request)
    } catch (error) {
      if (error instanceof Refusal) failLogIn(app, request, 'rate_limited')
      throw error
    }
  }
}

async function logIn(app: App, request: FastifyRequest, given: { email: string; password: string }) {
  const user = await userWithPassword(app, request, given)
  aboutUser(request, user.id)
  const { token, hash, expiresAt } = newRefreshToken(app)
  const familyId = randomUUID()
  await app.store.sessions.open({ userId: user.id, familyId, tokenHash: hash, expiresAt })
  return sessionTokens(app, user, familyId, token)
}

async function refresh(app: App, request: FastifyRequest, token: string) {
  const next = newRefreshToken(app)
  const rotated = await app.store.sessions.rotate({
    tokenHash: hashOpaqueToken(token),
    nextTokenHash: next.hash,
    expiresAt: next.expiresAt,
    now: app.clock(),
  })
  if (rotated.outcome === 'reused') throw refuseReused(app, request, rotated.userId)
  if (rotated.outcome === 'expired') app.counters.add('sessions_expired', 'refresh_token')
  if (rotated.outcome !== 'rotated') throw refuseRefresh(app, rotated.outcome)
  aboutUser(request, rotated.userId)
  const user = await app.store.users.findById(rotated.userId)
  if (user === null || user.disabledAt !== null) {
    const { outcome } = await app.store.sessions.revokeByToken(next.hash)
    if (outcome === 'revoked') app.counters.add('sessions_revoked', 'disabled')
    throw refuseRefresh(app, 'disabled')
  }
  app.counters.add('token_refreshes', 'ok')
  return sessionTokens(app, user, rotated.familyId, next.token)
}

function refuseRefresh(app: App, reason: Exclude<ReasonOf<'token_refreshes'>, 'ok'>): Refusal {
  app.counters.add('token_refreshes', reason)
  return new Refusal(reason === 'reused' ? 'refresh_token_reused' : 'invalid_refresh_token')
}

function refuseReused(app: App, request: FastifyRequest, userId: number): Refusal {
  app.forgetAccess()
  app.counters.add('sessions_revoked', 'reuse')
  app.lines.warn('refresh token reused, session ended', { request_id: request.id, user_id: userId })
  return refuseRefresh(app, 'reused')
}

async function logOut(app: App, token: string): Promise<void> {
  const { outcome } = await app.store.sessions.revokeByToken(hashOpaqueToken(token))
  if (outcome !== 'revoked') return
  app.forgetAccess()
  app.counters.add('sessions_revoked', 'logout')
}

/** Same work and same answer whether the account is unknown, disabled, or the password is wrong. */
async function userWithPassword(
  app: App,
  request: FastifyRequest,
  { email, password }: { email: string; password: string },
): Promise<User> {
  const user = await app.store.users.findByEmail(email.trim())
  const right = await app.passwords.matches(user?.passwordHash ?? null, password)
  if (user !== null && right && user.disabledAt === null) return user
  failLogIn(app, request, user === null ? 'unknown_user' : right ? 'disabled' : 'wrong_password')
  throw new Refusal('invalid_credentials')
}

/** The caller learns none of the reasons. */
function failLogIn(app: App, request: FastifyRequest, reason: ReasonOf<'login_failures'>): void {
  app.counters.add('login_failures', reason)
  app.lines.info('log-in failed', { request_id: request.id, reason })
}

function newRefreshToken(app: App): { token: string; hash: Buffer; expiresAt: Date } {
  const token = newOpaqueToken()
  const expiresAt = new Date(app.clock().getTime() + app.settings.refreshTokenTtl)
  return { token, hash: hashOpaqueToken(token), expiresAt }
}

async function sessionTokens(app: App, user: User, sessionId: string, refreshToken: string) {
  return {
    access_token: await app.tokens.issueUser({ userId: user.id, role: user.role, sessionId }),
    token_type: 'Bearer' as const,
    expires_in: Math.floor(app.settings.accessTokenTtl / 1000),
    refresh_token: refreshToken,
    refresh_expires_in: Math.floor(app.settings.refreshTokenTtl / 1000),
  }
}
