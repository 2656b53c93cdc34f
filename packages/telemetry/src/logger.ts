// Makes the one logger of a process: JSON lines with the same few fields in every service, and no secrets in them.
import { setting } from '@deye-hard/config'
import { type DestinationStream, type Logger, pino } from 'pino'
import { REDACTED_PATHS } from './redaction.ts'
import { serializeError } from './serialize-error.ts'

export type { Logger } from 'pino'

export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const
export type LogLevel = (typeof LOG_LEVELS)[number]

/** The setting that every service shares. */
export const logLevelSetting = setting.oneOf('LOG_LEVEL', {
  values: LOG_LEVELS,
  default: 'info',
  about: 'Least severe log line that is written',
})

/** A stuck reader of stdout must not keep a process from ending. */
const FLUSH_TIMEOUT_MS = 2_000
/** When nobody reads stdout, lines beyond this are dropped rather than the process ended for want of memory. */
const MAX_UNWRITTEN_BYTES = 16 * 1_024 ** 2
/** With 0, the default, `flush` of the stream calls back at once, written or not (sonic-boom 4.2.1); no line is this short. */
const FLUSHABLE_FROM_BYTES = 1
const STDOUT = 1

export interface LoggerOptions {
  /** `solar-api`, `solar-collector`, …; the `service.name` of DESIGN section 6. */
  service: string
  level?: LogLevel
  /** Where lines go; stdout without it. Tests pass a stream of their own. */
  destination?: DestinationStream
}

/**
 * Each line: `level`, `timestamp` (RFC 3339, milliseconds), `service`, `logger` (the module, by `child({ logger: 'shipper' })`),
 * the fields, `message`. A message is constant text; what varies goes into fields: `log.info({ packet_size }, 'frame received')`.
 * An error goes into the field `error`. Setting `level` later also changes the loggers made by `child`.
 * Lines are written without blocking; `flushLogger` before an exit keeps the last ones.
 */
export function createLogger({ service, level = 'info', destination }: LoggerOptions): Logger {
  return pino(
    {
      level,
      messageKey: 'message',
      errorKey: 'error',
      base: { service },
      timestamp: () => `,"timestamp":"${new Date().toISOString()}"`,
      formatters: { level: label => ({ level: label }) },
      serializers: { error: serializeError, err: serializeError },
      redact: { paths: REDACTED_PATHS, censor: '[redacted]' },
    },
    destination ?? stdout(),
  )
}

function stdout(): DestinationStream {
  return pino.destination({
    dest: STDOUT,
    sync: false,
    minLength: FLUSHABLE_FROM_BYTES,
    maxLength: MAX_UNWRITTEN_BYTES,
  })
}

/** Resolves when every line so far has been handed to the operating system, after 2 s at the latest; never rejects. */
export function flushLogger(logger: Logger): Promise<void> {
  return new Promise(resolve => {
    const timer = setTimeout(resolve, FLUSH_TIMEOUT_MS)
    logger.flush(() => {
      clearTimeout(timer)
      resolve()
    })
  })
}
