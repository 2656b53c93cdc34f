// Reading measurements: ranges, fields, buckets, pages; gaps stay gaps; and the answer has the documented shape.
import { Value } from 'typebox/value'
import { describe, expect, test } from 'vitest'
import { MeasurementPage } from '../../src/routes/measurements/schema.ts'
import { bearer, openHarness } from '../harness.ts'
import { batch, readingMessage } from '../messages.ts'

const LOGGER = 2_700_000_010
const harness = await openHarness()
const app = await harness.buildApp()
const owner = await harness.addUser('owner@example.org')
const { inverterId } = await harness.addPlant(owner, LOGGER)
const token = (await harness.login(app, 'owner@example.org')).access_token
const service = await harness.serviceToken(app, ['measurements:write'])

/** A past day, an hour of minutes with a hole of twenty. */
const start = new Date(Math.floor((harness.clock().getTime() - 86_400_000) / 3_600_000) * 3_600_000)
const minute = (n: number) => new Date(start.getTime() + n * 60_000)
const measured = Array.from({ length: 60 }, (_, n) => n).filter(n => n < 20 || n >= 40)

await app.inject({
  method: 'POST',
  url: '/api/measurements',
  headers: bearer(service),
  payload: batch(
    measured.map(n =>
      readingMessage(LOGGER, minute(n), {
        ac_active_power_w: n * 10,
        energy_today_kwh: n / 100,
        energy_total_kwh: 100 + n / 100,
      }),
    ),
  ),
})

async function read(query: Record<string, string | number>) {
  const all = {
    inverter_id: inverterId,
    from: minute(0).toISOString(),
    to: minute(60).toISOString(),
    ...query,
  }
  const search = new URLSearchParams()
  for (const [key, value] of Object.entries(all)) search.set(key, String(value))
  return app.inject({ url: `/api/measurements?${search}`, headers: bearer(token) })
}

describe('rows', () => {
  test('come in order, with null for what was not measured, and gaps stay gaps', async () => {
    const answer = await read({ fields: 'ac_active_power_w,pv1_voltage_v' })
    expect(answer.statusCode).toBe(200)
    expect(answer.headers['content-type']).toBe('application/json; charset=utf-8')
    const page = answer.json()
    expect(Value.Check(MeasurementPage, page)).toBe(true)
    expect(page.items.map(({ time }: { time: string }) => time)).toEqual(
      measured.map(n => minute(n).toISOString()),
    )
    expect(page.items[1]).toMatchObject({
      time_quality: 'exact',
      buffered: false,
      values: { ac_active_power_w: 10, pv1_voltage_v: null },
    })
    expect(page.next_cursor).toBeNull()
  })

  test('from is included, to is not', async () => {
    const page = (await read({ from: minute(5).toISOString(), to: minute(7).toISOString() })).json()
    expect(page.items).toHaveLength(2)
    expect(page.fields).toEqual([
      'ac_active_power_w',
      'pv_power_total_w',
      'energy_today_kwh',
      'energy_total_kwh',
    ])
  })

  test.each([{}, { bucket: '5m' }])('pages join to the whole, whatever the page size %o', async more => {
    const whole = (await read({ ...more })).json().items
    for (const limit of [1, 3, 7, 40]) {
      const items: unknown[] = []
      let cursor: string | null = null
      do {
        const page: { items: unknown[]; next_cursor: string | null } = (
          await read({ ...more, limit, ...(cursor === null ? {} : { cursor }) })
        ).json()
        expect(page.items.length).toBeLessThanOrEqual(limit)
        items.push(...page.items)
        cursor = page.next_cursor
      } while (cursor !== null)
      expect(items).toEqual(whole)
    }
  })

  test('a cursor that was altered or is of another query is refused', async () => {
    const { next_cursor } = (await read({ limit: 2 })).json()
    const altered = `${next_cursor.slice(0, -2)}${next_cursor.endsWith('A') ? 'BB' : 'AA'}`
    for (const answer of [
      await read({ limit: 2, cursor: altered }),
      await read({ limit: 2, cursor: 'AAAA' }),
      await read({ limit: 2, cursor: next_cursor, fields: 'pv1_voltage_v' }),
      await read({ limit: 2, cursor: next_cursor, to: minute(50).toISOString() }),
    ]) {
      expect(answer.statusCode).toBe(400)
      expect(answer.json().type).toBe('urn:deye-hard:problem:invalid_cursor')
    }
    expect((await read({ limit: 5, cursor: next_cursor })).statusCode).toBe(200)
  })
})

describe('buckets', () => {
  test('hold the mean of gauges and the highest counter; empty ones are absent', async () => {
    const page = (await read({ bucket: '15m', fields: 'ac_active_power_w,energy_today_kwh' })).json()
    expect(Value.Check(MeasurementPage, page)).toBe(true)
    expect(page.bucket).toBe('15m')
    expect(page.items).toEqual([
      {
        time: minute(0).toISOString(),
        samples: 15,
        values: { ac_active_power_w: 70, energy_today_kwh: 0.14 },
      },
      {
        time: minute(15).toISOString(),
        samples: 5,
        values: { ac_active_power_w: 170, energy_today_kwh: 0.19 },
      },
      {
        time: minute(30).toISOString(),
        samples: 5,
        values: { ac_active_power_w: 420, energy_today_kwh: 0.44 },
      },
      {
        time: minute(45).toISOString(),
        samples: 15,
        values: { ac_active_power_w: 520, energy_today_kwh: 0.59 },
      },
    ])
  })
})

test.each([
  ['fields', { fields: 'ac_active_power_w;drop table x' }],
  ['fields', { fields: '' }],
  ['bucket', { bucket: '7m' }],
  ['from', { from: '2026-01-01' }],
  ['to', { to: minute(0).toISOString() }],
  ['limit', { limit: 0 }],
  ['inverter_id', { inverter_id: 0 }],
  ['inverter_id', { inverter_id: '9'.repeat(30) }],
  ['order', { order: 'asc' }],
])('a wrong %s is named', async (field, query) => {
  const answer = await read(query)
  expect(answer.statusCode).toBe(400)
  expect(answer.json().errors[0].field).toBe(field)
})
