// HTTP server spans from an ESM program without a module hook: names, routes, errors, what is ignored, whose trace a request joins.
import { request } from 'node:http'
import { fileURLToPath } from 'node:url'
import {
  holdAgainstSchema,
  type NodeProcess,
  type OtlpReceiver,
  spawnNode,
  startOtlpReceiver,
} from '@deye-hard/testkit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { COMPLAINT } from './start-for-test.ts'

const PROGRAM = fileURLToPath(new URL('./http-service.ts', import.meta.url))
const TRACE_ID = 'a'.repeat(32)
const PARENT = { traceparent: `00-${TRACE_ID}-${'b'.repeat(16)}-01`, tracestate: 'x=admin@example.com' }

let receiver: OtlpReceiver
let service: NodeProcess
let ports: { fastify: number; plain: number }

beforeAll(async () => {
  receiver = await startOtlpReceiver()
  service = spawnNode(PROGRAM, {
    OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
    OTEL_METRIC_EXPORT_INTERVAL: '100',
    OTEL_BSP_SCHEDULE_DELAY: '20',
    OTEL_BLRP_SCHEDULE_DELAY: '20',
  })
  ports = JSON.parse(await service.waitForLine(/"plain":/)) as typeof ports
})
afterAll(async () => {
  service.kill('SIGTERM')
  expect(await service.exited).toEqual({ code: 0, signal: null })
  await receiver.stop()
})

/** Not fetch, which would refuse some of these methods. */
function ask(method: string, path: string, headers: Record<string, string> = {}, port = ports.fastify) {
  return new Promise<number>((resolve, reject) => {
    const asked = request({ host: '127.0.0.1', port, method, path, headers }, response => {
      response.resume().on('end', () => resolve(response.statusCode!))
    })
    asked.on('error', reject).end()
  })
}

describe('a request', () => {
  it('is a span with the pattern of its route; spans and log lines of its handler belong to it', async () => {
    const headers = { 'x-request-id': 'first', 'user-agent': 'mail admin@example.com' }
    await ask('GET', '/items/7?token=hunter2', headers)
    const span = await receiver.waitForSpan('GET /items/:id')
    expect(span).toMatchObject({ kind: 'server', parentSpanId: '', status: { code: 'unset' } })
    expect(span.attributes).toMatchObject({
      'http.route': '/items/:id',
      'http.request.method': 'GET',
      'http.response.status_code': 200,
      'request.id': 'first',
    })
    expect(JSON.stringify(span)).not.toMatch(/hunter2|admin@example/)
    const handler = await receiver.waitForSpan('handler')
    expect(handler).toMatchObject({ traceId: span.traceId, parentSpanId: span.spanId, kind: 'internal' })
    const statement = await receiver.waitForSpan('ingest.batch')
    expect(statement).toMatchObject({ traceId: span.traceId, parentSpanId: handler.spanId, kind: 'client' })
    const line = await receiver.waitForLog('database ready')
    expect(line).toMatchObject({ traceId: span.traceId, spanId: handler.spanId })
    const written = await service.waitForMessage('database ready')
    expect(written).toMatchObject({ trace_id: span.traceId, span_id: handler.spanId })
  })

  it('is measured by route and status, with the labels and buckets of the schema', async () => {
    await ask('GET', '/items/8')
    const point = await receiver.waitForMetric(
      'http.server.request.duration',
      ({ attributes }) => attributes['http.route'] === '/items/:id',
    )
    expect(point).toMatchObject({ type: 'histogram', unit: 's', temporality: 'cumulative' })
    expect(point.bounds?.slice(0, 2)).toEqual([0.005, 0.01])
    expect(point.attributes).toEqual({
      'http.request.method': 'GET',
      'http.route': '/items/:id',
      'http.response.status_code': 200,
    })
  })

  it('that fails has the exception with its stack, without personal data', async () => {
    await ask('GET', '/boom')
    const span = await receiver.waitForSpan('GET /boom')
    expect(span.status.code).toBe('error')
    expect(span.attributes['error.type']).toBe('500')
    expect(span.events).toHaveLength(1)
    expect(span.events[0]!.attributes).toEqual({
      'exception.type': 'Error',
      'exception.message': 'out of cheese, ask [redacted]',
      'exception.stacktrace': expect.stringContaining('http-service.ts'),
    })
    expect(span.events[0]!.attributes['exception.stacktrace']).not.toContain('admin@example')
  })

  it('with an unknown method or address keeps to the names of the schema', async () => {
    expect(await ask('PROPFIND', '/nowhere')).toBe(404)
    const span = await receiver.waitForSpan(({ name }) => name.startsWith('HTTP'))
    expect(span.name).toBe('HTTP unmatched')
    expect(span.attributes).toMatchObject({ 'http.request.method': '_OTHER' })
    await receiver.waitForMetric(
      'http.server.request.duration',
      ({ attributes }) => attributes['http.request.method'] === '_OTHER',
    )
  })

  it('to a server made from an ESM import alone is a span too', async () => {
    await ask('GET', '/x', {}, ports.plain)
    await receiver.waitForSpan('GET /plain')
  })

  it('of a probe is neither span nor metric', async () => {
    await ask('GET', '/health/live', { 'x-request-id': 'probe' })
    await ask('GET', '/items/9', { 'x-request-id': 'after the probe' })
    await receiver.waitForSpan(({ attributes }) => attributes['request.id'] === 'after the probe')
    expect(receiver.spans.filter(({ attributes }) => attributes['request.id'] === 'probe')).toEqual([])
    expect(JSON.stringify([receiver.spans, receiver.metrics])).not.toContain('/health/live')
  })
})

describe('a caller’s traceparent', () => {
  it('is joined on a path of services, without its free text', async () => {
    await ask('POST', '/api/measurements', PARENT)
    const span = await receiver.waitForSpan('POST /api/measurements')
    expect(span).toMatchObject({ traceId: TRACE_ID, parentSpanId: 'b'.repeat(16) })
  })

  it('is not believed elsewhere', async () => {
    await ask('GET', '/items/10', { ...PARENT, 'x-request-id': 'stranger' })
    const span = await receiver.waitForSpan(({ attributes }) => attributes['request.id'] === 'stranger')
    expect(span.traceId).not.toBe(TRACE_ID)
    expect(span.parentSpanId).toBe('')
  })
})

it('nothing arrived that is not declared, and OpenTelemetry does not complain', () => {
  expect(service.stdout.join()).not.toContain(COMPLAINT)
  expect(holdAgainstSchema(receiver, undefined, { expectedFrom: [] })).toEqual([])
})
