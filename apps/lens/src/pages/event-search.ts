// Searches of log lines and spans in the filter grammar of the dashboards.
import type { QueryEnvelope, RawRow } from '@deye-hard/monitoring'
import { type Answered, ask, type Queries } from './ask.ts'
import { type Bounds, bounded } from './bounds.ts'
import type {
  LogLine,
  LogsAnswer,
  LogVolumeAnswer,
  Refused,
  SearchRequest,
  SpanLine,
  TailAnswer,
  TailRequest,
  TraceListRequest,
  TracesAnswer,
} from './page-shapes.ts'
import { boundedSeries } from './panel-answer.ts'

const NS_PER_MS = 1e6
const ROOTS = 'isroot = true'

export async function searchLogs(engine: Queries, asked: SearchRequest, bounds: Bounds): Promise<LogsAnswer> {
  const request = withinLimits(asked, bounds)
  if ('kind' in request) return request
  const answer = await list(engine, 'logs', request, request.filter)
  if (answer.kind === 'refused') return answer
  return { kind: 'data', ...page(rowsOf(answer).map(logLine), request.limit) }
}

/** The newest lines, for a page that asks again and again. */
export async function tailLogs(engine: Queries, request: TailRequest, bounds: Bounds): Promise<TailAnswer> {
  const linesMax = bounds.limits.tailLines
  const answer = await list(engine, 'logs', { ...request, limit: linesMax, offset: 0 }, request.filter)
  if (answer.kind === 'refused') return answer
  const { kept, left } = bounded(rowsOf(answer).map(logLine), 'tailLines', bounds)
  return { kind: 'data', lines: kept, isMore: left > 0, linesMax }
}

/** How many lines of each severity there were, for the bars above the list. */
export async function logVolume(
  engine: Queries,
  request: SearchRequest,
  bounds: Bounds,
): Promise<LogVolumeAnswer> {
  const query: QueryEnvelope = {
    type: 'builder_query',
    spec: {
      name: 'A',
      signal: 'logs',
      aggregations: [{ expression: 'count()' }],
      groupBy: [{ name: 'severity_text', fieldContext: 'log', fieldDataType: 'string' }],
      filter: { expression: request.filter },
    },
  }
  const { startMs, endMs } = request
  const asked = { startMs, endMs, requestType: 'time_series', queries: [query], variables: {} } as const
  const answer = await ask(engine, asked)
  return answer.kind === 'refused' ? answer : boundedSeries(answer, bounds)
}

export async function searchSpans(
  engine: Queries,
  asked: TraceListRequest,
  bounds: Bounds,
): Promise<TracesAnswer> {
  const request = withinLimits(asked, bounds)
  if ('kind' in request) return request
  const { filter, rootsOnly, slowestFirst } = request
  const whole = filter.trim() === '' ? ROOTS : `${ROOTS} AND (${filter})`
  const answer = await list(
    engine,
    'traces',
    request,
    rootsOnly ? whole : filter,
    slowestFirst ? 'duration_nano' : 'timestamp',
  )
  if (answer.kind === 'refused') return answer
  return { kind: 'data', ...rename(page(rowsOf(answer).map(spanLine), request.limit)) }
}

/** The deeper a list is turned, the more the engine has to read for it. */
function withinLimits<T extends SearchRequest>(request: T, { limits, hit }: Bounds): T | Refused {
  if (request.offset > limits.offset) {
    hit('offset')
    const reason = `is turned back by ${limits.offset} rows at most; a shorter time or a narrower filter helps`
    return { kind: 'refused', query: 'the list', reason }
  }
  if (request.limit <= limits.rows) return request
  hit('rows')
  return { ...request, limit: limits.rows }
}

/** One more than the page shows, so that it can say whether there are more. */
function list(
  engine: Queries,
  signal: 'logs' | 'traces',
  { startMs, endMs, limit, offset }: SearchRequest,
  expression: string,
  order = 'timestamp',
): Promise<Answered> {
  const query: QueryEnvelope = {
    type: 'builder_query',
    spec: {
      name: 'A',
      signal,
      filter: { expression },
      order: [{ key: { name: order }, direction: 'desc' }],
      limit: limit + 1,
      offset,
    },
  }
  return ask(engine, { startMs, endMs, requestType: 'raw', queries: [query], variables: {} })
}

function rowsOf(answer: Extract<Answered, { kind: 'data' }>): readonly RawRow[] {
  const [result] = answer.results
  return result?.kind === 'raw' ? result.rows : []
}

function page<T>(all: readonly T[], limit: number): { lines: readonly T[]; isMore: boolean } {
  return { lines: all.slice(0, limit), isMore: all.length > limit }
}

function rename<T>({ lines, isMore }: { lines: readonly T[]; isMore: boolean }) {
  return { spans: lines, isMore }
}

export function logLine({ ms, data }: RawRow): LogLine {
  const text = (name: string) => String(data[name] ?? '')
  return {
    id: text('id'),
    timestamp: text('timestamp'),
    ms,
    severity: text('severity_text'),
    service: serviceOf(data),
    body: text('body'),
    traceId: text('trace_id'),
    spanId: text('span_id'),
    attributes: attributesOf(data),
  }
}

function spanLine({ ms, data }: RawRow): SpanLine {
  const text = (name: string) => String(data[name] ?? '')
  return {
    traceId: text('trace_id'),
    spanId: text('span_id'),
    ms,
    name: text('name'),
    service: serviceOf(data),
    kind: text('kind_string'),
    durationMs: Number(data['duration_nano']) / NS_PER_MS,
    hasError: data['has_error'] === true,
    attributes: attributesOf(data),
  }
}

function serviceOf(data: RawRow['data']): string {
  return (data['resource'] as Record<string, string> | undefined)?.['service.name'] ?? ''
}

function attributesOf(data: RawRow['data']): LogLine['attributes'] {
  return (data['attributes'] as LogLine['attributes'] | undefined) ?? {}
}
