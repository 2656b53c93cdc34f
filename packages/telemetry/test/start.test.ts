// Start and end of telemetry: who sends, what is sampled, what its status says, and nothing without an endpoint.
import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders } from 'node:http2'
import { hostname } from 'node:os'
import { instruments, isTracing, recordSpan, withSpan } from '@deye-hard/telemetry'
import { runningTelemetry, startTelemetry } from '@deye-hard/telemetry/start'
import { waitUntil } from '@deye-hard/testkit'
import { describe, expect, it, onTestFinished } from 'vitest'
import { openReceiver, startForTest } from './start-for-test.ts'

it('the resource is what the schema lists, and nothing about the machine’s user or the command', async () => {
  const receiver = await openReceiver()
  await startForTest(receiver.url, {
    OTEL_RESOURCE_ATTRIBUTES: 'service.namespace=mine',
    DEPLOYMENT_ENVIRONMENT: 'test',
  })
  recordSpan('token refresh', { startMs: Date.now() })
  const { resource } = await receiver.waitForSpan('token refresh')
  expect(resource).toEqual({
    'service.name': 'solar-collector',
    'service.version': '1.2.3',
    'service.namespace': 'mine',
    'service.instance.id': `${hostname()}/solar-collector`,
    'deployment.environment.name': 'test',
    'deployment.environment': 'test',
    'host.name': hostname(),
    'telemetry.sdk.language': 'nodejs',
    'telemetry.sdk.name': 'opentelemetry',
    'telemetry.sdk.version': expect.any(String),
  })
})

describe('the sampler', () => {
  it('lets a share of traces through, and every span that failed', async () => {
    const receiver = await openReceiver()
    await startForTest(receiver.url, {
      OTEL_TRACES_SAMPLER: 'parentbased_traceidratio',
      OTEL_TRACES_SAMPLER_ARG: '0',
    })
    withSpan('token refresh', {}, span => {
      expect(span.ref.sampled).toBe(false)
      withSpan('logger look-up', {}, inner => inner.fail('timeout'))
    })
    await receiver.waitForSpan('logger look-up')
    expect(receiver.spans.map(({ name }) => name)).toEqual(['logger look-up'])
  })

  it('switched off lets nothing through', async () => {
    const receiver = await openReceiver()
    const { telemetry } = await startForTest(receiver.url, { OTEL_TRACES_SAMPLER: 'always_off' })
    withSpan('token refresh', {}, span => span.fail('timeout'))
    expect(recordSpan('logger look-up', { startMs: Date.now(), errorType: 'timeout' })).toBeNull()
    await telemetry.shutdown()
    expect(receiver.spans).toEqual([])
  })
})

it('headers go with every message, and do not stay in the environment', async () => {
  const seen: IncomingHttpHeaders[] = []
  const server = createServer().on('stream', (stream, headers) => {
    seen.push(headers)
    stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true })
    stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }))
    stream.resume().end(Buffer.alloc(5)) // an empty message: no compression, length 0
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  onTestFinished(() => void server.close())
  const { port } = server.address() as { port: number }
  const before = process.env.OTEL_EXPORTER_OTLP_HEADERS
  const headers = { OTEL_EXPORTER_OTLP_HEADERS: 'x-key=secret%20one' }
  const { telemetry } = await startForTest(`http://127.0.0.1:${port}`, headers)
  recordSpan('token refresh', { startMs: Date.now() })
  await waitUntil(() => telemetry.status().spans.exported === 1 && telemetry.status().metrics.exported > 0)
  for (const sent of seen) {
    expect(sent).toMatchObject({
      'x-key': 'secret one',
      'user-agent': expect.stringMatching(/^solar-collector\/1\.2\.3 /),
    })
  }
  expect(process.env.OTEL_EXPORTER_OTLP_HEADERS).toBe(before)
})

it('what telemetry does is in its status and its metrics', async () => {
  const receiver = await openReceiver()
  const { telemetry } = await startForTest(receiver.url)
  recordSpan('token refresh', { startMs: Date.now() })
  await waitUntil(() => telemetry.status().spans.exported === 1)
  expect(telemetry.status().spans).toEqual({
    queued: 0,
    exported: 1,
    dropped: { queue_full: 0, rejected: 0, shutdown: 0, export_failed: 0 },
    failures: 0,
  })
  await receiver.waitForMetric(
    'solar.telemetry.exported',
    ({ attributes, value }) => attributes.signal === 'spans' && value === 1,
  )
  await receiver.waitForMetric(
    'solar.telemetry.queue.limit',
    ({ attributes, value }) => attributes.signal === 'spans' && value === 8_192,
  )
})

it('runs once at a time, and again after its end', async () => {
  const receiver = await openReceiver()
  const { telemetry } = await startForTest(receiver.url)
  await expect(startTelemetry({ service: 'solar-api', version: '1', environment: {} })).rejects.toThrow(
    'runs already',
  )
  const acks = instruments.counter('solar.acks.sent')
  acks.add(1)
  await telemetry.shutdown()
  expect(runningTelemetry()).toBeNull()
  expect(isTracing()).toBe(false)
  acks.add(1) // goes nowhere
  receiver.clear()
  await startForTest(receiver.url)
  acks.add(5)
  recordSpan('token refresh', { startMs: Date.now() })
  await receiver.waitForMetric('solar.acks.sent', ({ value }) => value === 5)
  await receiver.waitForSpan('token refresh')
})

it.each([
  ['without an endpoint', '', {}],
  ['when it is disabled', 'http://127.0.0.1:1', { OTEL_SDK_DISABLED: 'true' }],
])('is off %s, and says so once', async (_, endpoint, environment: Record<string, string>) => {
  const { telemetry, lines } = await startForTest(endpoint, environment)
  expect(telemetry.endpoint).toBeNull()
  expect(lines.map(({ message }) => message)).toEqual(['telemetry is off'])
  expect(isTracing()).toBe(false)
  expect(recordSpan('token refresh', { startMs: Date.now() })).toBeNull()
  expect(telemetry.status().spans.exported).toBe(0)
  await telemetry.shutdown()
})
