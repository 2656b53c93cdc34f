// The collector as a process: one line when it listens, a clean drain on SIGTERM, its last telemetry, and an end in any case.
import { flushLogger, type Logger } from '@deye-hard/telemetry'
import type { Telemetry } from '@deye-hard/telemetry/start'
import { type Collector, startCollector } from './app.ts'
import { StartError } from './errors.ts'
import type { CollectorSettings } from './settings.ts'
import { observeCollector } from './signals/metrics.ts'
import { SpoolError } from './spool/spool.ts'
import { VERSION } from './version.ts'

const EXIT_BUG = 1
/** EX_UNAVAILABLE of sysexits.h. */
const EXIT_CANNOT_START = 69
/** Whoever asks for a short drain does not want to wait for a receiver of telemetry that hangs either. */
const TELEMETRY_END_MIN_MS = 1_000
const TELEMETRY_END_MAX_MS = 4_500

export interface ProcessParts {
  settings: CollectorSettings
  logger: Logger
  telemetry: Telemetry
}

export async function run(parts: ProcessParts): Promise<void> {
  process.on('uncaughtException', error => void endForBug(parts, error))
  process.on('unhandledRejection', error => void endForBug(parts, error))
  const collector = await startOrExit(parts)
  observeCollector(collector.parts)
  for (const signal of ['SIGTERM', 'SIGINT'] as const)
    process.on(signal, () => void drain(parts, collector, signal))
  const { port, httpPort } = collector.ports
  parts.logger.info('listening', { port, http_port: httpPort, pid: process.pid })
}

async function startOrExit({ settings, logger, telemetry }: ProcessParts): Promise<Collector> {
  const telemetryStatus = () => (telemetry.endpoint === null ? null : telemetry.status())
  try {
    return await startCollector(settings, logger, { version: VERSION, telemetry: telemetryStatus })
  } catch (error) {
    if (!(error instanceof StartError) && !(error instanceof SpoolError)) throw error
    process.stderr.write(`${error.message}\n`)
    process.exit(EXIT_CANNOT_START)
  }
}

async function drain({ settings, logger, telemetry }: ProcessParts, collector: Collector, signal: string) {
  logger.info('stopping', { signal })
  await collector.stop()
  logger.info('stopped')
  const endMs = Math.max(TELEMETRY_END_MIN_MS, Math.min(TELEMETRY_END_MAX_MS, settings.drainTimeout))
  await Promise.all([flushLogger(logger), telemetry.shutdown(endMs)])
  process.exit(0)
}

/** Whatever is acked is on disk, so the safest answer to a bug is a new process. */
async function endForBug({ logger, telemetry }: ProcessParts, error: unknown): Promise<void> {
  logger.fatal('unexpected error', { error })
  await Promise.all([flushLogger(logger), telemetry.shutdown(TELEMETRY_END_MIN_MS)])
  process.exit(EXIT_BUG)
}
