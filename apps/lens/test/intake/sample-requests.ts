// One request of each signal in OTLP's JSON, with everything that SigNoz's tables tell apart.
import { createHash } from 'node:crypto'

const SERVER = {
  'http.request.method': 'GET',
  'http.route': '/x',
  'http.response.status_code': 500,
  'url.full': 'http://h/x',
  'server.address': 'h',
  f: 1.25,
  ok: true,
  l: ['p', 'q'],
  m: { k: 'v', n: 2 },
}
const DATABASE = {
  'db.system.name': 'postgresql',
  'db.system': 'postgresql',
  'db.name': 'n',
  'db.namespace': 'ns',
  'db.operation.name': 'select',
  'rpc.system': 'grpc',
  'peer.service': 'pg',
  'http.url': 'http://u:80/x',
  'http.method': 'POST',
  'http.host': 'hh',
  'http.status_code': 404,
  'server.address': 'dbhost',
}
const CLIENT = {
  'http.request.method': 'PUT',
  'url.full': 'https://other.example:443/p?q=1',
  'http.response.status_code': 200,
  'server.address': 'other.example',
}
const RPC = {
  'rpc.system': 'grpc',
  'rpc.method': 'M',
  'rpc.service': 'S',
  'rpc.grpc.status_code': 4,
  'messaging.system': 'k',
  'messaging.operation': 'o',
  'client.address': '10.0.0.1',
}

type Plain = string | number | boolean | string[] | { [key: string]: Plain }

const ROOT = 'b7ad6b7169203331'

export interface SampleRequests {
  metrics: object
  traces: object
  logs: object
}

/** `marker` becomes the service's name, by which the rows are found again, and gives the trace its id; times lie around `nowMs`. */
export function sampleRequests(marker: string, nowMs: number): SampleRequests {
  const trace = createHash('md5').update(marker).digest('hex')
  const at = (offsetMs: number) => String(BigInt(Math.floor(nowMs) + offsetMs) * 1_000_000n)
  const resource = {
    attributes: attributes({
      'service.name': marker,
      'service.instance.id': 'i-1',
      'deployment.environment': 'parity',
      'deployment.environment.name': 'parity',
      number: 5,
      flag: true,
      list: ['a', 'b'],
    }),
  }
  const scope = { name: 'my.scope', version: '1.2', attributes: attributes({ 'scope.attr': 's' }) }
  return {
    metrics: { resourceMetrics: [{ resource, scopeMetrics: [{ scope, metrics: metrics(at) }] }] },
    traces: { resourceSpans: [{ resource, scopeSpans: [{ scope, spans: spans(at, trace) }] }] },
    logs: { resourceLogs: [{ resource, scopeLogs: [{ scope, logRecords: logRecords(at, trace) }] }] },
  }
}

/** Whole numbers become intValue, others doubleValue. */
export function attributes(plain: Record<string, Plain>): object[] {
  return Object.entries(plain).map(([key, value]) => ({ key, value: anyValue(value) }))
}

function anyValue(value: Plain): object {
  if (typeof value === 'string') return { stringValue: value }
  if (typeof value === 'boolean') return { boolValue: value }
  if (typeof value === 'number')
    return Number.isInteger(value) ? { intValue: String(value) } : { doubleValue: value }
  return Array.isArray(value)
    ? { arrayValue: { values: value.map(anyValue) } }
    : { kvlistValue: { values: attributes(value) } }
}

