// Inverters, dashboard and loggers: pages, sums, ages, and what is unknown stays unknown.
import { describe, expect, test } from 'vitest'
import { isSameDay } from '../../src/routes/dashboard/freshness.ts'
import { bearer, openHarness } from '../harness.ts'
import { batch, readingMessage } from '../messages.ts'

const harness = await openHarness()
/** Noon in Berlin, so that "today" is one day everywhere in the test. */
const noon = new Date(`${harness.clock().toISOString().slice(0, 10)}T11:00:00.000Z`)
harness.clock.set(noon)
const app = await harness.buildApp()
const owner = await harness.addUser('owner@example.org')
const plants = []
for (const serial of [101, 102, 103, 104, 105])
  plants.push(await harness.addPlant(owner, 2_700_000_000 + serial))
const token = (await harness.login(app, 'owner@example.org')).access_token
const service = await harness.serviceToken(app, ['measurements:write', 'loggers:read'])
const get = (url: string, headers = {}) => app.inject({ url, headers: { ...bearer(token), ...headers } })

const ago = (seconds: number) => new Date(noon.getTime() - seconds * 1_000)

describe('inverters', () => {
  test('pages join to the whole', async () => {
    const names: string[] = []
    let after: number | null = null
    do {
      const page: { items: { name: string }[]; next_after_id: number | null } = (
        await get(`/api/inverters?limit=2${after === null ? '' : `&after_id=${after}`}`)
      ).json()
      names.push(...page.items.map(({ name }) => name))
      after = page.next_after_id
    } while (after !== null)
    expect(names).toEqual([101, 102, 103, 104, 105].map(serial => `Inverter ${2_700_000_000 + serial}`))
  })

  test('a foreign and an absent inverter look alike', async () => {
    const { inverterId } = await harness.addPlant(null, 2_700_000_199)
    const answers = [await get(`/api/inverter/${inverterId}`), await get('/api/inverter/2147483647')]
    const [foreign, absent] = answers.map(answer => {
      const { request_id: _id, instance: _instance, ...rest } = answer.json()
      return rest
    })
    expect(foreign).toEqual(absent)
    expect(foreign.status).toBe(404)
  })
})

test('dashboard: live power is summed with its age, stale power is not now', async () => {
  const values = (power: number, today: number, total: number) => {
    return { ac_active_power_w: power, energy_today_kwh: today, energy_total_kwh: total }
  }
  const sent = await app.inject({
    method: 'POST',
    url: '/api/measurements',
    headers: bearer(service),
    payload: batch([
      readingMessage(2_700_000_101, ago(20), values(400, 0.1, 10)),
      readingMessage(2_700_000_102, ago(50), values(200, 0.2, 20)),
      readingMessage(2_700_000_103, ago(400), values(100, 0.3, 30)),
      readingMessage(2_700_000_104, ago(86_400), values(300, 0.4, 40)),
    ]),
  })
  expect(sent.json().stored).toBe(4)
  const answer = await app.inject({ url: '/api/dashboard', headers: bearer(token) })
  expect(answer.statusCode).toBe(200)
  const dashboard = answer.json()
  expect(dashboard).toMatchObject({
    complete: true,
    total: {
      power_w: 600,
      power_age_s: 50,
      energy_today_kwh: 0.6,
      energy_total_kwh: 100,
      inverters: { live: 2, asleep: 0, late: 1, missing: 1, never_seen: 1 },
    },
  })
  const shown = dashboard.sites.flatMap(({ inverters }: { inverters: object[] }) => inverters)
  expect(shown).toMatchObject([
    { state: 'live', age_s: 20, power_w: 400, energy_today_kwh: 0.1 },
    { state: 'live', age_s: 50, power_w: 200, energy_today_kwh: 0.2 },
    { state: 'late', age_s: 400, power_w: null, energy_today_kwh: 0.3 },
    { state: 'missing', age_s: 86_400, power_w: null, energy_today_kwh: null, energy_total_kwh: 40 },
    { state: 'never_seen', age_s: null, power_w: null, energy_today_kwh: null, energy_total_kwh: null },
  ])
  expect(dashboard.sites[4].total).toMatchObject({ power_w: null, power_age_s: null, energy_today_kwh: null })
})

test('at night a logger that was heard in the evening is asleep, not missing', async () => {
  const midnight = new Date(noon.getTime() + 12 * 3_600_000)
  harness.clock.set(midnight)
  const { access_token } = await harness.login(app, 'owner@example.org')
  const { total } = (await app.inject({ url: '/api/dashboard', headers: bearer(access_token) })).json()
  harness.clock.set(noon)
  expect(total).toMatchObject({
    power_w: null,
    inverters: { live: 0, asleep: 4, late: 0, missing: 0, never_seen: 1 },
  })
})

test('the day is that of the site', () => {
  const [evening, night] = [new Date('2026-06-01T21:00:00Z'), new Date('2026-06-01T23:00:00Z')]
  expect(isSameDay(evening, night, 'Europe/Berlin')).toBe(false)
  expect(isSameDay(evening, night, 'UTC')).toBe(true)
  expect(isSameDay(evening, night, 'Pacific/Auckland')).toBe(true)
})

test('loggers: the ETag is strong, holds while nothing changes, and moves with a registration', async () => {
  const look = (etag?: string) =>
    app.inject({
      url: '/api/service/loggers',
      headers: { ...bearer(service), ...(etag === undefined ? {} : { 'if-none-match': etag }) },
    })
  const first = await look()
  const etag = String(first.headers.etag)
  expect(etag).toMatch(/^"[^"]+"$/)
  expect(first.json().loggers).toContainEqual(
    expect.objectContaining({
      logger_serial: 2_700_000_101,
      timezone: 'Europe/Berlin',
      upload_interval_s: 60,
    }),
  )
  const second = await look(etag)
  expect(second.statusCode).toBe(304)
  expect(second.body).toBe('')
  expect((await look(`"other", ${etag}`)).statusCode).toBe(304)
  await harness.addPlant(owner, 2_700_000_150)
  const third = await look(etag)
  expect(third.statusCode).toBe(200)
  expect(third.headers.etag).not.toBe(etag)
})

test('loggers: 304 promises no bytes, or clients take the answer for cut off', async () => {
  const url = `${await app.listen({ port: 0, host: '127.0.0.1' })}/api/service/loggers`
  const etag = (await fetch(url, { headers: bearer(service) })).headers.get('etag') ?? ''
  const answer = await fetch(url, { headers: { ...bearer(service), 'if-none-match': etag } })
  expect(answer.status).toBe(304)
  expect(answer.headers.get('content-length')).toBeNull()
})
