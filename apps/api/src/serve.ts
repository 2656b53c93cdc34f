// Runs the API: listens at once, opens the database when it comes, and stops without dropping a request.
import { setTimeout as sleep } from 'node:timers/promises'
import type { MonitorReader, OpenStore } from '@deye-hard/store'
import type { Logger } from '@deye-hard/telemetry'
import { createScrapeRegistry } from '@deye-hard/telemetry/prometheus'
import { buildApp } from './app.ts'
import { systemClock } from './clock.ts'
import type { KeyRing } from './keys.ts'
import { ListenError } from './listen-error.ts'
import { type MetricsServer, serveMetrics } from './metrics-server.ts'
import type { App } from './parts.ts'
import type { ApiSettings } from './settings.ts'
import type { DatabaseHealth } from './signals/database-health.ts'
import { exportDatabaseSignals } from './signals/database-signals.ts'
import { scrapeTimescale } from './signals/timescale.ts'
import { VERSION } from './version.ts'

const DATABASE_RETRY_FIRST_MS = 200
const DATABASE_RETRY_MAX_MS = 5_000
/** A server that does not answer must not hold the process; it rolls back what was cut off. */
const DATABASE_CLOSE_MS = 1_000
const MAINTENANCE_INTERVAL_MS = 3_600_000

export interface ServeParts {
  settings: ApiSettings
  store: OpenStore
  monitor: MonitorReader
  /** Learns from the store's observer. */
  health: DatabaseHealth
  keys: KeyRing
  logger: Logger
}

export interface RunningApi {
  app: App
  port: number
  metricsPort: number
  /** Resolves when the database answered and its schema is current. */
  databaseReady: Promise<void>
  reloadKeys(): Promise<void>
  /** Stops accepting, lets requests in flight finish, closes the pool. Safe to call twice. */
  stop(): Promise<void>
}

export async function serve(parts: ServeParts): Promise<RunningApi> {
  const { settings, store, logger } = parts
  const app = await buildApp({ ...parts, clock: systemClock })
  const stopping = new AbortController()
  app.gate.shut('waiting for the database')
  const metrics = await openMetrics(parts)
  const port = await listen(app, settings)
  const metricsPort = metrics.port
  logger.info('listening', { host: settings.host, port, metrics_port: metricsPort, pid: process.pid })
  const endSignals = exportDatabaseSignals({ ...parts, gate: app.gate, clock: systemClock, lines: logger })

  const databaseReady = openDatabase(parts, app, stopping.signal)
  const timers = [
    every(settings.jwtKeysCheckInterval, () => reloadKeys(app, logger, () => app.keys.reloadIfChanged())),
    every(MAINTENANCE_INTERVAL_MS, () => maintain(store, app, logger)),
  ]
  let stopped: Promise<void> | undefined
  const stop = async () => {
    stopping.abort()
    endSignals()
    for (const timer of timers) clearInterval(timer)
    await drain(app, settings.shutdownTimeout, logger)
    await metrics.stop()
    const closing = Promise.all([databaseReady.then(() => store.close()), parts.monitor.close()])
    await closeDatabase(closing, logger)
  }
  return {
    app,
    port,
    metricsPort,
    databaseReady,
    reloadKeys: () => reloadKeys(app, logger, () => app.keys.reload().then(() => true)),
    stop: () => (stopped ??= stop()),
  }
}

async function openMetrics({ settings, monitor, logger }: ServeParts): Promise<MetricsServer> {
  const lines = logger.child({ logger: 'metrics' })
  const registry = createScrapeRegistry({ service: 'solar-api', version: VERSION })
  scrapeTimescale(registry, monitor, reason => lines.warn('database facts not scraped', { reason }))
  return serveMetrics({ host: settings.metricsHost, port: settings.metricsPort, registry, lines })
}

/** Returns the port. Throws a ListenError. */
async function listen(app: App, { host, port }: ApiSettings): Promise<number> {
  try {
    await app.listen({ host, port })
  } catch (error) {
    throw new ListenError('API', error)
  }
  return (app.server.address() as { port: number }).port
}

/** For ever, because a database may be restored for hours and this process must be there when it is back. */
async function openDatabase(
  { settings, store, logger }: ServeParts,
  app: App,
  signal: AbortSignal,
): Promise<void> {
  let delayMs = DATABASE_RETRY_FIRST_MS
  while (!signal.aborted) {
    const reason = await tryDatabase(settings.databaseMigrate, store)
    if (reason === null) {
      app.gate.open()
      logger.info('database ready')
      return
    }
    app.gate.shut(reason)
    logger.warn('database not ready', { reason, retry_in_ms: delayMs })
    await sleep(delayMs, undefined, { signal }).catch(() => {})
    delayMs = Math.min(delayMs * 2, DATABASE_RETRY_MAX_MS)
  }
}

/** null when ready, else the reason. */
async function tryDatabase(mayMigrate: boolean, store: OpenStore): Promise<string | null> {
  try {
    const before = await store.ready()
    if (before.ready) return null
    if (!mayMigrate) return before.reason
    await store.migrate()
    const after = await store.ready()
    return after.ready ? null : after.reason
  } catch (error) {
    return error instanceof AggregateError ? 'the database refuses connections' : (error as Error).message
  }
}

async function reloadKeys(app: App, logger: Logger, load: () => Promise<boolean>): Promise<void> {
  try {
    if (!(await load())) return
    app.counters.add('key_reloads', 'reloaded')
    logger.info('signing keys reloaded', { signing_kid: app.keys.signing().kid })
  } catch (error) {
    // The keys in memory stay good: a half-written file must not log everybody out.
    app.counters.add('key_reloads', 'failed')
    logger.error('signing keys not reloaded', { error })
  }
}

async function maintain(store: OpenStore, app: App, logger: Logger): Promise<void> {
  if (app.gate.shutBecause !== null) return
  try {
    logger.info('database maintained', { rows_dropped: await store.maintain(new Date()) })
  } catch (error) {
    logger.warn('database not maintained', { error })
  }
}

async function drain(app: App, timeoutMs: number, logger: Logger): Promise<void> {
  app.gate.shut('stopping')
  app.stopTaking()
  const late = setTimeout(() => {
    logger.warn('requests cut off at shutdown')
    app.server.closeAllConnections()
  }, timeoutMs)
  await app.close()
  clearTimeout(late)
}

async function closeDatabase(closing: Promise<unknown>, logger: Logger): Promise<void> {
  const late = sleep(DATABASE_CLOSE_MS, 'late', { ref: false })
  if ((await Promise.race([closing, late])) === 'late')
    logger.warn('database connections cut off at shutdown')
}

/** Does not keep the process alive. */
function every(intervalMs: number, work: () => Promise<void>): NodeJS.Timeout {
  return setInterval(() => void work(), intervalMs).unref()
}
