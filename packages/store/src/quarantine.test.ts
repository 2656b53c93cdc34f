// Quarantine: what goes in, how it is bounded, and how an entry becomes a row after a fix.
import { databaseKinds } from '@deye-hard/testkit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  batchOf,
  DAY_MS,
  event,
  type Fixture,
  NOW,
  openFixture,
  range,
  reading,
  undecodable,
} from '../test/fixture.ts'

const QUARANTINE_MAX_ROWS = 5

for (const kind of await databaseKinds()) {
  describe.skipIf(kind.missing)(`quarantine on ${kind.name}`, () => {
    let fixture: Fixture
    let store: Fixture['store']

    beforeAll(async () => {
      fixture = await openFixture(kind.create, { quarantineMaxRows: QUARANTINE_MAX_ROWS })
      store = fixture.store
    })

    afterAll(() => fixture.close())

    it('finds the one message that only the database refuses, and can take it once it is mended', async () => {
      const { serial, id } = await fixture.addLogger()
      await fixture.pool.query(`ALTER TABLE measurement ADD CONSTRAINT odd CHECK (record_counter <> 113)`)
      const batch = batchOf([event(serial, 1), ...range(30).map(n => reading(serial, 100 + n))])
      const outcomes = await store.ingest.ingest(batch, NOW)
      expect(outcomes.filter(({ outcome }) => outcome === 'stored')).toHaveLength(30)
      expect(outcomes.find(({ seq }) => seq === 113)).toMatchObject({
        outcome: 'quarantined',
        reason: 'invalid_message',
        detail: expect.stringContaining('odd'),
      })
      await fixture.pool.query('ALTER TABLE measurement DROP CONSTRAINT odd')
      const [entry] = await store.quarantine.list({ loggerSerial: serial, limit: 1 })
      expect(await store.quarantine.resolve(entry!.id, reading(serial, 113), NOW)).toEqual({
        seq: 113,
        outcome: 'stored',
      })
      expect(await fixture.rowCount(id)).toBe(30)
      expect(await fixture.ledgerOf(batch.collector_id)).toMatchObject({
        stored: 30,
        quarantined: 0,
        events: 1,
      })
    })

    it('quarantines what is too old, from the future, or of an unknown logger; never the frame of an event', async () => {
      const { serial, id } = await fixture.addLogger()
      const batch = batchOf([
        reading(serial, 1, { minutesAgo: 401 * 24 * 60, buffered: true }),
        reading(serial, 2, { minutesAgo: -2 * 24 * 60 }),
        reading(1, 3),
        event(1, 4),
        undecodable(serial, 5),
      ])
      const outcomes = await store.ingest.ingest(batch, NOW)
      expect(outcomes).toMatchObject([
        { outcome: 'quarantined', reason: 'too_old' },
        { outcome: 'quarantined', reason: 'invalid_message' },
        { outcome: 'quarantined', reason: 'unknown_logger' },
        { outcome: 'quarantined', reason: 'unknown_logger' },
        { outcome: 'quarantined', reason: 'undecodable_payload', detail: 'cut off' },
      ])
      expect(await fixture.rowCount(id)).toBe(0)
      const kept = (await store.quarantine.list({ limit: 100 })).filter(
        e => e.collectorId === batch.collector_id,
      )
      expect(kept).toHaveLength(4)
      expect(kept[0]?.frame).toEqual(Buffer.from('frame 1'))
      expect(await fixture.ledgerOf(batch.collector_id)).toMatchObject({
        stored: 0,
        quarantined: 4,
        events: 1,
      })
    })

    it('bounds the quarantine by rows and age, oldest first, and counts what goes', async () => {
      const before = await dropped()
      const count = (await store.quarantine.list({ limit: 100 })).length
      await store.ingest.ingest(batchOf(range(12).map(n => reading(1, n))), NOW)
      const kept = await store.quarantine.list({ limit: 100 })
      expect(kept.map(({ frame }) => String(frame))).toEqual([8, 9, 10, 11, 12].map(n => `frame ${n}`))
      expect((await dropped()) - before).toBe(count + 12 - QUARANTINE_MAX_ROWS)
      expect(await store.quarantine.counts()).toMatchObject([
        { reason: 'unknown_logger', messages: 5, bytes: 38 },
      ])
      expect((await store.maintain(new Date(NOW.getTime() + 29 * DAY_MS))).quarantine).toBe(0)
      expect((await store.maintain(new Date(NOW.getTime() + 31 * DAY_MS))).quarantine).toBe(5)
      expect(await store.quarantine.dropped()).toContainEqual({
        cause: 'age',
        reason: 'unknown_logger',
        messages: 5,
      })
    })

    async function dropped(): Promise<number> {
      const row = (await store.quarantine.dropped()).filter(({ cause }) => cause === 'rows')
      return row.reduce((sum, { messages }) => sum + messages, 0)
    }

    it('resolves to a duplicate, stays with a new reason, or is purged; the ledger follows', async () => {
      const { serial, id } = await fixture.addLogger()
      await store.ingest.ingest(batchOf([reading(serial, 1)], 'elsewhere'), NOW)
      const batch = batchOf([undecodable(serial, 1), undecodable(serial, 2), undecodable(serial, 3)])
      await store.ingest.ingest(batch, NOW)
      const [first, second, third] = await store.quarantine.list({ loggerSerial: serial, limit: 10 })
      expect(await store.quarantine.resolve(first!.id, reading(serial, 1), NOW)).toEqual({
        seq: 1,
        outcome: 'duplicate',
      })
      expect(await store.quarantine.resolve(second!.id, reading(1, 2), NOW)).toMatchObject({
        outcome: 'quarantined',
      })
      expect(await store.quarantine.resolve(first!.id, reading(serial, 1), NOW)).toMatchObject({
        reason: 'unknown_entry',
      })
      expect(
        await store.quarantine.list({ reason: 'unknown_logger', loggerSerial: serial, limit: 10 }),
      ).toHaveLength(1)
      expect(await store.quarantine.purge({ ids: [third!.id] })).toBe(1)
      expect(await fixture.ledgerOf(batch.collector_id)).toMatchObject({
        stored: 0,
        duplicates: 1,
        quarantined: 2,
      })
      expect(await fixture.rowCount(id)).toBe(1)
    })
  })
}
