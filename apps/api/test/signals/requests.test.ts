// What a request leaves behind: its trace down to the statements, its sizes, its error once on the span and once in the log.
import { once } from 'node:events'
import { type ClientRequest, request } from 'node:http'
import type { ReceivedSpan } from '@deye-hard/testkit'
import { afterAll, describe, expect, test } from 'vitest'
import { batch, readingMessage } from '../messages.ts'
import { below, observeApi, undeclared } from './observed-api.ts'

const LOGGER = 2_700_000_401
const api = await observeApi()
const { receiver, harness } = api
const owner = await harness.addUser('owner@example.org')
const { inverterId } = await harness.addPlant(owner, LOGGER)
const { access_token: token } = await api.login('owner@example.org')
const service = await api.serviceToken(['measurements:write', 'loggers:read'])
const day = `/api/measurements?inverter_id=${inverterId}&from=2026-01-01T00:00:00Z&to=2026-01-02T00:00:00Z`

afterAll(() => expect(undeclared(receiver)).toEqual([]))

/** The request span of this answer. */
async function spanOf(response: Response): Promise<ReceivedSpan> {
  await response.arrayBuffer()
  const id = response.headers.get('x-request-id')
  return receiver.waitForSpan(span => span.attributes['request.id'] === id, { what: `the request ${id}` })
}

async function children(top: ReceivedSpan, count: number): Promise<string[]> {
  await receiver.waitForSpan(() => below(receiver, top).length >= count)
  const nameOf = new Map(receiver.spans.map(span => [span.spanId, span.name]))
  return below(receiver, top).map(span => `${nameOf.get(span.parentSpanId)} > ${span.name}`)
}

describe('a trace', () => {
  test('request → handler → statement, each under its name', async () => {
    const top = await spanOf(await api.call(day, { token }))
    expect(top).toMatchObject({
      name: 'GET /api/measurements',
      kind: 'server',
      parentSpanId: '',
      attributes: {
        'http.route': '/api/measurements',
        'http.response.status_code': 200,
        'user.id': String(owner),
      },
      status: { code: 'unset' },
    })
    expect((await children(top, 5)).sort()).toEqual([
      'GET /api/measurements > handler',
      'GET /api/measurements > sessions.is_family_active',
      'GET /api/measurements > users.find_by_id',
      'handler > inverters.find',
      'handler > measurements.range',
    ])
    const handler = below(receiver, top).find(({ name }) => name === 'handler')
    expect(handler).toMatchObject({ kind: 'internal', attributes: { 'inverter.id': String(inverterId) } })
    const statement = below(receiver, top).find(({ name }) => name === 'measurements.range')
    expect(statement).toMatchObject({
      kind: 'client',
      attributes: { 'db.system.name': 'postgresql', 'db.operation.name': 'measurements.range' },
    })
  })

  test('a batch: its counts on the handler, its statements below their transaction', async () => {
    const sent = batch([readingMessage(LOGGER, new Date()), readingMessage(999, new Date()), null])
    const top = await spanOf(await api.call('/api/measurements', { token: service, body: sent }))
    const names = await children(top, 10)
    expect(names).toEqual(expect.arrayContaining(['handler > ingest.batch', 'ingest.batch > ingest.claim']))
    expect(below(receiver, top).find(({ name }) => name === 'handler')?.attributes).toEqual({
      'http.route': '/api/measurements',
      'batch.id': sent.batch_id,
      'batch.size': 3,
      'batch.stored': 1,
      'batch.duplicates': 0,
      'batch.quarantined': 1,
      'batch.rejected': 1,
    })
  })

  test('its line in the log has its ids and says who asked for what', async () => {
    const response = await api.call(day, { token })
    const top = await spanOf(response)
    const line = await receiver.waitForLog(
      ({ body, traceId }) => body === 'request completed' && traceId === top.traceId,
    )
    expect(line.spanId).toBe(top.spanId)
    expect(line.attributes).toMatchObject({
      request_id: response.headers.get('x-request-id'),
      http_route: '/api/measurements',
      user_id: owner,
      inverter_id: inverterId,
      measurement_count: 0,
      duration_ms: expect.any(Number),
    })
    const onStdout = await api.process.waitForLine(
      text => text.includes(top.traceId) && text.includes('request completed'),
    )
    expect(JSON.parse(onStdout)).toMatchObject({ trace_id: top.traceId, span_id: top.spanId })
  })

  test('who logs in is known by his line, too', async () => {
    const line = await receiver.waitForLog(
      ({ body, attributes }) => body === 'request completed' && attributes.http_route === '/api/auth/login',
    )
    expect(line.attributes.user_id).toBe(owner)
  })

  test('addresses without a route are `unmatched`, whatever they are', async () => {
    for (const path of ['/api/nothing', '/wp-admin/setup.php?x=1', '/api/%zz']) await api.call(path)
    await receiver.waitForMetric(
      'http.server.request.duration',
      ({ attributes, count }) => attributes['http.route'] === 'unmatched' && count! >= 1,
    )
    await receiver.waitForMetric('http.server.request.duration', ({ attributes }) => {
      return attributes['http.route'] === 'unmatched' && attributes['http.response.status_code'] === 400
    })
    await receiver.waitForSpan('GET unmatched')
    const names = receiver.spans.map(({ name }) => name)
    expect(JSON.stringify(names)).not.toContain('wp-admin')
  })

  test('health and metrics are in no signal of requests', async () => {
    await api.call('/health/live')
    await api.call('/health/ready')
    await fetch(api.metricsUrl)
    await spanOf(await api.call('/api/openapi.json'))
    const routes = receiver.metrics
      .filter(({ name }) => name.startsWith('http.server.'))
      .map(({ attributes }) => String(attributes['http.route']))
    expect(routes.filter(route => /health|metrics$/.test(route))).toEqual([])
    expect(receiver.spans.filter(({ name }) => /health|metrics$|store\.ready/.test(name))).toEqual([])
  })
})

