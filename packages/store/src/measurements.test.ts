// Reading measurements: keyset pages without loss or repetition, buckets with gaps, means and maxima.
import type { QuantityName } from '@deye-hard/domain'
import { databaseKinds } from '@deye-hard/testkit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { batchOf, type Fixture, MINUTE_MS, NOW, openFixture, range, reading } from '../test/fixture.ts'
import type { MeasurementRow } from './contract.ts'

const FROM = new Date(NOW.getTime() - 120 * MINUTE_MS)
const FIELDS: QuantityName[] = ['ac_active_power_w', 'energy_today_kwh']

for (const kind of await databaseKinds()) {
  describe.skipIf(kind.missing)(`measurements on ${kind.name}`, () => {
    let fixture: Fixture
    let inverterId: number

    beforeAll(async () => {
      fixture = await openFixture(kind.create)
      const { serial, id } = await fixture.addLogger()
      inverterId = id
      // Minutes 120 to 61 ago with a gap of half an hour; two records of the same minute at the end.
      const minutes = range(60)
        .map(n => 121 - n)
        .filter(minute => minute > 105 || minute <= 75)
      const messages = minutes.map(minutesAgo =>
        reading(serial, minutesAgo, {
          minutesAgo,
          values: { ac_active_power_w: minutesAgo, energy_today_kwh: (200 - minutesAgo) / 100 },
        }),
      )
      const twin = reading(serial, 500, { minutesAgo: 61, values: { ac_active_power_w: 7 } })
      await fixture.store.ingest.ingest(batchOf([...messages, twin]), NOW)
    })

    afterAll(() => fixture.close())

    it('pages through all rows once, also between rows of the same time', async () => {
      const query = { inverterId, from: FROM, to: NOW, fields: FIELDS }
      const all = await fixture.store.measurements.range({ ...query, limit: 100 })
      expect(all).toHaveLength(31)
      const paged: MeasurementRow[] = []
      for (;;) {
        const last = paged.at(-1)
        const page = await fixture.store.measurements.range({
          ...query,
          limit: 1,
          ...(last ? { after: last } : {}),
        })
        if (page.length === 0) break
        paged.push(...page)
      }
      expect(paged).toEqual(all)
      expect(Object.keys(all[0]!.values)).toEqual(FIELDS)
      expect(all.at(-1)?.time).toEqual(all.at(-2)?.time)
    })

    it('takes the start of the range and leaves its end out', async () => {
      const from = new Date(NOW.getTime() - 75 * MINUTE_MS)
      const to = new Date(NOW.getTime() - 70 * MINUTE_MS)
      const rows = await fixture.store.measurements.range({
        inverterId,
        from,
        to,
        fields: FIELDS,
        limit: 100,
      })
      expect(rows.map(row => row.values.ac_active_power_w)).toEqual([75, 74, 73, 72, 71])
    })

    it('gathers buckets: mean of gauges, maximum of counters, no bucket where there is no row', async () => {
      const buckets = await fixture.store.measurements.buckets({
        inverterId,
        from: FROM,
        to: NOW,
        fields: FIELDS,
        bucketS: 900,
        limit: 100,
      })
      expect(buckets).toEqual([
        {
          time: FROM,
          samples: 15,
          values: { ac_active_power_w: 113, energy_today_kwh: expect.closeTo(0.94, 6) },
        },
        {
          time: new Date(NOW.getTime() - 75 * MINUTE_MS),
          samples: 16,
          values: { ac_active_power_w: 64.1875, energy_today_kwh: expect.closeTo(1.39, 6) },
        },
      ])
    })

    it('counts buckets of any width from 2000-01-01 and goes on behind the last one', async () => {
      const query = { inverterId, from: FROM, to: NOW, fields: FIELDS, bucketS: 420 }
      const all = await fixture.store.measurements.buckets({ ...query, limit: 100 })
      const originMs = Date.parse('2000-01-01T00:00:00.000Z')
      for (const { time } of all) expect((time.getTime() - originMs) % 420_000).toBe(0)
      const first = await fixture.store.measurements.buckets({ ...query, limit: 2 })
      const rest = await fixture.store.measurements.buckets({ ...query, limit: 100, after: first[1]!.time })
      expect([...first, ...rest]).toEqual(all)
    })

    it('refuses a name that is no quantity', async () => {
      const fields = ['time; DROP TABLE measurement'] as unknown as QuantityName[]
      const query = { inverterId, from: FROM, to: NOW, fields, limit: 1 }
      await expect(fixture.store.measurements.range(query)).rejects.toThrow('Not a quantity')
    })
  })
}
