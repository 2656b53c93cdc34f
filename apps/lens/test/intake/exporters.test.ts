// The exporters that our services use, over a real connection: spans, metrics and log lines of the SDK arrive as rows.
import { createRequire } from 'node:module'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type IntakeForTests, intakeForTests } from './intake-for-tests.ts'

/** They are dependencies of packages/telemetry, which starts them once for a whole process; here each test has its own. */
const telemetry = createRequire(new URL('../../../../packages/telemetry/package.json', import.meta.url))
type Modules = Record<string, new (...options: unknown[]) => never>
const load = (name: string) =>
  telemetry(`@opentelemetry/${name}`) as Modules & Record<string, (...given: unknown[]) => never>

interface Provider {
  getTracer(name: string): {
    startSpan(name: string, options?: object): { end(): void; setStatus(status: object): void }
  }
  getMeter(name: string): {
    createCounter(name: string): { add(value: number, labels?: object): void }
    createHistogram(name: string, options?: object): { record(value: number, labels?: object): void }
  }
  getLogger(name: string): { emit(record: object): void }
  forceFlush(): Promise<void>
  shutdown(): Promise<void>
}

let lens: IntakeForTests
let url: string
const { resourceFromAttributes } = load('resources')
const resource = resourceFromAttributes?.({ 'service.name': 'sdk', 'deployment.environment.name': 'test' })

beforeAll(async () => {
  lens = await intakeForTests()
  url = `http://127.0.0.1:${lens.intake.ports.grpc}`
})

afterAll(() => lens.stop())

function provider(sdk: string, name: string, options: object): Provider {
  const Provider = load(sdk)[name] as unknown as new (options: object) => Provider
  return new Provider({ resource, ...options })
}

function exporter(name: string, kind: string): never {
  const Exporter = load(name)[kind] as new (options: object) => never
  return new Exporter({ url, compression: 'gzip' })
}

it('spans', async () => {
  const Processor = load('sdk-trace').BatchSpanProcessor as new (options: object) => never
  const tracing = provider('sdk-trace', 'TracerProvider', {
    spanProcessors: [new Processor({ exporter: exporter('exporter-trace-otlp-grpc', 'OTLPTraceExporter') })],
  })
  const span = tracing.getTracer('t').startSpan('GET /x', { kind: 1, attributes: { 'http.route': '/x' } })
  span.setStatus({ code: 2, message: 'broken' })
  span.end()
  await tracing.forceFlush()
  await tracing.shutdown()
  await lens.intake.flush()
  const rows = await lens.engine.query(
    'SELECT serviceName, name, kind_string, has_error, httpRoute, resources_string FROM signoz_traces.distributed_signoz_index_v3',
  )
  expect(rows).toEqual([
    {
      serviceName: 'sdk',
      name: 'GET /x',
      kind_string: 'Server',
      has_error: true,
      httpRoute: '/x',
      resources_string: expect.objectContaining({ 'deployment.environment': 'test' }),
    },
  ])
})

it('metrics', async () => {
  const Reader = load('sdk-metrics').PeriodicExportingMetricReader as new (options: object) => never
  const reader = new Reader({ exporter: exporter('exporter-metrics-otlp-grpc', 'OTLPMetricExporter') })
  const metering = provider('sdk-metrics', 'MeterProvider', { readers: [reader] })
  const meter = metering.getMeter('m')
  meter.createCounter('sdk.count').add(3, { outcome: 'ok' })
  meter.createHistogram('sdk.time', { unit: 's', advice: { explicitBucketBoundaries: [1, 2] } }).record(1.5)
  await metering.forceFlush()
  await metering.shutdown()
  await lens.intake.flush()
  const rows =
    await lens.engine.query(`SELECT s.metric_name AS name, max(s.value) AS value, any(JSONExtractString(t.labels, 'outcome')) AS outcome, any(t.temporality) AS kind
    FROM signoz_metrics.distributed_samples_v4 AS s INNER JOIN (SELECT DISTINCT fingerprint, labels, temporality FROM signoz_metrics.distributed_time_series_v4_1day) AS t
    ON s.fingerprint = t.fingerprint WHERE startsWith(s.metric_name, 'sdk.') GROUP BY name ORDER BY name`)
  expect(rows).toEqual([
    { name: 'sdk.count', value: 3, outcome: 'ok', kind: 'Cumulative' },
    { name: 'sdk.time.bucket', value: 1, outcome: '', kind: 'Cumulative' },
    { name: 'sdk.time.count', value: 1, outcome: '', kind: 'Cumulative' },
    { name: 'sdk.time.max', value: 1.5, outcome: '', kind: 'Unspecified' },
    { name: 'sdk.time.min', value: 1.5, outcome: '', kind: 'Unspecified' },
    { name: 'sdk.time.sum', value: 1.5, outcome: '', kind: 'Cumulative' },
  ])
})

it('log lines', async () => {
  const Processor = load('sdk-logs').BatchLogRecordProcessor as new (options: object) => never
  const logging = provider('sdk-logs', 'LoggerProvider', {
    processors: [new Processor({ exporter: exporter('exporter-logs-otlp-grpc', 'OTLPLogExporter') })],
  })
  logging
    .getLogger('l')
    .emit({ body: 'batch shipped', severityNumber: 9, severityText: 'INFO', attributes: { count: 3 } })
  await logging.forceFlush()
  await logging.shutdown()
  await lens.intake.flush()
  const rows = await lens.engine.query(
    "SELECT body, severity_text, attributes_number['count'] AS n, resources_string['service.name'] AS service FROM signoz_logs.distributed_logs_v2",
  )
  expect(rows).toEqual([{ body: 'batch shipped', severity_text: 'INFO', n: 3, service: 'sdk' }])
})
