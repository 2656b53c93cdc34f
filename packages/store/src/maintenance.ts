// Drops what is past its age or number, so that no table grows without bound.
import type pg from 'pg'
import type { StoreOptions } from './settings.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
/** A used or expired token is kept a while, so that its late reuse is still recognised. */
const EXPIRED_TOKEN_MEMORY_MS = 7 * DAY_MS
const EVENT_MEMORY_MS = 90 * DAY_MS

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
  const drop = async (statement: string, ageMs: number) => {
    const { rowCount } = await pool.query(statement, [new Date(now.getTime() - ageMs)])
    return rowCount ?? 0
  }
  return {
    messageKeys: await drop('DELETE FROM message_key WHERE first_received_at < $1', options.dedupeWindowMs),
    batches: await drop('DELETE FROM ingest_batch WHERE received_at < $1', options.batchMemoryMs),
    events: await drop('DELETE FROM logger_event WHERE received_at < $1', EVENT_MEMORY_MS),
    sessions: await drop(DROP_SESSIONS, EXPIRED_TOKEN_MEMORY_MS),
    quarantine: await drop(DROP_QUARANTINE, options.quarantineMaxAgeMs),
    measurements: await drop(DROP_MEASUREMENTS, options.measurementRetentionDays * DAY_MS),
  }
}

const DROP_SESSIONS = `
  DELETE FROM session_family f WHERE NOT EXISTS (
    SELECT 1 FROM refresh_token t WHERE t.family_id = f.family_id AND t.expires_at >= $1)`

/** Frames that leave unresolved are counted. */
const DROP_QUARANTINE = `
  WITH gone AS (DELETE FROM quarantine WHERE quarantined_at < $1 RETURNING reason),
       counted AS (
         INSERT INTO quarantine_dropped AS d (cause, reason, messages)
         SELECT 'age', reason, count(*) FROM gone GROUP BY reason ORDER BY reason
         ON CONFLICT (cause, reason) DO UPDATE SET messages = d.messages + excluded.messages)
  SELECT 1 FROM gone`

const DROP_MEASUREMENTS = `
  DELETE FROM measurement
  WHERE time < $1 AND NOT (SELECT timescale FROM schema_migration WHERE name = '0004_measurement')`
