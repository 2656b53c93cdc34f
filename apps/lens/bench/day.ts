// Telemetry of a day as OTLP: every metric that a panel asks for, spans of both services, log lines.
import { randomBytes } from 'node:crypto'
import type { Monitoring } from '@deye-hard/monitoring'
import { type DaySeries, seriesOfPanels } from './panel-series.ts'

const MINUTE_MS = 60_000
const DAY_MINUTES = 1_440
const POINTS = 1_000_000
const SPANS = 100_000
const LOG_LINES = 500_000
const MINUTES_PER_REQUEST = 4
const RECORDS_PER_REQUEST = 2_000
const LOGGERS = 120
const CUMULATIVE = 2
const SLOW_MS = 90

/** Seconds, as most histograms of ours; the numbers of the others are as good. */
const BOUNDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

type Labels = Readonly<Record<string, string>>

/** Each series has a point a minute; as many series as make the number of points. */
export function* metricRequests(monitoring: Monitoring, endMs: number): Generator<object> {
  const series = seriesOfPanels(monitoring, Math.floor(POINTS / DAY_MINUTES))
  const services = new Set(series.map(({ service }) => service))
  for (let minute = DAY_MINUTES; minute > 0; minute -= MINUTES_PER_REQUEST) {
    const minutes = Array.from({ length: MINUTES_PER_REQUEST }, (_, offset) => minute - offset)
    const metricsOf = (service: string) =>
      series
        .filter(one => one.service === service)
        .flatMap(one => minutes.map(ago => metricOf(one, endMs - ago * MINUTE_MS, DAY_MINUTES - ago)))
    yield {
      resourceMetrics: [...services].map(service => ({
        resource: resourceOf(service),
        scopeMetrics: [{ scope: { name: 'bench' }, metrics: metricsOf(service) }],
      })),
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

function metricOf({ name, kind, labels }: DaySeries, timeMs: number, minute: number): object {
  const base = { attributes: attributesOf(labels), timeUnixNano: nanos(timeMs) }
  if (kind === 'histogram') {
    const bucketCounts = Array.from({ length: BOUNDS.length + 1 }, () => String(minute))
    const count = String(minute * bucketCounts.length)
    const point = { ...base, count, sum: minute, explicitBounds: BOUNDS, bucketCounts }
    return { name, histogram: { aggregationTemporality: CUMULATIVE, dataPoints: [point] } }
  }
  const value = kind === 'counter' ? minute * 3 : Math.abs(Math.sin(minute)) * 100
  const dataPoints = [{ ...base, asDouble: value }]
  if (kind === 'gauge') return { name, gauge: { dataPoints } }
  return { name, sum: { aggregationTemporality: CUMULATIVE, isMonotonic: true, dataPoints } }
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
