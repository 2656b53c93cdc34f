// Drops what is past its age, so that no table grows without bound; in portions, so that no statement runs long.
import type { DbStatement } from '@deye-hard/telemetry-schema'
import type { Client, Database } from './database.ts'
import type { StoreOptions } from './settings.ts'

const DAY_MS = 86_400_000
/** An expired token is kept a while, so that its late reuse is still recognised; before, a thief could use it. */
const EXPIRED_TOKEN_MEMORY_MS = 7 * DAY_MS
/** Rows of one statement: a fraction of a second, far below the statement timeout. */
const PORTION_ROWS = 20_000
/** A session in use leaves four used tokens an hour: enough for 50,000 sessions. Where years of them wait, the rest goes in the next hours. */
const TOKEN_PORTIONS_MAX = 10

export interface Maintenance {
  messageKeys: number
  batches: number
  events: number
  sessions: number
  /** Used tokens of sessions that go on. */
  usedTokens: number
  quarantine: number
  /** Zero with TimescaleDB: its own policy drops whole chunks. */
  measurements: number
}

export function maintain(database: Database, options: StoreOptions, now: Date): Promise<Maintenance> {
  return database.run('maintenance.run', () => dropAll(database, options, now))
}

async function dropAll(client: Client, options: StoreOptions, now: Date): Promise<Maintenance> {
  const drop = (operation: DropOperation, statement: string, ageMs: number, portionsMax = Infinity) =>
    dropInPortions(client, operation, statement, new Date(now.getTime() - ageMs), portionsMax)
  const keys = olderThan('message_key', 'first_received_at')
  const batches = olderThan('ingest_batch', 'received_at')
  const events = olderThan('logger_event', 'received_at')
  return {
    messageKeys: await drop('maintenance.drop_message_keys', keys, options.dedupeWindowMs),
    batches: await drop('maintenance.drop_batches', batches, options.batchMemoryMs),
    events: await drop('maintenance.drop_events', events, options.loggerEventMaxAgeMs),
    sessions: await drop('maintenance.drop_sessions', DROP_SESSIONS, EXPIRED_TOKEN_MEMORY_MS),
    usedTokens: await drop(
      'maintenance.drop_used_tokens',
      DROP_USED_TOKENS,
      EXPIRED_TOKEN_MEMORY_MS,
      TOKEN_PORTIONS_MAX,
    ),
    quarantine: await drop('maintenance.drop_quarantine', DROP_QUARANTINE, options.quarantineMaxAgeMs),
    measurements: (await isHypertable(client))
      ? 0
      : await drop(
          'maintenance.drop_measurements',
          olderThan('measurement', 'time'),
          options.measurementRetentionDays * DAY_MS,
        ),
  }
}

type DropOperation = Extract<DbStatement, `maintenance.drop_${string}`>

async function dropInPortions(
  client: Client,
  operation: DropOperation,
  statement: string,
  limit: Date,
  portionsMax: number,
): Promise<number> {
  let total = 0
  for (let portion = 0; portion < portionsMax; portion += 1) {
    const { rowCount } = await client.query(operation, statement, [limit, PORTION_ROWS])
    total += rowCount ?? 0
    if ((rowCount ?? 0) < PORTION_ROWS) break
  }
  return total
}

function olderThan(table: string, column: string): string {
  return `DELETE FROM ${table} WHERE ctid = ANY (ARRAY(SELECT ctid FROM ${table} WHERE ${column} < $1 LIMIT $2))`
}

const DROP_SESSIONS = `
  DELETE FROM session_family WHERE family_id IN (
    SELECT family_id FROM session_family f WHERE NOT EXISTS (
      SELECT 1 FROM refresh_token t WHERE t.family_id = f.family_id AND t.expires_at >= $1)
    LIMIT $2)`

/** The one token of a session that is not used yet says how long the session lasts, and leaves with it. */
const DROP_USED_TOKENS = `
  DELETE FROM refresh_token WHERE ctid = ANY (ARRAY(
    SELECT ctid FROM refresh_token WHERE expires_at < $1 AND used_at IS NOT NULL LIMIT $2))`

/** Frames that leave unresolved are counted; those that somebody resolves at this moment go next time. */
const DROP_QUARANTINE = `
  WITH gone AS (
         DELETE FROM quarantine WHERE id IN (
           SELECT id FROM quarantine WHERE quarantined_at < $1 ORDER BY id LIMIT $2 FOR UPDATE SKIP LOCKED)
         RETURNING reason),
       counted AS (
         INSERT INTO quarantine_dropped AS d (cause, reason, messages)
         SELECT 'age', reason, count(*) FROM gone GROUP BY reason ORDER BY reason
         ON CONFLICT (cause, reason) DO UPDATE SET messages = d.messages + excluded.messages)
  SELECT 1 FROM gone`

async function isHypertable(client: Client): Promise<boolean> {
  const { rows } = await client.query<{ timescale: boolean }>(
    'maintenance.is_hypertable',
    `SELECT timescale FROM schema_migration WHERE name = '0004_measurement'`,
  )
  return rows[0]?.timescale === true
}
