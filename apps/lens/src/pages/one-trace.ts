// One trace with the log lines that were written in it.
import type { Row } from '@deye-hard/monitoring'
import { askRows, type Queries } from './ask.ts'
import { type Bounds, bounded } from './bounds.ts'
import type { SpanEvent, TraceSpan } from './drawing/waterfall.ts'
import type { LogLine, Refused, TraceAnswer } from './page-shapes.ts'
import { sqlText } from './sql-literal.ts'

export const TRACE_ID = /^[0-9a-f]{32}$/
const NS_PER_MS = 1e6
const NANOSECOND_DIGITS = 6

/** Undefined when nothing of the trace is kept. */
export async function oneTrace(
  engine: Queries,
  traceId: string,
  bounds: Bounds,
): Promise<TraceAnswer | Refused | undefined> {
  const { traceSpans, traceLines } = bounds.limits
  const spans = await askRows(engine, spanStatement(traceId, traceSpans + 1), 'spans')
  if (spans.kind === 'refused') return spans
  const logs = await askRows(engine, logStatement(traceId, traceLines + 1), 'logs')
  if (logs.kind === 'refused') return logs
  if (spans.rows.length === 0 && logs.rows.length === 0) return undefined
  const [ofSpans, ofLines] = [
    bounded(spans.rows, 'traceSpans', bounds),
    bounded(logs.rows, 'traceLines', bounds),
  ]
  return {
    traceId,
    spans: ofSpans.kept.map(spanOf),
    logs: ofLines.kept.map(lineOf),
    isCut: ofSpans.left + ofLines.left > 0,
  }
}

function spanStatement(traceId: string, limit: number): string {
  return `SELECT toString(toUnixTimestamp64Nano(timestamp)) AS moment, span_id, parent_span_id, name, kind_string,
    duration_nano, has_error, status_message, attributes_string, attributes_number, attributes_bool, resources_string, events
    FROM signoz_traces.distributed_signoz_index_v3 WHERE trace_id = ${sqlText(traceId)}
    ORDER BY timestamp LIMIT ${limit}`
}

function logStatement(traceId: string, limit: number): string {
  return `SELECT toString(timestamp) AS moment, id, severity_text, body, trace_id, span_id, attributes_string,
    attributes_number, attributes_bool, resources_string
    FROM signoz_logs.distributed_logs_v2 WHERE trace_id = ${sqlText(traceId)}
    ORDER BY timestamp LIMIT ${limit}`
}

function spanOf(row: Row): TraceSpan {
  const resource = row['resources_string'] as Record<string, string>
  return {
    spanId: String(row['span_id']),
    parentSpanId: String(row['parent_span_id']),
    name: String(row['name']),
    service: resource['service.name'] ?? '',
    kind: String(row['kind_string']),
    startMs: exactMs(String(row['moment'])),
    durationMs: Number(row['duration_nano']) / NS_PER_MS,
    hasError: row['has_error'] === true,
    statusMessage: String(row['status_message']),
    attributes: merged(row),
    resource,
    events: (row['events'] as string[]).map(eventOf),
  }
}

function lineOf(row: Row): LogLine {
  const timestamp = String(row['moment'])
  return {
    id: String(row['id']),
    timestamp,
    ms: Number(timestamp.slice(0, -NANOSECOND_DIGITS)),
    severity: String(row['severity_text']),
    service: (row['resources_string'] as Record<string, string>)['service.name'] ?? '',
    body: String(row['body']),
    traceId: String(row['trace_id']),
    spanId: String(row['span_id']),
    attributes: merged(row),
  }
}

function merged(row: Row): LogLine['attributes'] {
  return Object.assign({}, row['attributes_string'], row['attributes_number'], row['attributes_bool'])
}

/** Milliseconds with a fraction; the whole part first, since a number cannot hold nanoseconds since 1970. */
function exactMs(nanoseconds: string): number {
  const whole = Number(nanoseconds.slice(0, -NANOSECOND_DIGITS))
  return whole + Number(nanoseconds.slice(-NANOSECOND_DIGITS)) / NS_PER_MS
}

/** As the collector of SigNoz stores an event: one JSON object. */
function eventOf(text: string): SpanEvent {
  const event = JSON.parse(text) as {
    name?: string
    timeUnixNano?: number
    attributeMap?: Record<string, unknown>
  }
  return {
    name: event.name ?? '',
    ms: Number(event.timeUnixNano ?? 0) / NS_PER_MS,
    attributes: event.attributeMap ?? {},
  }
}
