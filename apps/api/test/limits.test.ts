// Every limit is hit once: the refusal, its Retry-After where there is one, its counter, and that others are unaffected.
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import type { App } from '../src/parts.ts'
import { bearer, openHarness, PASSWORD } from './harness.ts'
import { batch, readingMessage } from './messages.ts'

const harness = await openHarness()
const owner = await harness.addUser('owner@example.org')
await harness.addUser('other@example.org')
const { inverterId } = await harness.addPlant(owner, 2_700_000_301)
await harness.addPlant(owner, 2_700_000_302)

const login = (app: App, email: string, remoteAddress = '192.0.2.1', password = PASSWORD) =>
  app.inject({ method: 'POST', url: '/api/auth/login', payload: { email, password }, remoteAddress })

describe('rates', () => {
  test('API_RATE_PER_ADDRESS: per address, over all routes for people, not for probes', async () => {
    const app = await harness.buildApp({ API_RATE_PER_ADDRESS: '2' })
    const ask = (url: string, remoteAddress: string) => app.inject({ url, remoteAddress })
    expect((await ask('/api/me', '192.0.2.1')).statusCode).toBe(401)
    expect((await ask('/api/nothing', '192.0.2.1')).statusCode).toBe(404)
    const refused = await ask('/api/openapi.json', '192.0.2.1')
    expect(refused.statusCode).toBe(429)
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0)
    expect(refused.json().type).toBe('urn:deye-hard:problem:too_many_requests')
    expect((await ask('/health/live', '192.0.2.1')).statusCode).toBe(200)
    expect((await ask('/api/openapi.json', '192.0.2.2')).statusCode).toBe(200)
    expect(app.counters.get('limit_hits', 'address_rate')).toBe(1)
  })

  test('API_SERVICE_RATE_PER_ADDRESS: services have a limit of their own', async () => {
    const app = await harness.buildApp({ API_SERVICE_RATE_PER_ADDRESS: '1', API_RATE_PER_ADDRESS: '1' })
    const headers = bearer(await harness.serviceToken(app, ['loggers:read']))
    const ask = () => app.inject({ url: '/api/service/loggers', headers })
    expect((await ask()).statusCode).toBe(200)
    expect((await ask()).statusCode).toBe(429)
    expect(app.counters.get('limit_hits', 'service_rate')).toBe(1)
  })

  test('LOGIN_RATE_PER_ADDRESS: many accounts from one address', async () => {
    const app = await harness.buildApp({ LOGIN_RATE_PER_ADDRESS: '2' })
    for (const email of ['a@example.org', 'b@example.org'])
      expect((await login(app, email)).statusCode).toBe(401)
    expect((await login(app, 'owner@example.org')).statusCode).toBe(429)
    expect((await login(app, 'owner@example.org', '192.0.2.9')).statusCode).toBe(200)
    expect(app.counters.get('limit_hits', 'login_address_rate')).toBe(1)
  })

  test('LOGIN_RATE_PER_ACCOUNT: one account from many addresses, however it is written', async () => {
    const app = await harness.buildApp({ LOGIN_RATE_PER_ACCOUNT: '2' })
    expect((await login(app, 'owner@example.org', '192.0.2.1', 'wrong')).statusCode).toBe(401)
    expect((await login(app, 'OWNER@example.org', '192.0.2.2', 'wrong')).statusCode).toBe(401)
    expect((await login(app, 'owner@example.org', '192.0.2.3')).statusCode).toBe(429)
    expect((await login(app, 'other@example.org', '192.0.2.3')).statusCode).toBe(200)
    expect(app.counters.get('limit_hits', 'login_account_rate')).toBe(1)
  })

  test('API_RATE_TRACKED_KEYS: the oldest address is forgotten first', async () => {
    const app = await harness.buildApp({ API_RATE_PER_ADDRESS: '1', API_RATE_TRACKED_KEYS: '2' })
    const ask = async (remoteAddress: string) =>
      (await app.inject({ url: '/api/me', remoteAddress })).statusCode
    expect([await ask('192.0.2.1'), await ask('192.0.2.1')]).toEqual([401, 429])
    expect([await ask('192.0.2.2'), await ask('192.0.2.3')]).toEqual([401, 401])
    expect([await ask('192.0.2.3'), await ask('192.0.2.1')]).toEqual([429, 401])
  })

  test('API_TRUST_PROXY: X-Forwarded-For counts only from a named proxy', async () => {
    const spoof = (app: App, address: string) =>
      app.inject({ url: '/api/me', remoteAddress: '10.0.0.1', headers: { 'x-forwarded-for': address } })
    const trusting = await harness.buildApp({ API_RATE_PER_ADDRESS: '1', API_TRUST_PROXY: '10.0.0.0/8' })
    expect((await spoof(trusting, '192.0.2.1')).statusCode).toBe(401)
    expect((await spoof(trusting, '192.0.2.2')).statusCode).toBe(401)
    const wary = await harness.buildApp({ API_RATE_PER_ADDRESS: '1' })
    expect((await spoof(wary, '192.0.2.1')).statusCode).toBe(401)
    expect((await spoof(wary, '192.0.2.2')).statusCode).toBe(429)
  })
})

