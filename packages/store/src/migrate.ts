// Brings the schema up to date: numbered SQL files, forward only, each once and never changed afterwards.
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { type Client, type Database, transact, withOwnClient } from './database.ts'
import { StoreError } from './errors.ts'
import { DIRECT, type StatementObserver } from './observer.ts'
import type { StoreOptions } from './settings.ts'

const MIGRATIONS_FOLDER = new URL('../migrations/', import.meta.url)
/** Any number that nobody else uses in this database. */
const LOCK_KEY = 7_307_200_381

export interface Migration {
  /** File name without `.sql`, for example `0001_accounts`. */
  name: string
  sql: string
  checksum: string
}

export interface MigrationResult {
  applied: string[]
  current: string
}

export function readMigrations(folder: URL = MIGRATIONS_FOLDER): Migration[] {
  const files = readdirSync(folder).filter(file => file.endsWith('.sql'))
  return files.sort().map(file => {
    const sql = readFileSync(new URL(file, folder), 'utf8')
    const checksum = createHash('sha256').update(sql).digest('hex')
    return { name: file.slice(0, -'.sql'.length), sql, checksum }
  })
}

/** Concurrent callers wait for each other. Throws StoreError; a failed migration leaves nothing behind. */
export function migrate(
  options: StoreOptions,
  migrations: readonly Migration[] = readMigrations(),
  observer: StatementObserver = DIRECT,
): Promise<MigrationResult> {
  const run = async (client: Client) => {
    await client.query('migrations.lock', 'SELECT pg_advisory_lock($1)', [LOCK_KEY])
    await createHistory(client)
    const done = await readHistory(client)
    verify(migrations, done)
    const missing = migrations.filter(({ name }) => !done.has(name))
    for (const migration of missing)
      await observer.observe('migrations.apply', () => apply(client, migration, options))
    return { applied: missing.map(({ name }) => name), current: migrations.at(-1)?.name ?? '' }
  }
  return observer.observe('store.migrate', () => withOwnClient(options, run, observer))
}

/** Null when the schema is what this version needs, otherwise what is missing. */
export function findPending(database: Database, migrations: readonly Migration[]): Promise<string | null> {
  return database.run('store.ready', () => firstMissing(database, migrations))
}

async function firstMissing(client: Client, migrations: readonly Migration[]): Promise<string | null> {
  const table = await client.query<{ found: boolean }>(
    'migrations.find_history',
    `SELECT to_regclass('schema_migration') IS NOT NULL AS found`,
  )
  if (!table.rows[0]?.found) return migrations[0]?.name ?? null
  const done = await readHistory(client)
  return migrations.find(({ name }) => !done.has(name))?.name ?? null
}

async function createHistory(client: Client): Promise<void> {
  await client.query(
    'migrations.create_history',
    `
    CREATE TABLE IF NOT EXISTS schema_migration (
      name       text        PRIMARY KEY,
      checksum   text        NOT NULL,
      timescale  boolean     NOT NULL,
      applied_at timestamptz NOT NULL DEFAULT now()
    )`,
  )
}

async function readHistory(client: Client): Promise<Map<string, string>> {
  const { rows } = await client.query<{ name: string; checksum: string }>(
    'migrations.read_history',
    'SELECT name, checksum FROM schema_migration ORDER BY name',
  )
  return new Map(rows.map(({ name, checksum }) => [name, checksum]))
}

function verify(migrations: readonly Migration[], done: ReadonlyMap<string, string>): void {
  const known = new Map(migrations.map(({ name, checksum }) => [name, checksum]))
  for (const [name, checksum] of done) {
    if (!known.has(name)) throw new StoreError('migration_unknown', { name })
    if (known.get(name) !== checksum) throw new StoreError('migration_changed', { name })
  }
}

async function apply(client: Client, migration: Migration, options: StoreOptions): Promise<void> {
  const { name, sql, checksum } = migration
  try {
    await transact(client, async () => {
      await handOverSettings(client, options)
      await client.query('migrations.run_file', sql)
      await client.query(
        'migrations.record',
        `INSERT INTO schema_migration (name, checksum, timescale)
         VALUES ($1, $2, EXISTS (SELECT 1 FROM pg_extension WHERE extname = 'timescaledb'))`,
        [name, checksum],
      )
    })
  } catch (cause) {
    throw new StoreError('migration_failed', { name, cause: (cause as Error).message }, { cause })
  }
}

/** Migrations read them by current_setting('deye.…'); they end with the transaction. */
async function handOverSettings(client: Client, options: StoreOptions): Promise<void> {
  const settings = {
    fleet_timezone: options.fleetTimezone,
    chunk_interval_s: options.measurementChunkIntervalMs / 1000,
    columnstore_after_s: options.measurementColumnstoreAfterMs / 1000,
    retention_days: options.measurementRetentionDays,
  }
  for (const [name, value] of Object.entries(settings)) {
    await client.query('migrations.hand_over_setting', 'SELECT set_config($1, $2, true)', [
      `deye.${name}`,
      String(value),
    ])
  }
}
