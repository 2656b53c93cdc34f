// Bounds requests per address on every route, and offers the tighter limits that log-ins use.
import { createHash } from 'node:crypto'
import rateLimit from '@fastify/rate-limit'
import type { FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import type { ReasonOf } from '../counters.ts'
import { Refusal } from '../errors.ts'
import type { App } from '../parts.ts'
import { isProbe } from './request-signals.ts'

const WINDOW_MS = 60_000

/** Throws the refusal when the limit is passed. */
export type RateCheck = (request: FastifyRequest) => Promise<void>

declare module 'fastify' {
  interface FastifyInstance {
    /** Log-ins, refreshes and service tokens from one address. */
    limitLoginAddress: RateCheck
    /** Log-ins into one account; the body has an `email`. */
    limitLoginAccount: RateCheck
  }
}

export const rateLimits = fp(
  async (app: App) => {
    const { settings } = app
    await app.register(rateLimit, { global: false })
    const address = limit(app, 'address_rate', settings.addressRateLimit)
    const service = limit(app, 'service_rate', settings.serviceRateLimit)
    app.decorate('limitLoginAddress', limit(app, 'login_address_rate', settings.loginAddressRateLimit))
    app.decorate(
      'limitLoginAccount',
      limit(app, 'login_account_rate', settings.loginAccountRateLimit, accountOf),
    )
    app.addHook('onRequest', async request => {
      const { access } = request.routeOptions.config
      // A probe that is refused looks like a dead service.
      if (isProbe(request.route)) return
      await (access?.startsWith('service:') ? service : address)(request)
    })
  },
  { name: 'rate-limits' },
)

function limit(
  app: App,
  name: ReasonOf<'limit_hits'>,
  max: number,
  keyGenerator?: (request: FastifyRequest) => string,
): RateCheck {
  // Each limit has its own memory; `cache` is missing from the plugin's types for this call.
  const options = { max, timeWindow: WINDOW_MS, cache: app.settings.rateTrackedKeys }
  const check = app.createRateLimit(keyGenerator === undefined ? options : { ...options, keyGenerator })
  return async request => {
    const outcome = await check(request)
    if (outcome.isAllowed || !outcome.isExceeded) return
    app.counters.add('limit_hits', name)
    throw new Refusal('too_many_requests', { headers: { 'retry-after': String(outcome.ttlInSeconds) } })
  }
}

/** Hashed, so that no list of e-mail addresses builds up in memory. */
function accountOf(request: FastifyRequest): string {
  const { email } = request.body as { email: string }
  return createHash('sha256').update(email.trim().toLowerCase()).digest('base64')
}
