// What a receiver gets: spans, metrics and log records as the schema has them, from one process.
import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders } from 'node:http2'
import { hostname } from 'node:os'
import {
  activeTrace,
  instruments,
  isTracing,
  recordSpan,
  type TraceRef,
  withSpan,
} from '@deye-hard/telemetry'
import { runningTelemetry, startTelemetry } from '@deye-hard/telemetry/start'
import { METRICS } from '@deye-hard/telemetry-schema'
import { holdAgainstSchema, waitUntil } from '@deye-hard/testkit'
import { metrics } from '@opentelemetry/api'
import { afterEach, describe, expect, it, onTestFinished } from 'vitest'
import { openReceiver, recordingLogger, startForTest } from './start-for-test.ts'

afterEach(() => expect(isTracing(), 'shutdown lets go of everything').toBe(runningTelemetry() !== null))

describe('a span', () => {
  it('has name, kind, attributes, times and links as given', async () => {
    const receiver = await openReceiver()
    await startForTest(receiver.url)
    const first = recordSpan('logger connection', {
      parent: null,
      startMs: 1_000_000,
      endMs: 1_000_250,
      attributes: { 'connection.phase': 'opened', 'connection.frames': 3 },
    })!
    const second = recordSpan('logger message', { startMs: Date.now(), parent: first, links: [first] })!
    expect(await receiver.waitForSpan('logger connection')).toMatchObject({
      kind: 'server',
      traceId: first.traceId,
      spanId: first.spanId,
      parentSpanId: '',
      startMs: 1_000_000,
      durationMs: 250,
      attributes: { 'connection.phase': 'opened', 'connection.frames': 3 },
      status: { code: 'unset' },
    })
    expect(await receiver.waitForSpan('logger message')).toMatchObject({
      kind: 'consumer',
      traceId: first.traceId,
      spanId: second.spanId,
      parentSpanId: first.spanId,
      links: [{ traceId: first.traceId, spanId: first.spanId }],
    })
    expect(holdAgainstSchema(receiver, undefined, { expectedFrom: [] })).toEqual([])
  })

  it('around a promise ends with it, and is the active one inside', async () => {
    const receiver = await openReceiver()
    await startForTest(receiver.url)
    let inside: TraceRef | null = null
    const given = await withSpan('token refresh', {}, async span => {
      await Promise.resolve()
      inside = activeTrace()
      span.set({ outcome: 'ok' })
      return withSpan('logger look-up', { attributes: { 'lookup.loggers': 2 } }, inner => inner.ref)
    })
    expect(activeTrace()).toBeNull()
    const span = await receiver.waitForSpan('token refresh')
    expect(span).toMatchObject({ spanId: inside!.spanId, attributes: { outcome: 'ok' } })
    expect(await receiver.waitForSpan('logger look-up')).toMatchObject({
      spanId: given.spanId,
      parentSpanId: span.spanId,
      attributes: { 'lookup.loggers': 2 },
    })
  })

  it.each([
    ['a function that throws', () => withSpan('token refresh', {}, failing)],
    ['a promise that rejects', () => withSpan('token refresh', {}, async () => failing())],
  ])(
    'around %s has the exception with its stack and without personal data, and lets it go on',
    async (_, work) => {
      const receiver = await openReceiver()
      await startForTest(receiver.url)
      await expect(async () => work()).rejects.toThrow('refused for admin@example.com')
      const span = await receiver.waitForSpan('token refresh')
      expect(span.status.code).toBe('error')
      expect(span.attributes).toEqual({ 'error.type': 'ECONNREFUSED' })
      expect(span.events).toMatchObject([{ name: 'exception' }])
      expect(span.events[0]!.attributes).toEqual({
        'exception.type': 'ECONNREFUSED',
        'exception.message': 'refused for [redacted]',
        'exception.stacktrace': expect.stringContaining('arrival.test.ts'),
      })
      expect(JSON.stringify(span)).not.toContain('admin@example')
    },
  )

  it('can fail by its own word, and of what is over too', async () => {
    const receiver = await openReceiver()
    await startForTest(receiver.url)
    withSpan('token refresh', {}, span => span.fail('unauthorized'))
    recordSpan('logger look-up', { startMs: Date.now(), errorType: 'timeout' })
    for (const [name, type] of [
      ['token refresh', 'unauthorized'],
      ['logger look-up', 'timeout'],
    ] as const) {
      const span = await receiver.waitForSpan(name)
      expect(span).toMatchObject({ status: { code: 'error' }, attributes: { 'error.type': type } })
    }
  })
})

