// The one logger of a process: JSON lines with the same few fields in every service, messages of the schema, no secrets, no floods.
import {
  type EVENT_FIELDS,
  type EventField,
  type FieldsOf,
  LOG_EVENTS,
  type LogEventLevel,
  type LogMessage,
  type LogMessageOf,
  type ServiceName,
} from '@deye-hard/telemetry-schema'
import type { DestinationStream, Logger as PinoLogger } from 'pino'
import { LogLimit, type Suppressed } from './log-limit.ts'
import { DEFAULT_LOG_LIMITS, type LogLevel, type LogLimits } from './log-settings.ts'
import { openPino, traceFields } from './pino-lines.ts'
import { redact } from './redaction.ts'
import type { TraceRef } from './trace-ref.ts'

/** A stuck reader of stdout must not keep a process from ending. */
const FLUSH_TIMEOUT_MS = 2_000
const LINES_LEFT_OUT = 'log lines left out in the last minute' satisfies LogMessage

type FieldNames<M extends LogMessage> = (typeof LOG_EVENTS)[M]['fields'][number]

/** An event without fields takes none. */
export type FieldsArgument<M extends LogMessage> = [FieldNames<M>] extends [never]
  ? Record<string, never>
  : FieldsOf<M>

/** Message first, so that the type of the fields follows from it. `trace` is for a span that is not active. */
export type LogMethod<L extends LogEventLevel> = <M extends LogMessageOf<L>>(
  message: M,
  fields?: FieldsArgument<M>,
  trace?: TraceRef | null,
) => void

/** Fields that every line of a child carries; `logger` is the module. */
export type LoggerBindings = { logger?: string } & {
  [F in EventField]?: (typeof EVENT_FIELDS)[F]['type'] extends 'number' ? number : string
}

export interface Logger {
  readonly debug: LogMethod<'debug'>
  readonly info: LogMethod<'info'>
  readonly warn: LogMethod<'warn'>
  readonly error: LogMethod<'error'>
  readonly fatal: LogMethod<'fatal'>
  /** Setting it also changes the loggers made by `child`. */
  level: string
  isLevelEnabled(level: LogLevel): boolean
  /** True when a line with this message would be written now: ask before building costly fields, and write when it is. A line that would not is counted as left out. */
  admits(message: LogMessage): boolean
  child(bindings: LoggerBindings): Logger
  /** As `flushLogger`. */
  flush(): Promise<void>
}

export interface LoggerOptions {
  service: ServiceName
  level?: LogLevel
  /** Lines of one message in a minute; the defaults of `logLimitSettings` without it. */
  limits?: LogLimits
  /** Where lines go; stdout without it. Tests pass a stream of their own. */
  destination?: DestinationStream
  /** Milliseconds; the clock of the limits. Tests pass their own. */
  now?: () => number
}

/**
 * Each line: `level`, `timestamp` (RFC 3339, milliseconds), `service`, `logger` (the module, by `child({ logger: 'shipper' })`),
 * `trace_id` and `span_id` of the active span, the fields, `message`. An error goes into the field `error`. While telemetry runs, the same
 * content goes to OTLP. Lines are written without blocking; `flushLogger` before an exit keeps the last ones.
 */
export function createLogger(options: LoggerOptions): Logger {
  const { service, level = 'info', limits = DEFAULT_LOG_LIMITS, destination } = options
  const now = options.now ?? (() => performance.now())
  const report = (suppressed: Suppressed) => pino.warn({ suppressed }, LINES_LEFT_OUT)
  const limit = new LogLimit({ ...limits, now, report })
  const pino = openPino({ service, level, destination })
  return loggerAround(pino, limit)
}

/** Resolves when every line so far has been handed to the operating system, after 2 s at the latest; never rejects. */
export function flushLogger(logger: Logger): Promise<void> {
  return logger.flush()
}

function loggerAround(pino: PinoLogger, limit: LogLimit): Logger {
  const method = <L extends LogEventLevel>(level: L): LogMethod<L> => {
    return (message, fields, trace = null) => {
      if (!pino.isLevelEnabled(level) || !limit.take(message, level)) return
      pino[level](Object.assign(presentOf(fields), traceFields(trace)), message)
    }
  }
  return {
    debug: method('debug'),
    info: method('info'),
    warn: method('warn'),
    error: method('error'),
    fatal: method('fatal'),
    get level() {
      return pino.level
    },
    set level(level) {
      pino.level = level
    },
    isLevelEnabled: level => pino.isLevelEnabled(level),
    admits: message => {
      const { level } = LOG_EVENTS[message]
      return pino.isLevelEnabled(level) && limit.admits(message, level)
    },
    child: bindings => loggerAround(pino.child(redact({ ...bindings })), limit),
    flush: () => flush(pino, limit),
  }
}

type Fields = Record<string, unknown>

/** A copy without fields that are null or undefined. */
function presentOf(fields: Fields | undefined): Fields {
  const present: Fields = {}
  for (const name in fields) {
    if (fields[name] !== null && fields[name] !== undefined) present[name] = fields[name]
  }
  return present
}

function flush(pino: PinoLogger, limit: LogLimit): Promise<void> {
  limit.report()
  return new Promise(resolve => {
    const timer = setTimeout(resolve, FLUSH_TIMEOUT_MS)
    pino.flush(() => {
      clearTimeout(timer)
      resolve()
    })
  })
}
