// A database as the services leave it, with the role of lens, for tests of a part that may not import the store.
import { ensureViewerRole, openStore } from '@deye-hard/store'
import pg from 'pg'
import { createTestDatabase, type TestDatabase } from './test-database.ts'

export interface MigratedDatabase extends TestDatabase {
  /** The same database, for a role that reads the fleet and changes nothing. */
  viewerUrl: string
}

export async function createMigratedDatabase(): Promise<MigratedDatabase> {
  const database = await createTestDatabase()
  const store = openStore({ databaseUrl: database.url })
  await store.migrate()
  await store.close()
  const role = `viewer_${new URL(database.url).pathname.slice(1)}`
  return {
    ...database,
    viewerUrl: await ensureViewerRole(database.url, role, role),
    async drop() {
      await database.drop()
      await dropRole(database.url, role)
    },
  }
}

/** Roles belong to the server: after the database with all that the role was granted there. */
export async function dropRole(databaseUrl: string, role: string): Promise<void> {
  const server = new URL(databaseUrl)
  server.pathname = '/postgres'
  const client = new pg.Client({ connectionString: server.href })
  await client.connect()
  await client.query(`DROP ROLE IF EXISTS ${role}`)
  await client.end()
}
