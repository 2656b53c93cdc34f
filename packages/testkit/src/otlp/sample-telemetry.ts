// One received thing of each sort, in order as the schema of schema-check.test.ts has it.
import type { MetricPoint, ReceivedLog, ReceivedSpan } from './received.ts'

/** Sent by this service. */
export const origin = (service: string) => ({ service, resource: { 'service.name': service }, scope: '' })
/** A counter of the collector. */
export const counted: MetricPoint = {
  ...origin('solar-collector'),
  name: 'solar.acks',
  unit: '{ack}',
  description: '',
  type: 'sum',
  monotonic: true,
  temporality: 'cumulative',
  attributes: { reason: 'late', 'site.id': '7', route: 'a' },
  timeMs: 0,
  startMs: 0,
  value: 1,
}
/** A histogram of the API. */
export const lasted: MetricPoint = {
  ...counted,
  ...origin('solar-api'),
  name: 'http.duration',
  unit: 's',
  type: 'histogram',
  monotonic: false,
  attributes: {},
  bounds: [0.1, 1],
  counts: [1, 0, 0],
}
/** A request to the API. */
export const asked: ReceivedSpan = {
  ...origin('solar-api'),
  traceId: '',
  spanId: '',
  parentSpanId: '',
  name: 'GET /api',
  kind: 'server',
  startMs: 0,
  endMs: 0,
  durationMs: 0,
  attributes: { 'http.route': '/api' },
  events: [{ name: 'exception', timeMs: 0, attributes: { 'exception.type': 'Error' } }],
  links: [],
  status: { code: 'unset', message: '' },
}
/** A log record of the API. */
export const wrote: ReceivedLog = {
  ...origin('solar-api'),
  body: 'listening',
  eventName: '',
  severityText: 'INFO',
  severityNumber: 9,
  timeMs: 0,
  observedMs: 0,
  attributes: { port: 80, error: { type: 'E' }, logger: 'main' },
  traceId: '',
  spanId: '',
}
