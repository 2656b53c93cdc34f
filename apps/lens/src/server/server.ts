// The server of lens's pages: read-only, on the loopback address only, JSON for the front end and the front end itself.
import Fastify, { type FastifyInstance } from 'fastify'
import { type Bounds, PAGE_LIMITS, type PageLimits } from '../pages/bounds.ts'
import { type Bundle, bundleWeb } from './bundle.ts'
import { newPageCounters, type PageCounters } from './counters.ts'
import type { LensParts } from './parts.ts'
import { alertRoutes } from './routes/alerts.ts'
import { dashboardRoutes } from './routes/dashboards.ts'
import { mailRoutes } from './routes/mails.ts'
import { pageRoutes } from './routes/pages.ts'
import { searchRoutes } from './routes/searches.ts'
import { systemRoutes } from './routes/system.ts'
import { guard } from './security.ts'

const HOST = '127.0.0.1'
const TOO_LARGE = 413

export interface PageServerOptions {
  /** 0 takes a free one. */
  port: number
  /** Made by `bundleWeb` when it is not given. */
  bundle?: Bundle
  limits?: PageLimits
}

export interface PageServer {
  url: string
  port: number
  counters: Readonly<PageCounters>
  close(): Promise<void>
}

/** Rejects when the port is taken or the front end cannot be built. */
export async function startPageServer(parts: LensParts, options: PageServerOptions): Promise<PageServer> {
  const bundle = options.bundle ?? (await bundleWeb())
  const counters = newPageCounters()
  const bounds: Bounds = {
    limits: options.limits ?? PAGE_LIMITS,
    hit: limit => {
      counters.overflow[limit] += 1
    },
  }
  const app = buildPages(parts, bundle, counters, bounds)
  app.server.maxConnections = bounds.limits.connections
  app.server.on('drop', () => bounds.hit('connections'))
  await app.listen({ host: HOST, port: options.port })
  const address = app.server.address()
  const port = typeof address === 'object' && address !== null ? address.port : options.port
  return { url: `http://localhost:${port}`, port, counters, close: () => app.close() }
}

function buildPages(
  parts: LensParts,
  bundle: Bundle,
  counters: PageCounters,
  bounds: Bounds,
): FastifyInstance {
  const app = Fastify({
    bodyLimit: bounds.limits.bodyBytes,
    forceCloseConnections: true,
    ajv: { customOptions: { removeAdditional: false, coerceTypes: false } },
  })
  app.removeContentTypeParser('text/plain')
  app.addHook('onRequest', async () => {
    counters.requests += 1
  })
  guard(app, counters)
  answerErrors(app, counters, bounds)
  dashboardRoutes(app, parts, bounds)
  searchRoutes(app, parts, bounds)
  alertRoutes(app, parts)
  mailRoutes(app, parts)
  systemRoutes(app, parts, counters, bounds)
  pageRoutes(app, bundle)
  return app
}

function answerErrors(app: FastifyInstance, counters: PageCounters, bounds: Bounds): void {
  app.setErrorHandler<Error & { statusCode?: number }>(async (error, _request, reply) => {
    const status = error.statusCode ?? 500
    if (status === TOO_LARGE) bounds.hit('bodyBytes')
    if (status < 500) {
      counters.invalid += 1
      return reply.code(status).send({ error: error.message })
    }
    counters.failed += 1
    counters.lastError = error.message
    return reply.code(500).send({ error: 'lens failed to answer; the health page says more' })
  })
}
