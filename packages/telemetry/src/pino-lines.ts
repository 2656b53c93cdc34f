// How a line looks and where it goes: pino with our field names, redaction and trace ids; stdout and OTLP get the same line.
import { type DestinationStream, type Logger, type LoggerOptions, pino } from 'pino'
import { bound } from './binding.ts'
import { redact } from './redaction.ts'
import { activeTrace, type TraceRef } from './trace-ref.ts'

/** When nobody reads stdout, lines beyond this are dropped rather than the process ended for want of memory. */
const MAX_UNWRITTEN_BYTES = 16 * 1_024 ** 2
/** With 0, the default, `flush` of the stream calls back at once, written or not (sonic-boom 4.2.1); no line is this short. */
const FLUSHABLE_FROM_BYTES = 1
const STDOUT = 1

export interface PinoLines {
  service: string
  level: string
  destination?: DestinationStream | undefined
}

export function openPino({ service, level, destination }: PinoLines): Logger {
  const options: LoggerOptions = {
    level,
    messageKey: 'message',
    errorKey: 'error',
    base: { service },
    timestamp: () => `,"timestamp":"${new Date().toISOString()}"`,
    formatters: { level: label => ({ level: label }), log: redact },
    serializers: { error: asItIs, err: asItIs },
    mixin: () => traceFields(activeTrace()),
    hooks: {
      streamWrite(line) {
        bound.emitLine?.(line)
        return line
      },
    },
  }
  return pino(options, destination ?? stdout())
}

/** Errors are serialized by `redact`; pino's own serializer would add fields that it leaves out. */
function asItIs(value: unknown): unknown {
  return value
}

/** A new object each time: pino puts the other fields into it. */
export function traceFields(trace: TraceRef | null): { trace_id?: string; span_id?: string } {
  return trace === null ? {} : { trace_id: trace.traceId, span_id: trace.spanId }
}

function stdout(): DestinationStream {
  return pino.destination({
    dest: STDOUT,
    sync: false,
    minLength: FLUSHABLE_FROM_BYTES,
    maxLength: MAX_UNWRITTEN_BYTES,
  })
}
