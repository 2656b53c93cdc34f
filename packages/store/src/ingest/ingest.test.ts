// Ingest on plain PostgreSQL and on TimescaleDB: each message once, the ledger equal to the rows, one bad message alone.
import { databaseKinds } from '@deye-hard/testkit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  batchOf,
  DAY_MS,
  event,
  type Fixture,
  MINUTE_MS,
  NOW,
  openFixture,
  range,
  reading,
} from '../../test/fixture.ts'

for (const kind of await databaseKinds()) {
  describe.skipIf(kind.missing)(`ingest on ${kind.name}`, () => {
    let fixture: Fixture
    let store: Fixture['store']

    beforeAll(async () => {
      fixture = await openFixture(kind.create)
      store = fixture.store
    })

    afterAll(() => fixture.close())

    const state = async (id: number) => (await store.inverters.find({ kind: 'all' }, id))?.state

    it('stores a reading with its values, times and quality', async () => {
      const { serial, id } = await fixture.addLogger()
      const batch = batchOf([reading(serial, 1, { implausible: ['grid_voltage_l2_v', 'pv3_power_w'] })])
      expect(await store.ingest.ingest(batch, NOW)).toEqual([{ seq: 1, outcome: 'stored' }])
      const [row] = await store.measurements.range({
        inverterId: id,
        from: new Date(NOW.getTime() - DAY_MS),
        to: NOW,
        fields: ['ac_active_power_w', 'grid_voltage_l1_v', 'energy_total_kwh', 'pv4_power_w'],
        limit: 10,
      })
      expect(row).toMatchObject({
        time: new Date(NOW.getTime() - MINUTE_MS),
        buffered: false,
        timeQuality: 'exact',
        values: {
          ac_active_power_w: 431.5,
          grid_voltage_l1_v: 233.1,
          energy_total_kwh: 1234.5,
          pv4_power_w: null,
        },
      })
      const { rows } = await fixture.pool.query(
        'SELECT implausible, record_counter FROM measurement WHERE inverter_id = $1',
        [id],
      )
      expect(rows).toEqual([{ implausible: ['grid_voltage_l2_v', 'pv3_power_w'], record_counter: '1' }])
    })

    it('answers the same batch the same and changes nothing', async () => {
      const { serial, id } = await fixture.addLogger()
      const batch = batchOf([
        reading(serial, 7),
        reading(serial, 7, { seq: 8 }),
        reading(1, 9),
        event(serial, 10),
        reading(serial, 11),
      ])
      const first = await store.ingest.ingest(batch, NOW)
      expect(first).toEqual([
        { seq: 7, outcome: 'stored' },
        { seq: 8, outcome: 'duplicate' },
        { seq: 9, outcome: 'quarantined', reason: 'unknown_logger' },
        { seq: 10, outcome: 'stored' },
        { seq: 11, outcome: 'stored' },
      ])
      expect(await store.ingest.ingest(batch, NOW)).toEqual(first)
      expect(await fixture.rowCount(id)).toBe(2)
      expect(await fixture.ledgerOf(batch.collector_id)).toMatchObject({
        stored: 2,
        duplicates: 1,
        quarantined: 1,
        events: 1,
      })
    })

    it('takes one of many simultaneous copies of a batch', async () => {
      const { serial, id } = await fixture.addLogger()
      const batch = batchOf(range(50).map(n => reading(serial, n)))
      const answers = await Promise.all(range(6).map(() => store.ingest.ingest(batch, NOW)))
      for (const answer of answers) expect(answer).toEqual(answers[0])
      expect(await fixture.rowCount(id)).toBe(50)
      expect(await fixture.ledgerOf(batch.collector_id)).toMatchObject({ stored: 50, duplicates: 0 })
    })

    it('stores each message once when overlapping batches run at the same time, without deadlock', async () => {
      const loggers = await Promise.all([1, 2, 3].map(fixture.addLogger))
      const messages = range(120).map(n => reading(loggers[n % 3]!.serial, n))
      const batches = range(8).map(n => {
        const part = messages.slice((n * 10) % 60, ((n * 10) % 60) + 60)
        return batchOf(n % 2 ? part.reverse() : part, 'overlap')
      })
      const answers = await Promise.all(batches.map(batch => store.ingest.ingest(batch, NOW)))
      const stored = answers.flat().filter(({ outcome }) => outcome === 'stored').length
      const rows = (await Promise.all(loggers.map(({ id }) => fixture.rowCount(id)))).reduce(
        (sum, n) => sum + n,
      )
      expect(rows).toBe(stored)
      expect(await fixture.ledgerOf('overlap')).toMatchObject({
        stored,
        duplicates: 480 - stored,
        quarantined: 0,
      })
      expect(stored).toBe(110)
    })

    it('keeps the current view to live readings, newest only, with energy that does not fall', async () => {
      const { serial, id } = await fixture.addLogger()
      expect(await state(id)).toBeNull()
      await store.ingest.ingest(
        batchOf([reading(serial, 2, { minutesAgo: 5 }), reading(serial, 1, { minutesAgo: 6 })]),
        NOW,
      )
      expect(await state(id)).toMatchObject({
        acquiredAt: new Date(NOW.getTime() - 5 * MINUTE_MS),
        acPowerW: 431.5,
        energyTotalKwh: 1234.5,
        device: { firmware: 'V1.2' },
      })
      const late = reading(serial, 3, { minutesAgo: 4, buffered: true, values: { ac_active_power_w: 1 } })
      const older = reading(serial, 4, { minutesAgo: 30, values: { ac_active_power_w: 2 } })
      await store.ingest.ingest(batchOf([late, older]), NOW)
      expect(await state(id)).toMatchObject({ acPowerW: 431.5 })
      const zero = reading(serial, 5, {
        minutesAgo: 3,
        values: { ac_active_power_w: 3, energy_total_kwh: 0 },
      })
      await store.ingest.ingest(batchOf([zero]), NOW)
      expect(await state(id)).toMatchObject({ acPowerW: 3, energyTotalKwh: 1234.5 })
      expect(await fixture.rowCount(id)).toBe(5)
    })

    it.each([
      ['a value out of range', { values: { grid_voltage_l1_v: 1e300 } }, 'reading.values.grid_voltage_l1_v'],
      ['NUL in a text', { device: { firmware: 'a\0b' } }, 'reading.device.firmware'],
      ['half a surrogate pair', { device: { firmware: 'a\ud800' } }, 'reading.device.firmware'],
      ['a field that is missing', { dedupe_key: undefined }, 'reading.dedupe_key'],
    ])('quarantines the one message with %s', async (_, broken, field) => {
      const { serial, id } = await fixture.addLogger()
      const bad = reading(serial, 2)
      Object.assign((bad as { reading: object }).reading, broken)
      const outcomes = await store.ingest.ingest(batchOf([reading(serial, 1), bad, reading(serial, 3)]), NOW)
      expect(outcomes).toMatchObject([
        { outcome: 'stored' },
        { outcome: 'quarantined', reason: 'invalid_message', detail: expect.stringContaining(field) },
        { outcome: 'stored' },
      ])
      expect(await fixture.rowCount(id)).toBe(2)
    })

    it('recognises messages after their key was purged, at the same time or at another', async () => {
      const { serial, id } = await fixture.addLogger()
      const old = range(5).map(n => reading(serial, n, { minutesAgo: 90 * 24 * 60 + n, buffered: true }))
      const recent = reading(serial, 6)
      await store.ingest.ingest(batchOf([...old, recent]), NOW)
      expect(
        (await store.maintain(new Date(NOW.getTime() + 61 * DAY_MS))).messageKeys,
      ).toBeGreaterThanOrEqual(6)
      const again = await store.ingest.ingest(batchOf([...old, reading(serial, 7), recent]), NOW)
      expect(again.map(({ outcome }) => outcome)).toEqual([
        ...range(5).map(() => 'duplicate'),
        'stored',
        'duplicate',
      ])
      expect(await fixture.rowCount(id)).toBe(7)
    })

    it('has as many rows as the ledger says, over all tests', async () => {
      const stored = (await store.ledger.all()).reduce((sum, row) => sum + row.stored, 0)
      expect(await store.ledger.countMeasurements()).toBe(stored)
    })
  })
}