describe('a metric', () => {
  it('has type, unit, temporality, buckets and labels of the schema', async () => {
    const receiver = await openReceiver()
    await startForTest(receiver.url)
    instruments.counter('solar.acks.sent').add(2)
    instruments.counter('solar.frames.received').add(1, { 'solarman.control_code': '0x4210' })
    instruments.histogram('solar.spool.commit.duration').record(0.004, { outcome: 'durable' })
    const sum = await receiver.waitForMetric('solar.acks.sent')
    expect(sum).toMatchObject({
      type: 'sum',
      monotonic: true,
      temporality: 'cumulative',
      unit: '{ack}',
      value: 2,
    })
    expect(sum.description).toBe(METRICS['solar.acks.sent'].about)
    const frames = await receiver.waitForMetric('solar.frames.received')
    expect(frames.attributes).toEqual({ 'solarman.control_code': '0x4210' })
    const histogram = await receiver.waitForMetric('solar.spool.commit.duration')
    expect(histogram).toMatchObject({ type: 'histogram', temporality: 'cumulative', unit: 's', count: 1 })
    expect(histogram.bounds).toEqual(METRICS['solar.spool.commit.duration'].buckets)
    expect(holdAgainstSchema(receiver, undefined, { expectedFrom: [] })).toEqual([])
  })

  it('adds up over exports', async () => {
    const receiver = await openReceiver()
    await startForTest(receiver.url)
    const acks = instruments.counter('solar.acks.sent')
    acks.add(1)
    await receiver.waitForMetric('solar.acks.sent', ({ value }) => value === 1)
    acks.add(1)
    await receiver.waitForMetric('solar.acks.sent', ({ value }) => value === 2)
  })

  it('is read at each export when observed, and what is not reported any more stays away', async () => {
    const receiver = await openReceiver()
    let expected = new Map([
      ['1', 5],
      ['2', 7],
    ])
    const end = instruments.observe('solar.fleet.expected', report => {
      for (const [site, value] of expected) report(value, { 'site.id': site })
    })
    await startForTest(receiver.url)
    await receiver.waitForMetric('solar.fleet.expected', ({ value }) => value === 7)
    expected = new Map([['1', 6]])
    await receiver.waitForMetric('solar.fleet.expected', ({ value }) => value === 6)
    receiver.clear()
    await receiver.waitForMetric('solar.fleet.expected', ({ value }) => value === 6)
    expect(receiver.series('solar.fleet.expected')).toHaveLength(1)
    end()
    receiver.clear()
    await receiver.waitForMetric('solar.telemetry.exported')
    expect(receiver.series('solar.fleet.expected')).toEqual([])
  })

  it('with more series than declared has the surplus in one, and says so', async () => {
    const receiver = await openReceiver()
    await startForTest(receiver.url)
    const seriesMax = METRICS['solar.fleet.expected'].seriesMax!
    const end = instruments.observe('solar.fleet.expected', report => {
      for (let site = 0; site < seriesMax + 10; site += 1) report(1, { 'site.id': String(site) })
    })
    onTestFinished(end)
    await receiver.waitForMetric(
      'solar.fleet.expected',
      ({ attributes }) => attributes['otel.metric.overflow'] === true,
    )
    expect(receiver.series('solar.fleet.expected')).toHaveLength(seriesMax)
    await receiver.waitForMetric('solar.telemetry.series_overflowed', ({ value }) => value === 1)
  })

  it('keeps to its labels and their closed lists, whatever code that is bound by no type says', async () => {
    const receiver = await openReceiver()
    await startForTest(receiver.url)
    const meter = metrics.getMeter('a library')
    const seconds = meter.createHistogram('http.server.request.duration', { unit: 's' })
    seconds.record(0.1, { 'http.request.method': 'QUERY', 'http.route': '/a', 'url.scheme': 'http' })
    meter.createCounter('unheard.of').add(1)
    const point = await receiver.waitForMetric('http.server.request.duration')
    expect(point.attributes).toEqual({ 'http.request.method': '_OTHER', 'http.route': '/a' })
    expect(receiver.series('unheard.of')).toEqual([])
  })
})

describe('a log line', () => {
  it('arrives with its level, fields and trace, as it stands on stdout', async () => {
    const receiver = await openReceiver()
    await startForTest(receiver.url)
    const { lines, log } = recordingLogger()
    const cause = new TypeError('no route')
    withSpan('token refresh', {}, () =>
      log.child({ logger: 'auth' }).warn('service token not refreshed', { reason: 'timeout', status: 503 }),
    )
    log.error('writing the spool failed', { error: new Error('disk of admin@example.com', { cause }) })
    const warned = await receiver.waitForLog('service token not refreshed')
    const span = await receiver.waitForSpan('token refresh')
    expect(warned).toMatchObject({
      severityNumber: 13,
      severityText: 'WARN',
      traceId: span.traceId,
      spanId: span.spanId,
      attributes: { logger: 'auth', reason: 'timeout', status: 503 },
      timeMs: Date.parse(String(lines[0]!.timestamp)),
    })
    expect(lines[0]).toMatchObject({ trace_id: span.traceId, span_id: span.spanId, status: 503 })
    const failed = await receiver.waitForLog('writing the spool failed')
    expect(failed.attributes).toMatchObject({
      'error.type': 'Error',
      'error.message': 'disk of [redacted]',
      'error.stack': expect.stringContaining('arrival.test.ts'),
      'error.cause': expect.stringContaining('no route'),
    })
    expect(JSON.stringify([receiver.logs, lines])).not.toContain('admin@example')
    expect(holdAgainstSchema(receiver, undefined, { expectedFrom: [] })).toEqual([])
  })

  it('that is left out or below the level does not arrive either, and is counted', async () => {
    const receiver = await openReceiver()
    await startForTest(receiver.url)
    const { log } = recordingLogger({ limits: { warningsPerMinute: 1, infosPerMinute: 1 } })
    for (let n = 0; n < 5; n += 1) log.info('service token refreshed')
    log.debug('frame received', { packet_size: 1 })
    await log.flush()
    const left = await receiver.waitForLog('log lines left out in the last minute')
    expect(left.attributes).toEqual({ 'suppressed.service token refreshed': 4 })
    expect(receiver.logs.filter(({ body }) => body === 'service token refreshed')).toHaveLength(1)
    expect(receiver.logs.filter(({ body }) => body === 'frame received')).toEqual([])
    await receiver.waitForMetric('solar.log.lines_suppressed', ({ value }) => value! >= 4)
  })
})

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

function failing(): never {
  throw Object.assign(new Error('refused for admin@example.com'), { code: 'ECONNREFUSED' })
}