describe('sizes', () => {
  test('API_BODY_LIMIT and MEASUREMENTS_BODY_LIMIT', async () => {
    const app = await harness.buildApp({ API_BODY_LIMIT: '1KiB', MEASUREMENTS_BODY_LIMIT: '2KiB' })
    const large = await login(app, 'owner@example.org', '192.0.2.1', 'x'.repeat(1_024))
    expect(large.statusCode).toBe(413)
    const headers = bearer(await harness.serviceToken(app, ['measurements:write']))
    const send = (count: number) => {
      const payload = batch(Array.from({ length: count }, () => readingMessage(1, harness.clock())))
      return app.inject({ method: 'POST', url: '/api/measurements', headers, payload })
    }
    expect((await send(2)).statusCode).toBe(200)
    expect((await send(10)).statusCode).toBe(413)
    expect(app.counters.get('limit_hits', 'body_size')).toBe(2)
  })

  test('page size and range length', async () => {
    const app = await harness.buildApp({
      API_PAGE_SIZE_MAX: '2',
      MEASUREMENTS_PAGE_MAX: '3',
      MEASUREMENTS_RANGE_MAX: '1d',
      MEASUREMENTS_BUCKET_RANGE_MAX: '2d',
    })
    const headers = bearer((await harness.login(app, 'owner@example.org')).access_token)
    const read = (to: string, more = '') =>
      app.inject({
        url: `/api/measurements?inverter_id=${inverterId}&from=2026-01-01T00:00:00Z&to=${to}${more}`,
        headers,
      })
    expect((await app.inject({ url: '/api/inverters', headers })).statusCode).toBe(200)
    const page = await app.inject({ url: '/api/inverters?limit=3', headers })
    expect(page.json()).toMatchObject({ status: 400, type: 'urn:deye-hard:problem:page_too_large' })
    expect((await read('2026-01-02T00:00:00Z', '&limit=4')).json().errors[0].field).toBe('limit')
    expect((await read('2026-01-02T00:00:00Z', '&limit=3')).statusCode).toBe(200)
    expect((await read('2026-01-02T00:00:01Z')).json().type).toBe('urn:deye-hard:problem:range_too_long')
    expect((await read('2026-01-03T00:00:00Z', '&bucket=1h')).statusCode).toBe(200)
    expect((await read('2026-01-03T00:00:01Z', '&bucket=1h')).statusCode).toBe(400)
    expect(app.counters.get('limit_hits', 'page_size')).toBe(2)
    expect(app.counters.get('limit_hits', 'range_length')).toBe(2)
  })

  test('DASHBOARD_INVERTERS_MAX: the dashboard says that it is not complete', async () => {
    const app = await harness.buildApp({ DASHBOARD_INVERTERS_MAX: '1' })
    const headers = bearer((await harness.login(app, 'owner@example.org')).access_token)
    const { complete, sites } = (await app.inject({ url: '/api/dashboard', headers })).json()
    expect([complete, sites.length]).toEqual([false, 1])
    expect(app.counters.get('limit_hits', 'dashboard_inverters')).toBe(1)
  })
})

