// The collector as a process: settings from the environment, one line when it listens, a clean drain on SIGTERM.
import { ConfigError } from '@deye-hard/config'
import { createLogger, flushLogger, type Logger } from '@deye-hard/telemetry'
import { type Collector, startCollector } from './app.ts'
import { StartError } from './errors.ts'
import { type CollectorSettings, readCollectorSettings } from './settings.ts'
import { SpoolError } from './spool/spool.ts'

const SERVICE = 'solar-collector'
const EXIT_BUG = 1
const END_TIMEOUT_MS = 1_000
/** EX_UNAVAILABLE and EX_CONFIG of sysexits.h. */
const EXIT_CANNOT_START = 69
const EXIT_BAD_SETTINGS = 78

const settings = readSettingsOrExit()
const logger = createLogger({ service: SERVICE, level: settings.logLevel })
process.on('uncaughtException', error => void endForBug(logger, error))
process.on('unhandledRejection', error => void endForBug(logger, error))
const collector = await startOrExit(settings, logger)
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void drain(collector, signal))
logger.info(
  { port: collector.ports.port, http_port: collector.ports.httpPort, pid: process.pid },
  'listening',
)

function readSettingsOrExit(): CollectorSettings {
  try {
    return readCollectorSettings(process.env)
  } catch (error) {
    if (error instanceof ConfigError) exitWith(error.message, EXIT_BAD_SETTINGS)
    throw error
  }
}

async function startOrExit(settings: CollectorSettings, logger: Logger): Promise<Collector> {
  try {
    return await startCollector(settings, logger)
  } catch (error) {
    if (error instanceof StartError || error instanceof SpoolError) exitWith(error.message, EXIT_CANNOT_START)
    throw error
  }
}

async function drain(collector: Collector, signal: string): Promise<void> {
  logger.info({ signal }, 'stopping')
  await collector.stop()
  logger.info({}, 'stopped')
  // Nothing is open any more, so the process ends by itself, after its last line was written; the timer is for a bug in that.
  setTimeout(() => process.exit(0), END_TIMEOUT_MS).unref()
}

/** Whatever is acked is on disk, so the safest answer to a bug is a new process. */
async function endForBug(logger: Logger, error: unknown): Promise<void> {
  logger.fatal({ error }, 'unexpected error')
  await flushLogger(logger)
  process.exit(EXIT_BUG)
}

function exitWith(sentence: string, code: number): never {
  process.stderr.write(`${sentence}\n`)
  process.exit(code)
}
