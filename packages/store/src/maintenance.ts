// Drops what is past its age, so that no table grows without bound; in portions, so that no statement runs long.
import type pg from 'pg'
import type { StoreOptions } from './settings.ts'

const DAY_MS = 86_400_000
/** An expired token is kept a while, so that its late reuse is still recognised. */
const EXPIRED_TOKEN_MEMORY_MS = 7 * DAY_MS
/** Rows of one statement: a fraction of a second, far below the statement timeout. */
const PORTION_ROWS = 20_000

export interface Maintenance {
  messageKeys: number
  batches: number
  events: number
  sessions: number
  quarantine: number
  /** Zero with TimescaleDB: its own policy drops whole chunks. */
  measurements: number
}

export async function maintain(pool: pg.Pool, options: StoreOptions, now: Date): Promise<Maintenance> {
  const drop = (statement: string, ageMs: number) =>
    dropInPortions(pool, statement, new Date(now.getTime() - ageMs))
  return {
    messageKeys: await drop(olderThan('message_key', 'first_received_at'), options.dedupeWindowMs),
    batches: await drop(olderThan('ingest_batch', 'received_at'), options.batchMemoryMs),
    events: await drop(olderThan('logger_event', 'received_at'), options.loggerEventMaxAgeMs),
    sessions: await drop(DROP_SESSIONS, EXPIRED_TOKEN_MEMORY_MS),
    quarantine: await drop(DROP_QUARANTINE, options.quarantineMaxAgeMs),
    measurements: (await isHypertable(pool))
      ? 0
      : await drop(olderThan('measurement', 'time'), options.measurementRetentionDays * DAY_MS),
  }
}

async function dropInPortions(pool: pg.Pool, statement: string, limit: Date): Promise<number> {
  for (let total = 0; ; ) {
    const { rowCount } = await pool.query(statement, [limit, PORTION_ROWS])
    total += rowCount ?? 0
    if ((rowCount ?? 0) < PORTION_ROWS) return total
  }
}

function olderThan(table: string, column: string): string {
  return `DELETE FROM ${table} WHERE ctid = ANY (ARRAY(SELECT ctid FROM ${table} WHERE ${column} < $1 LIMIT $2))`
}

const DROP_SESSIONS = `
  DELETE FROM session_family WHERE family_id IN (
    SELECT family_id FROM session_family f WHERE NOT EXISTS (
      SELECT 1 FROM refresh_token t WHERE t.family_id = f.family_id AND t.expires_at >= $1)
    LIMIT $2)`

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

async function isHypertable(pool: pg.Pool): Promise<boolean> {
  const { rows } = await pool.query<{ timescale: boolean }>(
    `SELECT timescale FROM schema_migration WHERE name = '0004_measurement'`,
  )
  return rows[0]?.timescale === true
}
