// Each metric of log-ins, sessions, ingest and limits moves when its cause happens, and by as much.
import { DB_STATEMENTS, METRICS, type MetricDeclaration, type MetricName } from '@deye-hard/telemetry-schema'
import type { Attributes } from '@deye-hard/testkit'
import { afterAll, describe, expect, test } from 'vitest'
import { PASSWORD } from '../harness.ts'
import { batch, readingMessage } from '../messages.ts'
import { observeApi, undeclared } from './observed-api.ts'

const LOGGER = 2_700_000_501
const api = await observeApi({ LOGIN_RATE_PER_ACCOUNT: '3' })
const { receiver, harness } = api
await harness.addUser('owner@example.org')
await harness.addPlant(null, LOGGER)

afterAll(() => expect(undeclared(receiver)).toEqual([]))

/** Waits until the series with these labels has this value; all begin at 0. */
function reaches(name: MetricName, attributes: Attributes, value: number) {
  const wanted = JSON.stringify(sorted(attributes))
  return receiver.waitForMetric(name, point => {
    return JSON.stringify(sorted(point.attributes)) === wanted && (point.value ?? point.sum) === value
  })
}

function sorted(attributes: Attributes): [string, unknown][] {
  return Object.entries(attributes).sort(([a], [b]) => (a < b ? -1 : 1))
}

const logIn = (email: string, password: string) => api.call('/api/auth/login', { body: { email, password } })
const refresh = (token: string) => api.call('/api/auth/refresh', { body: { refresh_token: token } })

test('what has not happened yet counts 0', async () => {
  await reaches('solar.auth.login_failures', { reason: 'wrong_password' }, 0)
  await reaches('solar.auth.token_refreshes', { outcome: 'ok' }, 0)
  await reaches('solar.api.limit_hits', { limit: 'login_account_rate' }, 0)
  for (const name of DB_STATEMENTS) await reaches('solar.db.slow_queries', { 'db.operation.name': name }, 0)
})

test('each counter is there before it counts', async () => {
  const ofApi: [string, MetricDeclaration][] = Object.entries(METRICS)
  const counters = ofApi.filter(([, { kind, by }]) => kind === 'counter' && by.includes('solar-api'))
  expect(counters.length).toBeGreaterThan(10)
  for (const [name] of counters) await receiver.waitForMetric(name, ({ value }) => value === 0)
})

test('log-ins that fail, by reason', async () => {
  await harness.addUser('gone@example.org')
  await harness.store.users.disable('gone@example.org')
  await logIn('nobody@example.org', PASSWORD)
  await logIn('gone@example.org', PASSWORD)
  for (let attempt = 0; attempt < 4; attempt += 1) await logIn('owner@example.org', 'not it')
  await reaches('solar.auth.login_failures', { reason: 'unknown_user' }, 1)
  await reaches('solar.auth.login_failures', { reason: 'disabled' }, 1)
  await reaches('solar.auth.login_failures', { reason: 'wrong_password' }, 3)
  await reaches('solar.auth.login_failures', { reason: 'rate_limited' }, 1)
  await reaches('solar.api.limit_hits', { limit: 'login_account_rate' }, 1)
  await reaches('solar.api.problems', { problem: 'invalid_credentials' }, 5)
  await reaches('solar.api.problems', { problem: 'too_many_requests' }, 1)
  await receiver.waitForLog(
    ({ body, attributes }) => body === 'log-in failed' && attributes.reason === 'rate_limited',
  )
})

