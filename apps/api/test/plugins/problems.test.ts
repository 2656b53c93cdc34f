// Whatever goes wrong ends as one problem document, one log line and one count, and gives nothing away.
import { describe, expect, test } from 'vitest'
import { bearer, openHarness } from '../harness.ts'

const harness = await openHarness()
const app = await harness.buildApp()
await harness.addUser('owner@example.org')

describe('refusals of the framework', () => {
  test.each([
    ['not_found', 404, { url: '/api/nothing' }],
    ['not_found', 404, { url: '/' }],
    ['malformed_http', 400, { url: '/api/%zz' }],
    ['method_not_allowed', 405, { method: 'PUT', url: '/api/me' }],
    ['method_not_allowed', 405, { method: 'DELETE', url: '/api/inverter/1' }],
    ['method_not_allowed', 405, { method: 'GET', url: '/api/auth/login' }],
    [
      'unsupported_media_type',
      415,
      {
        method: 'POST',
        url: '/api/auth/login',
        payload: 'a=1',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
      },
    ],
    [
      'unsupported_media_type',
      415,
      { method: 'POST', url: '/api/auth/login', payload: 'a', headers: { 'content-type': 'text/plain' } },
    ],
    [
      'invalid_json',
      400,
      {
        method: 'POST',
        url: '/api/auth/login',
        payload: '{"a"',
        headers: { 'content-type': 'application/json' },
      },
    ],
    [
      'invalid_json',
      400,
      {
        method: 'POST',
        url: '/api/auth/login',
        payload: '',
        headers: { 'content-type': 'application/json' },
      },
    ],
    [
      'invalid_json',
      400,
      {
        method: 'POST',
        url: '/api/auth/login',
        payload: '{"__proto__":{"a":1}}',
        headers: { 'content-type': 'application/json' },
      },
    ],
    ['invalid_request', 400, { method: 'POST', url: '/api/auth/login' }],
  ] as const)('%s %i', async (code, status, request) => {
    const before = app.counters.get('problems', code)
    const answer = await app.inject(request)
    expect(answer.statusCode).toBe(status)
    expect(answer.headers['content-type']).toBe('application/problem+json')
    expect(answer.json()).toMatchObject({ type: `urn:deye-hard:problem:${code}`, status })
    expect(answer.json().request_id).toBe(answer.headers['x-request-id'])
    expect(app.counters.get('problems', code)).toBe(before + 1)
  })

  test('405 says which methods there are', async () => {
    const answer = await app.inject({ method: 'DELETE', url: '/api/measurements' })
    expect(answer.headers.allow).toBe('GET, POST')
  })
})

describe('a fault of ours', async () => {
  const inverters = {
    ...harness.store.inverters,
    list: () => Promise.reject(new Error('column "hash" of secret_table')),
  }
  const broken = await harness.buildApp({}, { store: { ...harness.store, inverters } })
  const { access_token } = await harness.login(broken, 'owner@example.org')

  test('is logged once with its stack and the request id, and answered without either', async () => {
    const before = harness.logs.length
    const answer = await broken.inject({ url: '/api/inverters', headers: bearer(access_token) })
    expect(answer.statusCode).toBe(500)
    expect(answer.body).not.toContain('secret_table')
    const errors = harness.logs.slice(before).filter(({ level }) => level === 'error')
    expect(errors).toHaveLength(1)
    expect(errors[0]).toMatchObject({ message: 'request failed', request_id: answer.json().request_id })
    expect(JSON.stringify(errors[0])).toContain('secret_table')
  })
})

describe('a database that is away', async () => {
  const refused = Object.assign(new Error('connect ECONNREFUSED'), {
    code: 'ECONNREFUSED',
    syscall: 'connect',
  })
  test.each([
    refused,
    new AggregateError([refused]),
    Object.assign(new Error('terminating connection'), { code: '57P01' }),
    new Error('Connection terminated unexpectedly'),
    new Error('rolled back', { cause: refused }),
  ])('%s is 503 with Retry-After', async error => {
    const inverters = { ...harness.store.inverters, list: () => Promise.reject(error) }
    const broken = await harness.buildApp({}, { store: { ...harness.store, inverters } })
    const { access_token } = await harness.login(broken, 'owner@example.org')
    const answer = await broken.inject({ url: '/api/dashboard', headers: bearer(access_token) })
    expect(answer.statusCode).toBe(503)
    expect(answer.json().type).toBe('urn:deye-hard:problem:database_unavailable')
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0)
  })

  test('a shut gate answers 503 before anything else is done, and health says why', async () => {
    const waiting = await harness.buildApp()
    waiting.gate.shut('waiting for the database')
    const login = await waiting.inject({ method: 'POST', url: '/api/auth/login', payload: {} })
    expect(login.statusCode).toBe(503)
    expect(login.headers['retry-after']).toBeDefined()
    const ready = await waiting.inject('/health/ready')
    expect(ready.statusCode).toBe(503)
    expect(ready.json()).toEqual({ status: 'not_ready', reason: 'waiting for the database' })
    expect((await waiting.inject('/health/live')).statusCode).toBe(200)
    expect((await waiting.inject('/api/openapi.json')).statusCode).toBe(200)
    expect((await waiting.inject('/api/nothing')).statusCode).toBe(404)
    waiting.gate.open()
    expect((await waiting.inject('/health/ready')).statusCode).toBe(200)
  })
})

describe('request id', () => {
  test('a safe one of the caller is kept', async () => {
    const answer = await app.inject({ url: '/health/live', headers: { 'x-request-id': 'trace-0001.A_b' } })
    expect(answer.headers['x-request-id']).toBe('trace-0001.A_b')
  })

  test.each(['short', 'with space in it', 'x'.repeat(65), 'quote"quote"', '<script>alert</script>'])(
    '%s is replaced',
    async given => {
      const answer = await app.inject({ url: '/health/live', headers: { 'x-request-id': given } })
      expect(answer.headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/)
    },
  )
})

test('one log line for each request, with route, status and problem', async () => {
  const before = harness.logs.length
  const answer = await app.inject('/api/inverter/7?token=secret')
  const lines = harness.logs.slice(before)
  expect(lines).toHaveLength(1)
  expect(lines[0]).toMatchObject({
    message: 'request completed',
    http_route: '/api/inverter/:id',
    http_status: 401,
    problem: 'unauthenticated',
    request_id: answer.headers['x-request-id'],
  })
  expect(JSON.stringify(lines)).not.toContain('secret')
})