describe('a trace context from outside', () => {
  const traceId = 'a'.repeat(32)
  const headers = { traceparent: `00-${traceId}-${'b'.repeat(16)}-01` }

  test('is not joined on routes for people', async () => {
    const top = await spanOf(await api.call('/api/me', { token, headers }))
    expect(top.traceId).not.toBe(traceId)
    expect(top.parentSpanId).toBe('')
  })

  test.each([
    ['/api/measurements', { body: { batch_id: 'no' } }],
    ['/api/service/loggers', {}],
  ])('is joined on %s', async (path, more) => {
    const top = await spanOf(await api.call(path, { token: service, headers, ...more }))
    expect(top).toMatchObject({ traceId, parentSpanId: 'b'.repeat(16) })
  })
})

describe('bodies', () => {
  const sum = (name: string, route: string, status: number) =>
    receiver
      .series(name)
      .filter(
        ({ attributes }) =>
          attributes['http.route'] === route && attributes['http.response.status_code'] === status,
      )
      .reduce((total, point) => total + point.sum!, 0)

  test('count as they went over the wire, with and without a length', async () => {
    const whole = await api.call('/api/auth/refresh', { body: { refresh_token: 'ümlaut' } })
    const answers = [(await whole.arrayBuffer()).byteLength]
    const sent = Buffer.byteLength('{"refresh_token":"ümlaut"}')
    const chunked = post('/api/auth/refresh')
    chunked.write('{"refresh_token":')
    chunked.end('"ümlaut"}')
    answers.push(await lengthOf(chunked))
    await receiver.waitForMetric(
      'http.server.response.body.size',
      ({ attributes, count }) => attributes['http.route'] === '/api/auth/refresh' && count === 2,
    )
    expect(sum('http.server.request.body.size', '/api/auth/refresh', 401)).toBe(2 * sent)
    expect(sum('http.server.response.body.size', '/api/auth/refresh', 401)).toBe(answers[0]! + answers[1]!)
  })

  test('every route that answers 200 says how long its answer is', async () => {
    const paths = ['/api/openapi.json', '/api/docs/', '/api/docs/static/swagger-ui.css', '/api/inverters']
    for (const path of paths) await (await api.call(path, { token })).arrayBuffer()
    for (const route of ['/api/openapi.json', '/api/docs', '/api/docs/static/*', '/api/inverters']) {
      await receiver.waitForMetric('http.server.response.body.size', ({ attributes }) => {
        return attributes['http.route'] === route && attributes['http.response.status_code'] === 200
      })
    }
  })
})

