// Half an hour of telemetry as the services would send it, written into the engine's tables: a fleet of six, requests, one failure.
import type { Engine } from '../../src/engine/engine.ts'

const MINUTE_MS = 60_000
const MINUTES = 30
const STATES = ['live', 'asleep', 'late', 'missing', 'never_seen'] as const
/** State by serial of the logger. */
export const FLEET: Readonly<Record<string, (typeof STATES)[number]>> = {
  '4000000001': 'live',
  '4000000002': 'live',
  '4000000003': 'live',
  '4000000004': 'asleep',
  '4000000005': 'late',
  '4000000006': 'missing',
}
export const FAILED_TRACE = 'f'.repeat(32)
const API = { 'service.name': 'solar-api', 'deployment.environment': 'test' }
const COLLECTOR = { 'service.name': 'solar-collector', 'deployment.environment': 'test' }
const LE = ['0.01', '0.1', '1', '+Inf']
const SPAN_KINDS: Readonly<Record<string, number>> = { Internal: 1, Server: 2, Client: 3 }

type Labels = Readonly<Record<string, string>>
interface Metric {
  name: string
  kind: 'gauge' | 'counter' | 'bucket'
  unit: string
  labels: Labels
  /** Minutes from the start of the half hour. */
  value(minute: number): number
}

export async function seedTelemetry(engine: Engine, nowMs: number): Promise<void> {
  const startMs = Math.floor(nowMs / MINUTE_MS) * MINUTE_MS - MINUTES * MINUTE_MS
  const metrics = [...fleetMetrics(), ...requestMetrics()]
  await engine.insert(
    'signoz_metrics.time_series_v4',
    metrics.flatMap((metric, index) => seriesRows(metric, index, startMs)),
  )
  await engine.insert(
    'signoz_metrics.samples_v4',
    metrics.flatMap((metric, index) => sampleRows(metric, index, startMs)),
  )
  await engine.insert('signoz_traces.signoz_index_v3', requestSpans(startMs))
  await engine.insert('signoz_logs.logs_v2', logRows(startMs))
}

function fleetMetrics(): Metric[] {
  const ofLoggers = Object.entries(FLEET).flatMap(([serial, state], index): Metric[] => {
    const labels = {
      ...COLLECTOR,
      'logger.serial': serial,
      'inverter.id': String(index + 1),
      'site.id': String(1 + (index % 2)),
    }
    const gauge = (name: string, unit: string, value: number, more: Labels = {}): Metric => ({
      name,
      unit,
      kind: 'gauge',
      labels: { ...labels, ...more },
      value: () => value,
    })
    return [
      ...STATES.map(one => gauge('solar.logger.state', '1', Number(one === state), { state: one })),
      gauge('solar.logger.message_age', 's', state === 'live' ? 20 + index : 7_200),
      gauge('solar.logger.message_rate', '{message}/min', state === 'live' ? 1 : 0),
    ]
  })
  const whole = (name: string, value: number): Metric => ({
    name,
    kind: 'gauge',
    unit: '1',
    labels: COLLECTOR,
    value: () => value,
  })
  const byState = STATES.map((state): Metric => {
    const count = Object.values(FLEET).filter(held => held === state).length
    return { ...whole('solar.fleet.loggers', count), labels: { ...COLLECTOR, state } }
  })
  return [
    ...ofLoggers,
    ...byState,
    whole('solar.fleet.all.silent', 2),
    whole('solar.readings.unaccounted', 0),
  ]
}

function requestMetrics(): Metric[] {
  const name = 'http.server.request.duration'
  return [
    { route: '/api/inverters', status: '200', perMinute: 30 },
    { route: '/api/measurements', status: '200', perMinute: 60 },
    { route: '/api/inverters', status: '500', perMinute: 3 },
  ].flatMap(({ route, status, perMinute }): Metric[] => {
    const labels = {
      ...API,
      'http.request.method': 'GET',
      'http.route': route,
      'http.response.status_code': status,
    }
    const counter = { kind: 'counter', unit: 's', labels } as const
    const share = [0.5, 0.9, 0.99, 1]
    return [
      { ...counter, name: `${name}.count`, value: minute => 100 + minute * perMinute },
      { ...counter, name: `${name}.sum`, value: minute => minute * perMinute * 0.05 },
      ...LE.map(
        (le, index): Metric => ({
          name: `${name}.bucket`,
          kind: 'bucket',
          unit: 's',
          labels: { ...labels, le },
          value: minute => Math.round(minute * perMinute * share[index]!),
        }),
      ),
    ]
  })
}

const TYPES = {
  gauge: { type: 'Gauge', temporality: 'Unspecified', is_monotonic: false },
  counter: { type: 'Sum', temporality: 'Cumulative', is_monotonic: true },
  bucket: { type: 'Histogram', temporality: 'Cumulative', is_monotonic: true },
} as const

