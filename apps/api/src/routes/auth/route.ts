// Log-in with a password, rotation of refresh tokens, log-out.
import { randomUUID } from 'node:crypto'
import type { User } from '@deye-hard/store'
import type { FastifyBaseLogger } from 'fastify'
import { Refusal } from '../../errors.ts'
import { hashOpaqueToken, newOpaqueToken } from '../../opaque-tokens.ts'
import type { App } from '../../parts.ts'
import { LoggedOut, LoginBody, RefreshBody, SessionTokens } from './schema.ts'

export async function authRoutes(app: App): Promise<void> {
  app.post(
    '/api/auth/login',
    {
      config: { access: 'anonymous' },
      onRequest: app.limitLoginAddress,
      preHandler: app.limitLoginAccount,
      schema: {
        summary: 'Log in with e-mail and password',
        tags: ['auth'],
        body: LoginBody,
        response: { 200: SessionTokens },
      },
    },
    ({ body }) => logIn(app, body.email.trim(), body.password),
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
    ({ body, log }) => refresh(app, body.refresh_token, log),
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

async function logIn(app: App, email: string, password: string) {
  const user = await userWithPassword(app, email, password)
  const { token, hash, expiresAt } = newRefreshToken(app)
  const familyId = randomUUID()
  await app.store.sessions.open({ userId: user.id, familyId, tokenHash: hash, expiresAt })
  return sessionTokens(app, user, familyId, token)
}

async function refresh(app: App, token: string, log: FastifyBaseLogger) {
  const next = newRefreshToken(app)
  const rotated = await app.store.sessions.rotate({
    tokenHash: hashOpaqueToken(token),
    nextTokenHash: next.hash,
    expiresAt: next.expiresAt,
    now: app.clock(),
  })
  app.counters.add('token_refreshes', rotated.outcome)
  if (rotated.outcome === 'expired') app.counters.add('sessions_expired', 'refresh_token')
  if (rotated.outcome === 'reused') {
    app.forgetAccess()
    log.warn({ user_id: rotated.userId }, 'refresh token reused, session ended')
    throw new Refusal('refresh_token_reused')
  }
  if (rotated.outcome !== 'rotated') throw new Refusal('invalid_refresh_token')
  const user = await app.store.users.findById(rotated.userId)
  if (user === null || user.disabledAt !== null) {
    await app.store.sessions.revokeByToken(next.hash)
    throw new Refusal('invalid_refresh_token')
  }
  return sessionTokens(app, user, rotated.familyId, next.token)
}

async function logOut(app: App, token: string): Promise<void> {
  const { outcome } = await app.store.sessions.revokeByToken(hashOpaqueToken(token))
  if (outcome === 'revoked') app.forgetAccess()
}

/** Same work and same answer whether the account is unknown, disabled, or the password is wrong. */
async function userWithPassword(app: App, email: string, password: string): Promise<User> {
  const user = await app.store.users.findByEmail(email)
  const right = await app.passwords.matches(user?.passwordHash ?? null, password)
  if (user !== null && right && user.disabledAt === null) return user
  app.counters.add('login_failures', user === null ? 'unknown_user' : right ? 'disabled' : 'wrong_password')
  throw new Refusal('invalid_credentials')
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
