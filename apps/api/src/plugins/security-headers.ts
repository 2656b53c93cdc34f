// Sends the headers that make browsers careful, and lets one named origin in when the operator says so.
import helmet from '@fastify/helmet'
import fp from 'fastify-plugin'
import type { App } from '../parts.ts'

/** JSON needs nothing at all; the page of documentation widens this for itself. */
const NOTHING = ["'none'"]
const CORS_MAX_AGE_S = 600

export const securityHeaders = fp(
  async (app: App) => {
    await app.register(helmet, {
      contentSecurityPolicy: {
        useDefaults: false,
        directives: { defaultSrc: NOTHING, frameAncestors: NOTHING, baseUri: NOTHING, formAction: NOTHING },
      },
      referrerPolicy: { policy: 'no-referrer' },
    })
    const origin = app.settings.corsOrigin
    app.addHook('onRequest', async (request, reply) => {
      // Answers hold tokens or one user's data: no cache in between may keep them, unless a route says so.
      reply.header('cache-control', 'no-store')
      if (origin === undefined) return
      reply.header('vary', 'origin')
      if (request.headers.origin === origin) reply.header('access-control-allow-origin', origin)
    })
    if (origin !== undefined) answerPreflights(app)
  },
  { name: 'security-headers' },
)

function answerPreflights(app: App): void {
  app.options(
    '/api/*',
    { config: { access: 'anonymous', database: false }, schema: { hide: true } },
    async (_request, reply) =>
      reply
        .code(204)
        .header('access-control-allow-methods', 'GET, POST')
        .header('access-control-allow-headers', 'authorization, content-type, if-none-match')
        .header('access-control-max-age', CORS_MAX_AGE_S)
        .send(),
  )
}