function seriesRows({ name, kind, unit, labels }: Metric, index: number, startMs: number) {
  const hours = [startMs, startMs + MINUTES * MINUTE_MS].map(ms => Math.floor(ms / 3_600_000) * 3_600_000)
  return [...new Set(hours)].map(unix_milli => ({
    ...TYPES[kind],
    metric_name: name,
    unit,
    fingerprint: String(index + 1),
    unix_milli,
    labels: JSON.stringify({ ...labels, __name__: name }),
  }))
}

function sampleRows({ name, kind, value }: Metric, index: number, startMs: number) {
  const { temporality } = TYPES[kind]
  return Array.from({ length: MINUTES + 1 }, (_, minute) => ({
    temporality,
    metric_name: name,
    fingerprint: String(index + 1),
    unix_milli: startMs + minute * MINUTE_MS,
    value: value(minute),
  }))
}

interface SpanSeed {
  trace: string
  span: string
  parent: string
  name: string
  kind: string
  ms: number
  durationMs: number
  isError: boolean
  strings: Labels
  numbers: Readonly<Record<string, number>>
}

function requestSpans(startMs: number) {
  return Array.from({ length: MINUTES }, (_, minute) => {
    const isError = minute === MINUTES - 1
    const trace = isError ? FAILED_TRACE : (minute + 1).toString(16).padStart(32, '0')
    const ms = startMs + minute * MINUTE_MS
    const shared = { trace, isError }
    const root = `${trace.slice(0, 15)}a`
    return [
      {
        ...shared,
        span: root,
        parent: '',
        name: 'GET /api/inverters',
        kind: 'Server',
        ms,
        durationMs: 40 + minute,
        strings: { 'http.route': '/api/inverters', 'http.request.method': 'GET' },
        numbers: { 'http.response.status_code': isError ? 500 : 200 },
      },
      {
        ...shared,
        span: `${trace.slice(0, 15)}b`,
        parent: root,
        name: 'select inverters',
        kind: 'Client',
        ms: ms + 10,
        durationMs: 20,
        strings: {
          'db.operation.name': 'select inverters',
          ...(isError ? { 'error.type': 'database_unavailable' } : {}),
        },
        numbers: {},
      },
    ]
  })
    .flat()
    .map(spanRow)
}

function spanRow({ trace, span, parent, name, kind, ms, durationMs, isError, strings, numbers }: SpanSeed) {
  return {
    ts_bucket_start: Math.floor(ms / 1_800_000) * 1_800,
    resource_fingerprint: 'api',
    timestamp: new Date(ms).toISOString().replace('T', ' ').replace('Z', '000000'),
    trace_id: trace,
    span_id: span,
    parent_span_id: parent,
    name,
    kind: SPAN_KINDS[kind],
    kind_string: kind,
    duration_nano: durationMs * 1e6,
    status_code: isError ? 2 : 0,
    status_code_string: isError ? 'Error' : 'Unset',
    has_error: isError,
    attributes_string: strings,
    attributes_number: numbers,
    resources_string: API,
    events: isError
      ? [
          JSON.stringify({
            name: 'exception',
            timeUnixNano: ms * 1e6,
            attributeMap: { 'exception.type': 'DatabaseError' },
          }),
        ]
      : [],
  }
}

function logRows(startMs: number) {
  const lines = Array.from({ length: MINUTES }, (_, minute) => ({
    ms: startMs + minute * MINUTE_MS,
    severity: 'INFO',
    body: 'request completed',
    service: API,
    trace: (minute + 1).toString(16).padStart(32, '0'),
    strings: { http_route: '/api/inverters' } as Labels,
    numbers: { duration_ms: 40 + minute } as Readonly<Record<string, number>>,
  }))
  const lastMs = startMs + (MINUTES - 1) * MINUTE_MS
  const failed = {
    ...lines[0]!,
    ms: lastMs + 30,
    severity: 'ERROR',
    body: 'request failed',
    trace: FAILED_TRACE,
  }
  const changed = {
    ...failed,
    ms: lastMs,
    severity: 'INFO',
    body: 'logger state changed',
    service: COLLECTOR,
    trace: '',
    strings: { state: 'missing', previous_state: 'late', reason: 'silent_too_long' },
    numbers: { logger_serial: 4_000_000_006, site_id: 2 },
  }
  return [...lines, failed, changed].map((line, index) => ({
    ts_bucket_start: Math.floor(line.ms / 1_800_000) * 1_800,
    resource_fingerprint: line.service['service.name'],
    timestamp: `${line.ms}000000`,
    observed_timestamp: `${line.ms}000000`,
    id: `line-${String(index).padStart(3, '0')}`,
    trace_id: line.trace,
    span_id: line.trace === '' ? '' : `${line.trace.slice(0, 15)}a`,
    severity_text: line.severity,
    severity_number: line.severity === 'ERROR' ? 17 : 9,
    body: line.body,
    attributes_string: line.strings,
    attributes_number: line.numbers,
    resources_string: line.service,
  }))
}