describe('requests that wait', () => {
  const active = (count: number) =>
    receiver.waitForMetric('http.server.active_requests', ({ attributes, value }) => {
      return attributes['http.request.method'] === 'POST' && value === count
    })

  test('are counted until they are answered', async () => {
    const slow = await begun('/api/auth/login')
    await active(1)
    slow.end('{"email":"a","password":""}')
    await lengthOf(slow)
    await active(0)
  })

  test('end with their caller, which is counted too', async () => {
    const slow = await begun('/api/auth/login')
    await active(1)
    slow.on('error', () => {}).destroy()
    await active(0)
    await receiver.waitForMetric('solar.api.requests_aborted', ({ value }) => value === 1)
    expect(await receiver.waitForLog('request aborted')).toMatchObject({
      attributes: { http_route: '/api/auth/login' },
    })
  })
})

describe('a fault of ours', () => {
  test('stands once on the span with its stack and once in the log, and counts with its route', async () => {
    await harness.sql.query('ALTER TABLE site RENAME TO hidden')
    const response = await api.call('/api/dashboard', { token })
    await harness.sql.query('ALTER TABLE hidden RENAME TO site')
    expect(response.status).toBe(500)
    const top = await spanOf(response)
    expect(top.status.code).toBe('error')
    const exceptions = [top, ...below(receiver, top)].flatMap(span => span.events)
    expect(exceptions).toHaveLength(1)
    expect(exceptions[0]).toMatchObject({
      name: 'exception',
      attributes: {
        'exception.type': '42P01',
        'exception.stacktrace': expect.stringContaining('inverters.ts'),
      },
    })
    await receiver.waitForSpan(() => below(receiver, top).length >= 4)
    const failed = below(receiver, top).filter(({ status }) => status.code === 'error')
    expect(failed.map(({ name, attributes }) => `${name} ${attributes['error.type']}`).sort()).toEqual([
      'handler 42P01',
      'inverters.list 42P01',
    ])
    const line = await receiver.waitForLog('request failed')
    expect(line).toMatchObject({ severityText: 'ERROR', traceId: top.traceId })
    expect(
      receiver.logs.filter(({ body, traceId }) => body === 'request failed' && traceId === top.traceId),
    ).toHaveLength(1)
    await receiver.waitForMetric('http.server.request.duration', ({ attributes }) => {
      return attributes['http.route'] === '/api/dashboard' && attributes['error.type'] === '500'
    })
  })

  test('a refusal is none: no exception, no failed span', async () => {
    const top = await spanOf(await api.call('/api/inverter/2147483647', { token }))
    expect(top).toMatchObject({ status: { code: 'unset' }, events: [] })
    await receiver.waitForSpan(() => below(receiver, top).length >= 4)
    expect(below(receiver, top).filter(({ status }) => status.code === 'error')).toEqual([])
  })
})

function post(path: string): ClientRequest {
  const headers = { 'content-type': 'application/json' }
  return request(api.url + path, { method: 'POST', headers })
}

/** A request whose head was taken and whose body is still to come. */
async function begun(path: string): Promise<ClientRequest> {
  const headers = { 'content-type': 'application/json', 'content-length': '27', expect: '100-continue' }
  const slow = request(api.url + path, { method: 'POST', headers })
  const continued = once(slow, 'continue')
  slow.flushHeaders()
  await continued
  return slow
}

async function lengthOf(sent: ClientRequest): Promise<number> {
  const [answer] = await once(sent, 'response')
  let bytes = 0
  for await (const chunk of answer) bytes += chunk.length
  return bytes
}