function metrics(at: (offsetMs: number) => string): object[] {
  const point = (labels: Record<string, Plain>, rest: object) => ({
    attributes: attributes(labels),
    timeUnixNano: at(0),
    startTimeUnixNano: at(-60_000),
    ...rest,
  })
  const gauge = [
    point({ a: '1', n: 7, b: true, d: 1.5, l: ['x'], 'service.name': 'overridden' }, { asDouble: 1.5 }),
    point({ a: 'nan' }, { asDouble: 'NaN' }),
    point({ a: 'inf' }, { asDouble: 'Infinity' }),
    point({ a: 'ended' }, { flags: 1 }),
    point({ a: 'int' }, { asInt: '12' }),
    point({ a: 'tiny' }, { asDouble: 1.5e-9 }),
  ]
  const sum = (temporality: number, isMonotonic: boolean, asInt: string) => ({
    aggregationTemporality: temporality,
    isMonotonic,
    dataPoints: [point({ a: '1' }, { asInt })],
  })
  const cumulative = point(
    { r: '/x' },
    {
      count: '6',
      sum: 7.5,
      min: 0.1,
      max: 9,
      explicitBounds: [5e-7, 0.5, 1, 1e6],
      bucketCounts: ['1', '2', '0', '3', '0'],
    },
  )
  const delta = point(
    { r: '/x' },
    { count: '6', sum: 7.5, explicitBounds: [1, 10], bucketCounts: ['1', '2', '3'] },
  )
  const summary = {
    count: '6',
    sum: 7.5,
    quantileValues: [
      { quantile: 0.5, value: 1 },
      { quantile: 0.99, value: 2 },
    ],
  }
  const exponential = {
    count: '3',
    sum: 7,
    scale: 1,
    zeroCount: '1',
    positive: { offset: 0, bucketCounts: ['1', '1'] },
  }
  return [
    { name: 'parity.gauge', unit: 'W', description: 'power', gauge: { dataPoints: gauge } },
    { name: 'parity.sum', unit: '1', description: 'sum', sum: sum(2, true, '42') },
    { name: 'parity.updown', sum: sum(2, false, '-4') },
    { name: 'parity.delta', sum: sum(1, true, '3') },
    {
      name: 'parity.histogram',
      unit: 's',
      histogram: { aggregationTemporality: 2, dataPoints: [cumulative] },
    },
    {
      name: 'parity.histogram.delta',
      unit: 's',
      histogram: { aggregationTemporality: 1, dataPoints: [delta] },
    },
    { name: 'parity.summary', summary: { dataPoints: [point({}, summary)] } },
    {
      name: 'parity.exponential',
      exponentialHistogram: { aggregationTemporality: 1, dataPoints: [point({}, exponential)] },
    },
  ]
}

function spans(at: (offsetMs: number) => string, trace: string): object[] {
  const span = (
    spanId: string,
    name: string,
    kind: number,
    own: Record<string, Plain>,
    rest: object = {},
  ) => ({
    traceId: trace,
    spanId,
    parentSpanId: spanId === ROOT ? '' : ROOT,
    name,
    kind,
    startTimeUnixNano: at(-900),
    endTimeUnixNano: at(-800),
    attributes: attributes(own),
    ...rest,
  })
  const exception = { 'exception.type': 'E', 'exception.message': 'm', 'exception.stacktrace': 'st' }
  const rootRest = {
    traceState: 'a=b',
    flags: 1,
    status: { code: 2, message: 'bad' },
    events: [
      { name: 'exception', timeUnixNano: at(-850), attributes: attributes(exception) },
      { name: 'other', timeUnixNano: at(-840), attributes: attributes({ n: 1 }) },
    ],
    links: [
      {
        traceId: '1af7651916cd43dd8448eb211c80319c',
        spanId: 'c7ad6b7169203331',
        attributes: attributes({ x: 'y' }),
      },
    ],
  }
  return [
    span(ROOT, 'GET /x', 2, SERVER, rootRest),
    span('b7ad6b7169203332', 'db', 3, DATABASE, { status: { code: 1 } }),
    span('b7ad6b7169203333', 'internal', 1, {}, { flags: 0x301 }),
    span('b7ad6b7169203334', 'client', 3, CLIENT, { flags: 0x101 }),
    span('b7ad6b7169203335', 'rpc', 2, RPC),
    span('b7ad6b7169203336', 'consumer', 5, { 'db.operation.name': 'x', 'db.operation': 'y' }),
  ]
}

function logRecords(at: (offsetMs: number) => string, trace: string): object[] {
  const own = { s: 'x', n: 3, d: 0.5, b: true, l: ['x'], m: { k: 'v', n: 2 }, 'event.name': 'e' }
  const ids = { traceId: trace, spanId: ROOT, flags: 1 }
  const times = { timeUnixNano: at(-100), observedTimeUnixNano: at(0) }
  return [
    {
      ...times,
      ...ids,
      severityNumber: 9,
      severityText: 'INFO',
      body: { stringValue: 'hello' },
      attributes: attributes(own),
    },
    { observedTimeUnixNano: at(0), severityNumber: 17, body: anyValue({ message: 'hi', q: { z: 1 } }) },
    { ...times, body: { intValue: '5' } },
    { ...times, body: { doubleValue: 2.5 } },
    { ...times, body: { arrayValue: { values: [{ stringValue: 'a' }, { intValue: '1' }] } } },
    { ...times },
  ]
}