describe('sockets', () => {
  const sockets: Socket[] = []
  afterEach(() => {
    for (const socket of sockets.splice(0)) socket.destroy()
  })

  async function listen(env: Record<string, string>): Promise<{ app: App; port: number }> {
    const app = await harness.buildApp(env)
    await app.listen({ host: '127.0.0.1', port: 0 })
    return { app, port: (app.server.address() as { port: number }).port }
  }

  async function open(port: number): Promise<Socket> {
    const socket = connect(port, '127.0.0.1')
    sockets.push(socket)
    socket.on('error', () => {})
    await once(socket, 'connect')
    return socket
  }

  /** Everything that comes until the other side closes. */
  async function rest(socket: Socket): Promise<string> {
    const chunks: Buffer[] = []
    socket.on('data', chunk => chunks.push(chunk))
    await once(socket, 'close')
    return Buffer.concat(chunks).toString()
  }

  test('API_HEADER_SIZE_MAX: 431 as a problem', async () => {
    const { app, port } = await listen({ API_HEADER_SIZE_MAX: '1KiB' })
    const socket = await open(port)
    socket.write(`GET /health/live HTTP/1.1\r\nhost: x\r\nx-large: ${'a'.repeat(2_000)}\r\n\r\n`)
    const answer = await rest(socket)
    expect(answer).toMatch(/^HTTP\/1.1 431 /)
    expect(answer).toContain('urn:deye-hard:problem:headers_too_large')
    expect(app.counters.get('limit_hits', 'header_size')).toBe(1)
  })

  test('API_REQUEST_TIMEOUT: a request that drips in is ended with 408', async () => {
    const { app, port } = await listen({ API_REQUEST_TIMEOUT: '100ms' })
    const socket = await open(port)
    socket.write('POST /api/auth/login HTTP/1.1\r\nhost: x\r\ncontent-')
    expect(await rest(socket)).toMatch(/^HTTP\/1.1 408 /)
    expect(app.counters.get('limit_hits', 'request_timeout')).toBe(1)
  })

  test('API_CONNECTION_TIMEOUT: a connection that says nothing is closed', async () => {
    const { app, port } = await listen({ API_CONNECTION_TIMEOUT: '100ms' })
    expect(await rest(await open(port))).toBe('')
    expect(app.counters.get('limit_hits', 'connection_timeout')).toBe(1)
  })

  test('API_CONNECTIONS_MAX: one more is closed, the others go on', async () => {
    const { app, port } = await listen({ API_CONNECTIONS_MAX: '1' })
    const first = await open(port)
    const second = await open(port)
    expect(await rest(second)).toBe('')
    first.write('GET /health/live HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n')
    expect(await rest(first)).toMatch(/^HTTP\/1.1 200 /)
    expect(app.counters.get('limit_hits', 'connections')).toBe(1)
  })

  test('what is not HTTP gets a problem too', async () => {
    const { port } = await listen({})
    const socket = await open(port)
    socket.write(Buffer.from('a5170010450000', 'hex'))
    const answer = await rest(socket)
    expect(answer).toMatch(/^HTTP\/1.1 400 /)
    expect(answer).toContain('urn:deye-hard:problem:malformed_http')
  })

  test('API_KEEP_ALIVE_TIMEOUT: an idle connection is closed after its answer', async () => {
    const { app, port } = await listen({ API_KEEP_ALIVE_TIMEOUT: '50ms' })
    const socket = await open(port)
    socket.write('GET /health/live HTTP/1.1\r\nhost: x\r\n\r\n')
    expect(await rest(socket)).toMatch(/^HTTP\/1.1 200 /)
    expect(app.counters.get('limit_hits', 'connection_timeout')).toBe(0)
  })
})