describe('sessions', () => {
  test('refreshed, reused, logged out, expired, of a disabled account, unknown; active ones and their users', async () => {
    for (const name of ['one', 'two', 'three', 'four']) await harness.addUser(`${name}@example.org`)
    const first = await api.login('one@example.org')
    await refresh(first.refresh_token)
    await refresh(first.refresh_token)
    const second = await api.login('two@example.org')
    await api.call('/api/auth/logout', { body: { refresh_token: second.refresh_token } })
    await refresh(second.refresh_token)
    const third = await api.login('three@example.org')
    await expire('three@example.org')
    await refresh(third.refresh_token)
    await refresh('unknown')
    await api.login('four@example.org')

    await reaches('solar.auth.token_refreshes', { outcome: 'ok' }, 1)
    for (const reason of ['reused', 'revoked', 'expired', 'unknown'])
      await reaches('solar.auth.token_refreshes', { outcome: 'failed', reason }, 1)
    await reaches('solar.auth.sessions_revoked', { reason: 'reuse' }, 1)
    await reaches('solar.auth.sessions_revoked', { reason: 'logout' }, 1)
    await reaches('solar.auth.sessions_expired', { reason: 'refresh_token' }, 1)
    await reaches('solar.users.active', { window: '24h' }, 4)
    // Of the last one alone: the others are revoked or expired.
    await reaches('solar.auth.sessions_active', {}, 1)
  })

  test('a token that does not open a route, by reason', async () => {
    await api.call('/api/me')
    await api.call('/api/me', { token: 'eyJ.eyJ.sig' })
    await api.call('/api/measurements', { token: await api.serviceToken(['loggers:read']), body: {} })
    await reaches('solar.auth.access_refused', { reason: 'no_token' }, 1)
    await reaches('solar.auth.access_refused', { reason: 'malformed' }, 1)
    await reaches('solar.auth.access_refused', { reason: 'insufficient_scope' }, 1)
  })

  test('tokens of services', async () => {
    const { client_id } = await harness.addClient(['loggers:read'])
    const ask = (id: string) =>
      api.call('/api/service/token', { body: { client_id: id, client_secret: 'no' } })
    await ask(client_id)
    await ask('nobody')
    await reaches('solar.auth.service_tokens', { outcome: 'failed', reason: 'wrong_secret' }, 1)
    await reaches('solar.auth.service_tokens', { outcome: 'failed', reason: 'unknown_client' }, 1)
    await reaches('solar.auth.service_tokens', { outcome: 'ok' }, 1)
  })
})

test('signing keys that are read again', async () => {
  await reaches('solar.api.key_reloads', { outcome: 'reloaded' }, 0)
  api.process.kill('SIGHUP')
  await reaches('solar.api.key_reloads', { outcome: 'reloaded' }, 1)
})

/** As if the month of its refresh token had passed. */
async function expire(email: string): Promise<void> {
  const ofUser = '(SELECT id FROM app_user WHERE email = $1)'
  await harness.sql.query(
    `WITH f AS (UPDATE session_family SET open_until = now() - interval '1 hour' WHERE user_id = ${ofUser} RETURNING family_id)
     UPDATE refresh_token SET expires_at = now() - interval '1 hour' WHERE family_id IN (SELECT family_id FROM f)`,
    [email],
  )
}

test('ingest: messages by outcome, sizes of batches, and the ledger of the database', async () => {
  const token = await api.serviceToken(['measurements:write'])
  const reading = readingMessage(LOGGER, new Date())
  const send = (sent: object) => api.call('/api/measurements', { token, body: sent })
  const first = batch([reading, readingMessage(999, new Date()), null])
  await send(first)
  await send(batch([reading]))
  await send({ ...first, messages: [readingMessage(LOGGER, new Date())] })
  await reaches('solar.measurements.ingested', { outcome: 'stored' }, 1)
  await reaches('solar.measurements.ingested', { outcome: 'duplicate' }, 1)
  await reaches('solar.measurements.ingested', { outcome: 'quarantined' }, 1)
  await reaches('solar.measurements.ingested', { outcome: 'rejected' }, 1)
  await reaches('solar.measurements.batch.size', { outcome: 'taken' }, 4)
  await reaches('solar.measurements.batch.size', { outcome: 'refused' }, 1)
  await reaches('solar.ledger.messages', { outcome: 'stored' }, 1)
  await reaches('solar.ledger.messages', { outcome: 'duplicate' }, 1)
  await reaches('solar.ledger.messages', { outcome: 'quarantined' }, 1)
})
