// The role of lens: it reads the fleet and its rows, nobody's account, and writes nothing.
import { databaseKinds, dropRole, type TestDatabase } from '@deye-hard/testkit'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { roleOf } from '../../test/monitor-fixture.ts'
import { type OpenStore, openStore } from '../store.ts'
import { openMonitor } from './monitor.ts'
import { ensureViewerRole } from './viewer-role.ts'

for (const kind of await databaseKinds()) {
  describe.skipIf(kind.missing)(`the viewer on ${kind.name}`, () => {
    let database: TestDatabase
    let store: OpenStore
    let url: string

    beforeAll(async () => {
      database = await kind.create()
      store = openStore({ databaseUrl: database.url })
      await store.migrate()
      url = await ensureViewerRole(database.url, 'first', roleOf(database.url))
      expect(await ensureViewerRole(database.url, 'first', roleOf(database.url))).toBe(url)
    })
    afterAll(async () => {
      await store?.close()
      await database?.drop()
      if (database !== undefined) await dropRole(database.url, roleOf(database.url))
    })

    async function ask(text: string): Promise<string> {
      const client = new pg.Client({ connectionString: url })
      await client.connect()
      return client
        .query(text)
        .then(
          () => 'answered',
          (error: { code?: string }) => error.code ?? 'failed',
        )
        .finally(() => client.end())
    }

    it('reads what a monitor reads, and the rows of the fleet', async () => {
      const monitor = openMonitor({ databaseUrl: url })
      expect(await monitor.read()).toMatchObject({ up: true })
      await monitor.close()
      for (const table of ['measurement', 'quarantine'])
        expect([table, await ask(`SELECT * FROM ${table} LIMIT 1`)]).toEqual([table, 'answered'])
      expect(
        await ask('SELECT i.logger_serial, s.latitude FROM inverter i JOIN site s ON s.id = i.site_id'),
      ).toBe('answered')
      expect(await ask('SELECT event_type FROM logger_event')).toBe('answered')
    })

    it.each([
      'SELECT name FROM site',
      'SELECT data FROM logger_event',
      ...['app_user', 'session_family', 'refresh_token', 'service_client', 'site_member'].map(
        table => `SELECT * FROM ${table}`,
      ),
    ])('may not: %s', async text => {
      expect(await ask(text)).toBe('42501')
    })

    it.each([
      'DELETE FROM measurement',
      "UPDATE inverter SET name = ''",
      'CREATE TABLE mine ()',
      'SET default_transaction_read_only = off; DELETE FROM quarantine',
    ])('changes nothing: %s', async text => {
      expect(['42501', '25006']).toContain(await ask(text))
    })
  })
}
