// Maintenance: what is past its age goes, what is not stays; on plain PostgreSQL the measurements too.
import { databaseKinds } from '@deye-hard/testkit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { batchOf, DAY_MS, event, type Fixture, NOW, openFixture, reading } from '../test/fixture.ts'

const NOTHING = {
  messageKeys: 0,
  batches: 0,
  events: 0,
  sessions: 0,
  usedTokens: 0,
  quarantine: 0,
  measurements: 0,
}

for (const kind of await databaseKinds()) {
  describe.skipIf(kind.missing)(`maintenance on ${kind.name}`, () => {
    let fixture: Fixture
    let serial: number

    beforeAll(async () => {
      fixture = await openFixture(kind.create)
      serial = (await fixture.addLogger()).serial
      await fixture.store.ingest.ingest(batchOf([reading(serial, 1), reading(1, 2), event(serial, 3)]), NOW)
    })

    afterAll(() => fixture.close())

    const after = (days: number) => fixture.store.maintain(new Date(NOW.getTime() + days * DAY_MS))

    it('drops each kind at its own age, once', async () => {
      expect(await after(29)).toEqual(NOTHING)
      expect(await after(31)).toEqual({ ...NOTHING, batches: 1, quarantine: 1 })
      expect(await after(31)).toEqual(NOTHING)
      expect(await after(61)).toEqual({ ...NOTHING, messageKeys: 1 })
      expect(await after(91)).toEqual({ ...NOTHING, events: 1 })
    })

    it('drops measurements on plain PostgreSQL and leaves them to the policy on TimescaleDB', async () => {
      expect(await after(399)).toEqual(NOTHING)
      expect((await after(401)).measurements).toBe(kind.name === 'plain' ? 1 : 0)
    })

    it('drops more than one portion', async () => {
      await fixture.pool.query(
        `INSERT INTO message_key SELECT 1, n, gen_random_uuid(), $1 FROM generate_series(1, 45000) AS n`,
        [NOW],
      )
      expect((await after(61)).messageKeys).toBe(45_000)
    })
  })
}
