// The database as telemetry sees it: statements by name, slow ones, the pool, and what is told while it is away.
import type { ReceivedLog } from '@deye-hard/testkit'
import { afterAll, expect, onTestFinished, test } from 'vitest'
import { switchTo } from '../switch.ts'
import { observeApi, undeclared } from './observed-api.ts'

const gates: { shut(): Promise<void> }[] = []
afterAll(() => Promise.all(gates.map(gate => gate.shut())))

const api = await observeApi({ SLOW_QUERY_AFTER: '300ms' })
const { receiver, harness } = api
await harness.addUser('owner@example.org')
const { access_token: token } = await api.login('owner@example.org')

afterAll(() => expect(undeclared(receiver)).toEqual([]))

test('a statement that waits is slow: counted and logged by its name with its trace, without text or values', async () => {
  const client = await harness.sql.connect()
  await client.query('BEGIN; LOCK TABLE inverter IN ACCESS EXCLUSIVE MODE')
  const asked = api.call('/api/inverters', { token })
  await receiver.waitForMetric('http.server.active_requests', ({ value }) => value === 1)
  await client.query('SELECT pg_sleep(0.4)')
  await client.query('COMMIT')
  client.release()
  expect((await asked).status).toBe(200)

  const name = { 'db.operation.name': 'inverters.list' }
  await receiver.waitForMetric('solar.db.slow_queries', ({ attributes, value }) => {
    return attributes['db.operation.name'] === 'inverters.list' && value === 1
  })
  const counted = receiver.series('solar.db.slow_queries').filter(({ value }) => value! > 0)
  expect(counted).toMatchObject([{ attributes: name, value: 1 }])
  const statement = await receiver.waitForSpan('inverters.list')
  const line = await receiver.waitForLog('slow statement')
  expect(line).toMatchObject({ severityText: 'WARN', traceId: statement.traceId, spanId: statement.spanId })
  expect(Object.keys(line.attributes).sort()).toEqual(['db_operation', 'duration_ms', 'logger'])
  expect(line.attributes.duration_ms).toBeGreaterThan(300)
  expect(receiver.logs.filter(({ body }) => body === 'slow statement')).toHaveLength(1)
  await receiver.waitForMetric('db.client.operation.duration', ({ attributes, max }) => {
    return attributes['db.operation.name'] === 'inverters.list' && max! > 0.3
  })
})

test('statements are told at debug, pollers make no trace', async () => {
  const done = (wanted: (log: ReceivedLog) => boolean) =>
    receiver.waitForLog(log => log.body === 'statement done' && wanted(log))
  expect(await done(log => log.attributes.db_operation === 'users.find_by_email')).toMatchObject({
    severityText: 'DEBUG',
    traceId: expect.stringMatching(/^[0-9a-f]{32}$/),
  })
  expect((await done(log => log.attributes.db_operation === 'monitoring.service')).traceId).toBe('')
  expect(receiver.spans.filter(({ name }) => /^(monitoring|migrations|store)\./.test(name))).toEqual([])
})

test('the pool: open connections by state, its limit, who waits', async () => {
  const client = await harness.sql.connect()
  await client.query('BEGIN; LOCK TABLE inverter IN ACCESS EXCLUSIVE MODE')
  // DATABASE_POOL_MAX is 4: the fifth waits.
  const asked = Array.from({ length: 5 }, () => api.call('/api/inverters', { token }))
  const state = 'db.client.connection.state'
  await receiver.waitForMetric('db.client.connection.count', ({ attributes, value }) => {
    return attributes[state] === 'used' && value === 4
  })
  await receiver.waitForMetric('db.client.connection.pending_requests', ({ value }) => value! >= 1)
  await client.query('COMMIT')
  client.release()
  await Promise.all(asked)
  await receiver.waitForMetric('db.client.connection.count', ({ attributes, value }) => {
    return attributes[state] === 'used' && value === 0
  })
  const pool = { 'db.client.connection.pool.name': 'api' }
  expect(receiver.series('db.client.connection.max')).toMatchObject([{ value: 4, attributes: pool }])
})

test('a database that is away: up is 0, what only it knows is absent, one warning; then all comes back', async () => {
  const behind = new URL(harness.env().DATABASE_URL!)
  const gate = await switchTo(Number(behind.port))
  gates.push(gate)
  behind.port = String(gate.port)
  await gate.open()
  const away = await observeApi({ DATABASE_URL: behind.href }, onTestFinished)
  await away.receiver.waitForMetric('solar.db.up', ({ value }) => value === 1)
  await away.receiver.waitForMetric('solar.users.active')
  await gate.shut()
  await away.receiver.waitForMetric('solar.db.up', ({ value }) => value === 0)
  const last = () => away.receiver.history('solar.users.active').at(-1)!.timeMs
  const lastSeenMs = last()
  await away.receiver.waitForMetric('solar.db.up', ({ timeMs }) => timeMs > lastSeenMs + 1_000)
  expect(last()).toBe(lastSeenMs)
  const refused = await away.call('/api/auth/refresh', { body: { refresh_token: 'x' } })
  expect(refused.status).toBe(503)
  expect(await away.receiver.waitForLog('request failed, database away')).toMatchObject({
    severityText: 'WARN',
  })
  await away.receiver.waitForMetric('db.client.operation.duration', ({ attributes }) => {
    return attributes['error.type'] === 'ECONNREFUSED'
  })
  const warnings = away.receiver.logs.filter(({ body }) => body === 'database facts not read')
  expect(warnings).toHaveLength(1)

  await gate.open()
  await away.receiver.waitForMetric('solar.db.up', ({ value }) => value === 1)
  await away.receiver.waitForMetric('solar.users.active', ({ timeMs }) => timeMs > lastSeenMs)
})
