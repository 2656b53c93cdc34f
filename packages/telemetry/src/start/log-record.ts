// A log line as an OTLP record: the same content, flattened to attributes.
import {
  type Attributes,
  context,
  type LogRecord,
  type SeverityNumber,
  TraceFlags,
  trace,
} from '@opentelemetry/api'

/** Data model of OpenTelemetry logs, "SeverityNumber". */
const SEVERITIES: Record<string, SeverityNumber> = {
  trace: 1,
  debug: 5,
  info: 9,
  warn: 13,
  error: 17,
  fatal: 21,
}

/** null for what is no line of ours. */
export function readLogLine(line: string): LogRecord | null {
  const { level, timestamp, message, trace_id, span_id, service: _, ...fields } = parsed(line) ?? {}
  if (typeof level !== 'string' || typeof timestamp !== 'string') return null
  return {
    timestamp: Date.parse(timestamp),
    severityNumber: SEVERITIES[level] ?? 0,
    severityText: level.toUpperCase(),
    body: typeof message === 'string' ? message : '',
    attributes: flatten(fields),
    ...(typeof trace_id === 'string' && typeof span_id === 'string'
      ? { context: contextOf(trace_id, span_id) }
      : {}),
  }
}

function contextOf(traceId: string, spanId: string) {
  const traceFlags = TraceFlags.SAMPLED
  return trace.setSpanContext(context.active(), { traceId, spanId, traceFlags })
}

/** An object goes part by part, `error.type`, `error.message`; what is deeper, such as its cause, as JSON text. */
function flatten(fields: Record<string, unknown>): Attributes {
  const attributes: Attributes = {}
  for (const [name, value] of Object.entries(fields)) {
    if (!isRecord(value)) put(attributes, name, value)
    else for (const [part, inner] of Object.entries(value)) put(attributes, `${name}.${part}`, inner)
  }
  return attributes
}

function put(attributes: Attributes, name: string, value: unknown): void {
  if (value === null || value === undefined) return
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
    attributes[name] = value
  else attributes[name] = JSON.stringify(value)
}

function parsed(line: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(line)
    return isRecord(value) ? value : null
  } catch {
    return null
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
