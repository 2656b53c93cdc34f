// Telemetry of a day, made from what telemetry-schema declares: every metric with its labels, spans of both services, log lines.
import { randomBytes } from 'node:crypto'
import { type LabelDomain, METRICS, type MetricDeclaration } from '@deye-hard/telemetry-schema'

const MINUTE_MS = 60_000
const DAY_MINUTES = 1_440
const POINTS = 1_000_000
const SPANS = 100_000
const LOG_LINES = 500_000
const MINUTES_PER_REQUEST = 4
const RECORDS_PER_REQUEST = 2_000
/** Of a label, so that no metric has thousands of series; loggers are 120. */
const VALUES_MAX = 4
const LOGGERS = 120
const CUMULATIVE = 2
const SLOW_MS = 90

type Labels = Readonly<Record<string, string>>
interface DaySeries {
  name: string
  declaration: MetricDeclaration
  labels: Labels
}

/** Each series has a point a minute; as many series as make the number of points. */
export function* metricRequests(endMs: number): Generator<object> {
  const declared: Record<string, MetricDeclaration> = METRICS
  const all = Object.entries(declared).flatMap(([name, declaration]) =>
    combinations(declaration.labels).map(labels => ({ name, declaration, labels })),
  )
  const series = all.slice(0, Math.floor(POINTS / DAY_MINUTES))
  for (let minute = DAY_MINUTES; minute > 0; minute -= MINUTES_PER_REQUEST) {
    const minutes = Array.from({ length: MINUTES_PER_REQUEST }, (_, offset) => minute - offset)
    const metrics = series.flatMap(one =>
      minutes.map(ago => metricOf(one, endMs - ago * MINUTE_MS, DAY_MINUTES - ago)),
    )
    yield {
      resourceMetrics: [
        { resource: resourceOf('solar-collector'), scopeMetrics: [{ scope: { name: 'bench' }, metrics }] },
      ],
    }
  }
}

export function* spanRequests(endMs: number): Generator<object> {
  for (let sent = 0; sent < SPANS; sent += RECORDS_PER_REQUEST) {
    const spans = Array.from({ length: RECORDS_PER_REQUEST }, (_, index) =>
      spanOf(sent + index, timeOf(sent + index, SPANS, endMs)),
    )
    yield {
      resourceSpans: [
        { resource: resourceOf('solar-api'), scopeSpans: [{ scope: { name: 'bench' }, spans }] },
      ],
    }
  }
}

export function* logRequests(endMs: number): Generator<object> {
  for (let sent = 0; sent < LOG_LINES; sent += RECORDS_PER_REQUEST) {
    const logRecords = Array.from({ length: RECORDS_PER_REQUEST }, (_, index) =>
      logOf(sent + index, timeOf(sent + index, LOG_LINES, endMs)),
    )
    yield {
      resourceLogs: [
        { resource: resourceOf('solar-collector'), scopeLogs: [{ scope: { name: 'bench' }, logRecords }] },
      ],
    }
  }
}

/** The first values of each label with each other; every logger has its series. */
function combinations(labels: Readonly<Record<string, LabelDomain>>): Labels[] {
  if ('logger.serial' in labels)
    return Array.from({ length: LOGGERS }, (_, index) => labelsOfLogger(labels, index))
  return Object.entries(labels).reduce<Labels[]>(
    (made, [label, domain]) =>
      made.flatMap(one => valuesOf(domain).map(value => ({ ...one, [label]: value }))),
    [{}],
  )
}

function labelsOfLogger(labels: Readonly<Record<string, LabelDomain>>, index: number): Labels {
  const own = Object.entries(labels).map(([label, domain]) => [
    label,
    valuesOf(domain)[index % valuesOf(domain).length] ?? '',
  ])
  return { ...Object.fromEntries(own), 'logger.serial': String(2_700_000_000 + index) }
}

function valuesOf(domain: LabelDomain): string[] {
  if (domain.kind === 'closed') return domain.values.slice(0, VALUES_MAX).map(String)
  return Array.from({ length: VALUES_MAX }, (_, index) => String(index + 1))
}

function metricOf({ name, declaration, labels }: DaySeries, timeMs: number, minute: number): object {
  const { kind, unit, buckets = [] } = declaration
  const base = { attributes: attributesOf(labels), timeUnixNano: nanos(timeMs) }
  if (kind === 'histogram') {
    const bucketCounts = Array.from({ length: buckets.length + 1 }, () => String(minute))
    const count = String(minute * (buckets.length + 1))
    const point = {
      ...base,
      count,
      sum: minute * (buckets.at(-1) ?? 1),
      explicitBounds: buckets,
      bucketCounts,
    }
    return { name, unit, histogram: { aggregationTemporality: CUMULATIVE, dataPoints: [point] } }
  }
  const dataPoints = [
    { ...base, asDouble: kind === 'counter' ? minute * 3 : Math.abs(Math.sin(minute)) * 100 },
  ]
  if (kind === 'gauge') return { name, unit, gauge: { dataPoints } }
  return {
    name,
    unit,
    sum: { aggregationTemporality: CUMULATIVE, isMonotonic: kind === 'counter', dataPoints },
  }
}

function spanOf(index: number, timeMs: number): object {
  const isRoot = index % 5 === 0
  const isFailed = index % 100 === 0
  return {
    traceId: randomBytes(16),
    spanId: randomBytes(8),
    ...(isRoot ? {} : { parentSpanId: randomBytes(8) }),
    name: isRoot ? 'GET /api/inverters' : 'inverters.list',
    kind: isRoot ? 2 : 3,
    startTimeUnixNano: nanos(timeMs),
    endTimeUnixNano: nanos(timeMs + 1 + (index % SLOW_MS)),
    attributes: attributesOf({
      'http.route': '/api/inverters',
      'http.request.method': 'GET',
      'http.response.status_code': isFailed ? '500' : '200',
      ...(isFailed ? { 'error.type': '500' } : {}),
    }),
    status: { code: isFailed ? 2 : 0 },
  }
}

function logOf(index: number, timeMs: number): object {
  const isWarning = index % 50 === 0
  return {
    timeUnixNano: nanos(timeMs),
    severityNumber: isWarning ? 13 : 9,
    severityText: isWarning ? 'WARN' : 'INFO',
    body: { stringValue: isWarning ? 'slow statement' : 'batch shipped' },
    traceId: randomBytes(16),
    spanId: randomBytes(8),
    attributes: attributesOf({
      logger: 'shipper',
      logger_serial: String(2_700_000_000 + (index % LOGGERS)),
      batch_id: String(index),
    }),
  }
}

function resourceOf(service: string): object {
  const labels = {
    'service.name': service,
    'service.instance.id': `${service}-1`,
    'deployment.environment.name': 'bench',
  }
  return { attributes: attributesOf(labels) }
}

function attributesOf(labels: Labels): object[] {
  return Object.entries(labels).map(([key, stringValue]) => ({ key, value: { stringValue } }))
}

/** Evenly over the day. */
function timeOf(index: number, count: number, endMs: number): number {
  return endMs - DAY_MINUTES * MINUTE_MS * (1 - index / count)
}

function nanos(ms: number): string {
  return String(BigInt(Math.floor(ms)) * 1_000_000n)
}
