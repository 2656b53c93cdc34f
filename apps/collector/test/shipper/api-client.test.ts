// The token: fetched once for many, renewed in time, replaced after a 401, and never the reason to lose a batch.
import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { json, startFakeApi } from './fake-api.ts'
import { FakeClock } from './fake-clock.ts'
import { advanceUntil, appendFrames, drained, makeClient, range, startShipping } from './shipping.ts'

const LIFETIME_MS = 600_000

test('requests at one time share one token', async () => {
  const api = await startFakeApi()
  const client = makeClient(api.url, new FakeClock())
  await Promise.all([client.getLoggers(null), client.getLoggers(null), client.getLoggers(null)])
  expect(api.tokens).toHaveLength(1)
})

test('the token is renewed before it expires', async () => {
  const api = await startFakeApi()
  const clock = new FakeClock()
  const client = makeClient(api.url, clock, { tokenRefreshMarginMs: 60_000 })
  await client.getLoggers(null)
  clock.advance(LIFETIME_MS - 100_000)
  await client.getLoggers(null)
  expect(api.tokens).toHaveLength(1)
  clock.advance(40_000)
  await client.getLoggers(null)
  expect(api.tokens).toHaveLength(2)
  expect(client.token.refreshes).toEqual({ ok: 2, failed: 0 })
})

test('a renewal that fails is no harm while the old token is good', async () => {
  const api = await startFakeApi()
  const clock = new FakeClock()
  const client = makeClient(api.url, clock)
  await client.getLoggers(null)
  clock.advance(LIFETIME_MS - 30_000)
  api.misbehave = (request, response) => {
    if (request.url !== '/api/service/token') return false
    json(response, 503, {})
    return true
  }
  expect(await client.getLoggers(null)).toMatchObject({ kind: 'ok' })
  expect(client.token.refreshes).toEqual({ ok: 1, failed: 1 })
  clock.advance(31_000)
  expect(await client.getLoggers(null)).toMatchObject({ kind: 'failed', error: 'server_error' })
})

test('a 401 costs one new token and one more attempt', async () => {
  const api = await startFakeApi()
  const client = makeClient(api.url, new FakeClock())
  await client.getLoggers(null)
  api.tokens.length = 0
  api.tokens.push('rotated')
  expect(await client.getLoggers(null)).toMatchObject({ kind: 'ok' })
  expect(client.authFailures).toEqual({ token: 0, measurements: 0, loggers: 1 })
  expect(client.token.refreshes.ok).toBe(2)
})

test('credentials that are refused are an outage with a name, and it ends when they are right again', async () => {
  const shipping = await startShipping(await startFakeApi())
  const { api, clock, spool, shipper } = shipping
  api.misbehave = (request, response) => {
    if (request.url !== '/api/service/token') return false
    json(response, 401, {})
    return true
  }
  await appendFrames(spool, clock, range(0, 3))
  await advanceUntil(clock, () => shipper.status().consecutive_failures > 2, 1_000)
  expect(shipper.status()).toMatchObject({
    reachable: false,
    last_error: 'unauthorized',
    token: { expires_at: null, refreshes: { ok: 0 } },
  })
  expect(shipper.status().token.auth_failures.token).toBeGreaterThan(2)
  api.misbehave = null
  await drained(shipping)
  expect(spool.status().ledger).toMatchObject({ stored: 3, unaccounted: 0 })
  expect(shipper.status().token.expires_at).not.toBeNull()
})

test('what a refusal says is kept without secrets, also without the half of one', async () => {
  const api = await startFakeApi()
  const client = makeClient(api.url, new FakeClock())
  await client.getLoggers(null)
  const filling = ' '.repeat(200)
  api.misbehave = (request, response) => {
    const said = `Authorization: ${request.headers.authorization}\nat https://me:hunter2@proxy/ ${filling}`
    response.writeHead(400).end(`${said} eyJ${'a'.repeat(400)}.${'b'.repeat(400)}`)
    return true
  }
  const batch = { batch_id: randomUUID(), collector_id: 'c', messages: [] }
  const answer = await client.postBatch(batch.batch_id, [], JSON.stringify(batch))
  expect(answer).toMatchObject({ kind: 'refused', status: 400 })
  const { detail } = answer as { detail: string }
  expect(detail).toMatch(/^Authorization: \[redacted\]\nat https:\/\/\[redacted\]proxy\/ +\[redacted\]$/)
})

test('a base URL with a path keeps it', async () => {
  const api = await startFakeApi()
  const paths: (string | undefined)[] = []
  api.misbehave = request => {
    paths.push(request.url)
    return false
  }
  await makeClient(`${api.url}/solar`, new FakeClock()).getLoggers(null)
  expect(paths[0]).toBe('/solar/api/service/token')
})
