// The role for monitoring: made before or after the migrations, safe to repeat, with no password in any statement.
import { databaseKinds, dropRole, type TestDatabase } from '@deye-hard/testkit'
import pg from 'pg'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { roleOf } from '../../test/monitor-fixture.ts'
import { type OpenStore, openStore } from '../store.ts'
import { openMonitor } from './monitor.ts'
import { ensureMonitorRole } from './monitor-role.ts'

/** The migration gives what it makes to this one only. */
const DEFAULT_ROLE = 'otel_monitor'

for (const kind of await databaseKinds()) {
  describe.skipIf(kind.missing)(`the role on ${kind.name}`, () => {
    let database: TestDatabase
    let store: OpenStore
    let role: string

    beforeEach(async () => {
      database = await kind.create()
      store = openStore({ databaseUrl: database.url })
      role = roleOf(database.url)
    })

    afterEach(async () => {
      await store.close()
      await database.drop()
      await dropRole(database.url, role)
    })

    async function canRead(url: string): Promise<boolean> {
      const monitor = openMonitor({ databaseUrl: url })
      const outcome = await monitor.read()
      await monitor.close()
      return outcome.up
    }

    async function ask<T>(url: string, text: string): Promise<T[]> {
      const client = new pg.Client({ connectionString: url })
      await client.connect()
      try {
        return (await client.query(text)).rows
      } finally {
        await client.end()
      }
    }

    it('may come after the migrations, and again with another password', async () => {
      await store.migrate()
      const first = await ensureMonitorRole(database.url, 'first', role)
      expect(new URL(first)).toMatchObject({ username: role, password: 'first' })
      expect(await canRead(first)).toBe(true)
      const odd = `a'b"c$$d\\e %/@:ä`
      const second = await ensureMonitorRole(database.url, odd, role)
      expect(await canRead(second)).toBe(true)
      expect(await canRead(first)).toBe(false)
    })

    it('may come before the migrations; then it is to be called again, unless it has the usual name', async () => {
      const early = await ensureMonitorRole(database.url, 'early', role)
      await store.migrate()
      expect(await canRead(early)).toBe(false)
      await ensureMonitorRole(database.url, 'early', role)
      expect(await canRead(early)).toBe(true)
    })

    it('stands repetition at the same moment', async () => {
      await store.migrate()
      const urls = await Promise.all([1, 2, 3].map(() => ensureMonitorRole(database.url, 'same', role)))
      expect(await Promise.all(urls.map(canRead))).toEqual([true, true, true])
    })

    it('has pg_monitor, limits of its own, and a password that the server never saw', async () => {
      await ensureMonitorRole(database.url, 'never seen', role)
      const [row] = await ask<{ memberships: string[]; rolpassword: string }>(
        database.url,
        `SELECT rolpassword, ARRAY(SELECT roleid::regrole::text FROM pg_auth_members WHERE member = a.oid) AS memberships
         FROM pg_authid a WHERE rolname = '${role}'`,
      )
      expect(row?.memberships).toEqual(['pg_monitor'])
      expect(row?.rolpassword).toMatch(/^SCRAM-SHA-256\$4096:/)
      const settings = await ask<{ rolconfig: string[]; rolconnlimit: number; rolsuper: boolean }>(
        database.url,
        `SELECT rolconfig, rolconnlimit, rolsuper FROM pg_roles WHERE rolname = '${role}'`,
      )
      expect(settings).toEqual([
        { rolconfig: ['statement_timeout=10s', 'lock_timeout=2s'], rolconnlimit: 5, rolsuper: false },
      ])
    })

    it('sees what later migrations add', async () => {
      await store.migrate()
      const url = await ensureMonitorRole(database.url, 'x', role)
      await ask(database.url, 'CREATE VIEW monitoring.later AS SELECT 1 AS one')
      expect(await ask(url, 'SELECT one FROM monitoring.later')).toEqual([{ one: 1 }])
    })
  })
}

// On the server of this run alone: another one keeps its roles.
it('a role of the usual name is granted the views by the migration', async () => {
  const [plain] = await databaseKinds()
  const database = await plain!.create()
  const url = await ensureMonitorRole(database.url, 'usual')
  expect(new URL(url).username).toBe(DEFAULT_ROLE)
  const store = openStore({ databaseUrl: database.url })
  await store.migrate()
  await store.close()
  const monitor = openMonitor({ databaseUrl: database.url, databaseMonitorUrl: url })
  expect(await monitor.read()).toMatchObject({ up: true })
  await monitor.close()
  await database.drop()
})
