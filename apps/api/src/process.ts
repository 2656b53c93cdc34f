// The process behind main.ts: opens store and monitor, serves, and ends with grace on SIGTERM and SIGINT.
import { openMonitor, openStore } from '@deye-hard/store'
import { flushLogger, type Logger } from '@deye-hard/telemetry'
import type { Telemetry } from '@deye-hard/telemetry/start'
import type { KeyRing } from './keys.ts'
import { serve } from './serve.ts'
import type { ApiSettings } from './settings.ts'
import { createDatabaseHealth } from './signals/database-health.ts'
import { observeStatements } from './signals/statements.ts'

const EXIT_FAILURE = 1
/** A process that is no longer sound must not live on for the sake of its last words. */
const LAST_WORDS_MS = 1_000

export interface ProcessParts {
  settings: ApiSettings
  keys: KeyRing
  logger: Logger
  telemetry: Telemetry
}

/** Throws what keeps the API from starting. */
export async function run({ settings, keys, logger, telemetry }: ProcessParts): Promise<void> {
  process.once('uncaughtException', error => {
    logger.fatal('unexpected error', { error })
    const told = Promise.all([flushLogger(logger), telemetry.shutdown(LAST_WORDS_MS)])
    void told.then(() => process.exit(EXIT_FAILURE))
  })
  const lines = logger.child({ logger: 'store' })
  const slowAfter = settings.slowQueryAfter
  const health = createDatabaseHealth()
  const store = openStore(settings, {
    observer: observeStatements({ lines, slowAfter, onOutcome: health.learn }),
    onPoolError: error => lines.warn('idle database connection broke', { error }),
  })
  // What becomes of its statements says nothing about the pool that answers requests.
  const monitor = openMonitor(settings, { observer: observeStatements({ lines, slowAfter }) })
  const api = await serve({ settings, store, monitor, health, keys, logger })

  const stop = async (signal: string) => {
    logger.info('stopping', { signal })
    await api.stop()
    logger.info('stopped')
    await Promise.all([flushLogger(logger), telemetry.shutdown()])
    process.exit(0)
  }
  process.on('SIGTERM', signal => void stop(signal))
  process.on('SIGINT', signal => void stop(signal))
  process.on('SIGHUP', () => void api.reloadKeys())
}
