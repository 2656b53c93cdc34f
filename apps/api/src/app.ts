// Puts the API together without listening; this list is its table of contents.
import type { Store } from '@deye-hard/store'
import type { Logger } from '@deye-hard/telemetry'
import Fastify, { type FastifyBaseLogger } from 'fastify'
import type { Clock } from './clock.ts'
import { createCounters } from './counters.ts'
import { createDatabaseGate } from './database-gate.ts'
import { FrameworkLog, FrameworkLogController } from './framework-lines.ts'
import type { KeyRing } from './keys.ts'
import type { App } from './parts.ts'
import { createPasswords } from './passwords.ts'
import { access } from './plugins/access.ts'
import { databaseGuard } from './plugins/database-guard.ts'
import { openapi } from './plugins/openapi.ts'
import { answerClientError, answerFrameworkError, problems } from './plugins/problems.ts'
import { rateLimits } from './plugins/rate-limits.ts'
import { requestContext, requestIdFor } from './plugins/request-context.ts'
import { requestSignals } from './plugins/request-signals.ts'
import { securityHeaders } from './plugins/security-headers.ts'
import { authRoutes } from './routes/auth/route.ts'
import { dashboardRoutes } from './routes/dashboard/route.ts'
import { docsRoutes } from './routes/docs/route.ts'
import { healthRoutes } from './routes/health/route.ts'
import { ingestRoutes } from './routes/ingest/route.ts'
import { inverterRoutes } from './routes/inverters/route.ts'
import { meRoutes } from './routes/me/route.ts'
import { measurementRoutes } from './routes/measurements/route.ts'
import { serviceRoutes } from './routes/service/route.ts'
import type { ApiSettings } from './settings.ts'
import { createTokens } from './tokens.ts'

export interface AppParts {
  settings: ApiSettings
  store: Store
  keys: KeyRing
  clock: Clock
  logger: Logger
}

/** Ready for `inject`; `listen` is the caller's. The gate to the database is open. */
export async function buildApp(parts: AppParts): Promise<App> {
  const lines = parts.logger.child({ logger: 'http' })
  const app = instance(parts.settings, lines)
  app.decorate('lines', lines)
  app.decorate('settings', parts.settings)
  app.decorate('store', parts.store)
  app.decorate('keys', parts.keys)
  app.decorate('clock', parts.clock)
  app.decorate('counters', createCounters())
  app.addHook('onClose', async () => app.counters.close())
  app.decorate('gate', createDatabaseGate())
  app.decorate('tokens', createTokens(parts))
  app.decorate('passwords', createPasswords(parts.settings))
  app.removeContentTypeParser('text/plain')

  // The order of the hooks: every answer has an id and safe headers, cheap refusals come before expensive ones.
  await app.register(requestSignals)
  await app.register(problems)
  await app.register(requestContext)
  await app.register(securityHeaders)
  await app.register(rateLimits)
  await app.register(databaseGuard)
  await app.register(access)
  await app.register(openapi)

  await app.register(healthRoutes)
  await app.register(docsRoutes)
  await app.register(authRoutes)
  await app.register(meRoutes)
  await app.register(inverterRoutes)
  await app.register(measurementRoutes)
  await app.register(dashboardRoutes)
  await app.register(serviceRoutes)
  await app.register(ingestRoutes)

  await app.ready()
  return app
}

function instance(settings: ApiSettings, lines: Logger): App {
  const log = new FrameworkLog(lines)
  const app: App = Fastify({
    loggerInstance: log as FastifyBaseLogger,
    childLoggerFactory: (_log, bindings, _options, raw) => log.forRequest(bindings[REQUEST_ID], raw),
    logController: new FrameworkLogController({ requestIdLogLabel: REQUEST_ID }),
    genReqId: requestIdFor,
    requestIdHeader: false,
    trustProxy: settings.trustProxy?.split(',') ?? false,
    bodyLimit: settings.bodyLimit,
    connectionTimeout: settings.connectionTimeout,
    requestTimeout: settings.requestTimeout,
    keepAliveTimeout: settings.keepAliveTimeout,
    http: {
      maxHeaderSize: settings.headerSizeMax,
      headersTimeout: settings.requestTimeout,
      connectionsCheckingInterval: Math.min(settings.requestTimeout, CONNECTIONS_CHECK_MS),
    },
    // HEAD would double every route of the access table for no reader.
    exposeHeadRoutes: false,
    // Our own hook answers while stopping, as a problem with Retry-After.
    return503OnClosing: false,
    forceCloseConnections: 'idle',
    ajv: { customOptions: { removeAdditional: false, coerceTypes: true, verbose: true, allErrors: false } },
    // A long parameter is a wrong one: its schema says so; the size of the address is bounded by that of the headers.
    routerOptions: { maxParamLength: settings.headerSizeMax },
    frameworkErrors: (error, request, reply) => answerFrameworkError(app, error, request, reply),
    clientErrorHandler: (error, socket) => answerClientError(app, error, socket),
  })
  limitConnections(app, settings.connectionsMax)
  return app
}

const REQUEST_ID = 'request_id'
/** Node looks for late requests every 30 s by itself. */
const CONNECTIONS_CHECK_MS = 1_000

function limitConnections(app: App, max: number): void {
  app.server.maxConnections = max
  app.server.on('drop', () => app.counters.add('limit_hits', 'connections'))
  app.server.on('timeout', socket => {
    // Idle after an answer is how keep-alive ends, no limit.
    if (socket.bytesWritten === 0) app.counters.add('limit_hits', 'connection_timeout')
    socket.destroy()
  })
}
