// How a line looks and where it goes: pino with our field names, redaction, trace ids and limits; stdout and OTLP get the same line.
import { type DestinationStream, type Logger, type LoggerOptions, pino } from 'pino'
import { bound } from './binding.ts'
import type { LimitedLevel, LogLimit } from './log-limit.ts'
import { REDACTED_PATHS } from './redaction.ts'
import { serializeError } from './serialize-error.ts'
import { activeTrace, type TraceRef } from './trace-ref.ts'

/** When nobody reads stdout, lines beyond this are dropped rather than the process ended for want of memory. */
const MAX_UNWRITTEN_BYTES = 16 * 1_024 ** 2
/** With 0, the default, `flush` of the stream calls back at once, written or not (sonic-boom 4.2.1); no line is this short. */
const FLUSHABLE_FROM_BYTES = 1
const STDOUT = 1

export interface PinoLines {
  service: string
  level: string
  limit: LogLimit
  destination?: DestinationStream | undefined
}

export function openPino({ service, level, limit, destination }: PinoLines): Logger {
  const options: LoggerOptions = {
    level,
    messageKey: 'message',
    errorKey: 'error',
    base: { service },
    timestamp: () => `,"timestamp":"${new Date().toISOString()}"`,
    formatters: { level: label => ({ level: label }) },
    serializers: { error: serializeError, err: serializeError },
    redact: { paths: REDACTED_PATHS, censor: '[redacted]' },
    mixin: () => traceFields(activeTrace()),
    hooks: {
      logMethod(args, method, number) {
        const level = pino.levels.labels[number] as LimitedLevel
        if (limit.take(messageOf(args), level)) method.apply(this, args)
      },
      streamWrite(line) {
        bound.emitLine?.(line)
        return line
      },
    },
  }
  return pino(options, destination ?? stdout())
}

/** A new object each time: pino puts the other fields into it. */
export function traceFields(trace: TraceRef | null): { trace_id?: string; span_id?: string } {
  return trace === null ? {} : { trace_id: trace.traceId, span_id: trace.spanId }
}

function messageOf([first, second]: readonly unknown[]): string {
  const message = typeof first === 'string' ? first : second
  return typeof message === 'string' ? message : ''
}

function stdout(): DestinationStream {
  return pino.destination({
    dest: STDOUT,
    sync: false,
    minLength: FLUSHABLE_FROM_BYTES,
    maxLength: MAX_UNWRITTEN_BYTES,
  })
}
