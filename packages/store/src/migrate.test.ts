// Migrations: once each, safe to repeat and to run at the same time, never changed afterwards, on both kinds of database.
import { QUANTITIES, QUANTITY_NAMES } from '@deye-hard/domain'
import { databaseKinds, dropRole, type TestDatabase, waitUntil } from '@deye-hard/testkit'
import pg from 'pg'
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { type Migration, migrate, readMigrations } from './migrate.ts'
import { completeOptions } from './settings.ts'
import { openStore } from './store.ts'

const DEADLOCK = '40P01'

for (const kind of await databaseKinds()) {
  describe.skipIf(kind.missing)(`migrations on ${kind.name}`, () => {
    let database: TestDatabase
    let client: pg.Client

    beforeEach(async () => {
      database = await kind.create()
      client = new pg.Client({ connectionString: database.url })
      await client.connect()
    })

    afterEach(async () => {
      await client.end()
      await database.drop()
    })

    const options = (url = database.url) => completeOptions({ databaseUrl: url })

    it('applies all once, and nothing the second time', async () => {
      const names = readMigrations().map(({ name }) => name)
      const current = names.at(-1)
      expect(await migrate(options())).toEqual({ applied: names, current })
      expect(await migrate(options())).toEqual({ applied: [], current })
    })

    it('lets simultaneous starts wait for each other', async () => {
      const results = await Promise.all([migrate(options()), migrate(options()), migrate(options())])
      const applied = results.map(result => result.applied.length).sort()
      expect(applied).toEqual([0, 0, readMigrations().length])
    })

    it('refuses a migration that was changed after it ran', async () => {
      await migrate(options())
      const changed = readMigrations().map(migration => ({ ...migration, checksum: 'other' }))
      await expect(migrate(options(), changed)).rejects.toMatchObject({
        code: 'migration_changed',
        message: expect.stringContaining('0001_accounts'),
      })
    })

    it('refuses a database that a newer version made', async () => {
      await migrate(options())
      await expect(migrate(options(), readMigrations().slice(0, -1))).rejects.toMatchObject({
        code: 'migration_unknown',
      })
    })

    it('leaves its history to the owner, whatever others are given by default', async () => {
      const role = `reader_${new URL(database.url).pathname.slice(1)}`
      await client.query(`CREATE ROLE ${role}`)
      onTestFinished(() => dropRole(database.url, role))
      const defaults =
        'ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES'
      await client.query(`${defaults} TO ${role}`)
      await migrate(options())
      const may = async (table: string) => {
        const all = ['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE']
        const asked = all.map(one => `has_table_privilege('${role}', '${table}', '${one}') AS "${one}"`)
        const { rows } = await client.query<Record<string, boolean>>(`SELECT ${asked.join(', ')}`)
        return all.filter(one => rows[0]![one])
      }
      expect(await may('schema_migration')).toEqual(['SELECT'])
      expect(await may('app_user')).toEqual(['SELECT', 'INSERT', 'UPDATE', 'DELETE'])
    })

    it('leaves nothing of a migration that fails', async () => {
      const broken: Migration = {
        name: '0000_broken',
        sql: 'CREATE TABLE half (); SELECT 1 / 0',
        checksum: 'x',
      }
      await expect(migrate(options(), [broken])).rejects.toMatchObject({
        code: 'migration_failed',
        message: expect.stringContaining('division by zero'),
      })
      const { rows } = await client.query(`SELECT to_regclass('half') AS half`)
      expect(rows).toEqual([{ half: null }])
    })

    it('needs no superuser, only the owner of the database', async () => {
      const name = new URL(database.url).pathname.slice(1)
      const owner = `owner_${name}`
      await client.query(`CREATE ROLE ${owner} LOGIN PASSWORD 'test'`)
      await client.query(`ALTER DATABASE ${name} OWNER TO ${owner}`)
      const url = new URL(database.url)
      url.username = owner
      url.password = 'test'
      try {
        expect((await migrate(options(url.href))).applied).toHaveLength(readMigrations().length)
      } finally {
        await client.query(`ALTER DATABASE ${name} OWNER TO CURRENT_USER`)
        await outOfDeadlocks(`REASSIGN OWNED BY ${owner} TO CURRENT_USER`)
        await outOfDeadlocks(`DROP OWNED BY ${owner}`)
        await client.query(`DROP ROLE ${owner}`)
      }
    })

    /** The jobs of TimescaleDB lock the same tables in an order of their own. */
    async function outOfDeadlocks(statement: string): Promise<void> {
      await waitUntil(() =>
        client.query(statement).then(
          () => true,
          error => {
            if (error.code !== DEADLOCK) throw error
            return false
          },
        ),
      )
    }

    it('has one column for each quantity, totals in double precision', async () => {
      await migrate(options())
      const { rows } = await client.query<{ name: string; type: string }>(
        `SELECT column_name AS name, data_type AS type FROM information_schema.columns
         WHERE table_name = 'measurement' AND data_type IN ('real', 'double precision') ORDER BY ordinal_position`,
      )
      const expected = QUANTITY_NAMES.map(name => ({
        name,
        type: QUANTITIES[name].kind === 'total_counter' ? 'double precision' : 'real',
      }))
      expect(rows).toEqual(expected)
    })

    it('makes a hypertable with policies and aggregates where the extension is, and plain views where it is not', async () => {
      await migrate(completeOptions({ databaseUrl: database.url, measurementRetentionDays: 100 }))
      const { rows } = await client.query<{ relkind: string }>(
        `SELECT relkind FROM pg_class WHERE relname IN ('measurement_15m', 'measurement_daily')`,
      )
      expect(rows).toEqual([{ relkind: 'v' }, { relkind: 'v' }])
      if (!database.timescale) return
      const jobs = await client.query<{ proc_name: string; config: Record<string, unknown> }>(
        `SELECT proc_name, config FROM timescaledb_information.jobs WHERE job_id >= 1000 ORDER BY proc_name`,
      )
      expect(jobs.rows.map(row => row.proc_name)).toEqual([
        'policy_compression',
        'policy_compression',
        'policy_refresh_continuous_aggregate',
        'policy_refresh_continuous_aggregate',
        'policy_retention',
      ])
      expect(jobs.rows.at(-1)?.config).toMatchObject({ drop_after: '100 days' })
    })

    it('says that the store is not ready until the schema is current', async () => {
      const store = openStore({ databaseUrl: database.url })
      expect(await store.ready()).toEqual({ ready: false, reason: 'migration 0001_accounts is missing' })
      await store.migrate()
      expect(await store.ready()).toEqual({ ready: true })
      expect(await store.hasTimescale()).toBe(database.timescale)
      await store.close()
    })
  })
}

it('says why the store is not ready when no server answers, and never throws', async () => {
  const store = openStore({ databaseUrl: 'postgres://nobody:none@127.0.0.1:1/none' })
  expect(await store.ready()).toEqual({ ready: false, reason: expect.stringContaining('ECONNREFUSED') })
  await store.close()
})
