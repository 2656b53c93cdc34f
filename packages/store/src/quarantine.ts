// The quarantine as the operator sees it: list, count, resolve after a fix, purge.
import type { IngestOutcome, ShippedMessage } from '@deye-hard/domain'
import type { QuarantineEntry, QuarantineRepository } from './contract.ts'
import type { Client, Database } from './database.ts'
import { isItemFault } from './ingest/bisect.ts'
import { type Mode, processMessages } from './ingest/process-batch.ts'
import { changeLedger } from './ledger.ts'
import type { StoreOptions } from './settings.ts'

interface QuarantineRow {
  id: number
  received_at: Date
  collector_id: string
  logger_serial: number
  control_code: string
  reason: string
  detail: string | null
  frame: Buffer
}

export interface DroppedCount {
  /** Why they left unresolved: too many rows, too old, purged by the operator. */
  cause: 'rows' | 'age' | 'purged'
  reason: string
  messages: number
}

export interface FullQuarantineRepository extends QuarantineRepository {
  /** What left the quarantine unresolved since the database was made. */
  dropped(): Promise<DroppedCount[]>
}

export function createQuarantineRepository(
  database: Database,
  options: StoreOptions,
): FullQuarantineRepository {
  return {
    async list({ reason, loggerSerial, limit, afterId = 0 }) {
      const { rows } = await database.query<QuarantineRow>(
        'quarantine.list',
        `SELECT id, received_at, collector_id, logger_serial, control_code, reason, detail, frame FROM quarantine
         WHERE ($1::text IS NULL OR reason = $1) AND ($2::bigint IS NULL OR logger_serial = $2) AND id > $3
         ORDER BY id LIMIT $4`,
        [reason ?? null, loggerSerial ?? null, afterId, limit],
      )
      return rows.map(toEntry)
    },

    async counts() {
      const { rows } = await database.query<{
        reason: string
        messages: number
        bytes: number
        oldest: Date
      }>(
        'quarantine.counts',
        `SELECT reason, count(*) AS messages, sum(length(frame))::bigint AS bytes, min(received_at) AS oldest
         FROM quarantine GROUP BY reason ORDER BY reason`,
      )
      return rows
    },

    async resolve(id, message, now) {
      const attempt = (mode: Mode) =>
        database.transaction('quarantine.resolve', client =>
          resolveEntry({ client, options, now, mode }, id, message),
        )
      try {
        return await attempt('fast')
      } catch (error) {
        if (!isItemFault(error)) throw error
        return attempt('careful')
      }
    },

    async purge({ olderThan, reason, ids }) {
      const { rows } = await database.query<{ count: number }>('quarantine.purge', PURGE, [
        olderThan ?? null,
        reason ?? null,
        ids ?? null,
      ])
      return (rows[0] as { count: number }).count
    },

    async dropped() {
      const { rows } = await database.query<DroppedCount>(
        'quarantine.dropped',
        'SELECT cause, reason, messages FROM quarantine_dropped ORDER BY cause, reason',
      )
      return rows
    },
  }
}

const PURGE = `
  WITH gone AS (
         DELETE FROM quarantine
         WHERE ($1::timestamptz IS NULL OR received_at < $1) AND ($2::text IS NULL OR reason = $2)
           AND ($3::bigint[] IS NULL OR id = ANY ($3))
         RETURNING reason),
       counted AS (
         INSERT INTO quarantine_dropped AS d (cause, reason, messages)
         SELECT 'purged', reason, count(*) FROM gone GROUP BY reason ORDER BY reason
         ON CONFLICT (cause, reason) DO UPDATE SET messages = d.messages + excluded.messages)
  SELECT count(*) AS count FROM gone`

interface Resolving {
  client: Client
  options: StoreOptions
  now: Date
  mode: Mode
}

/** Either the entry becomes a row (or proves to be a duplicate) and leaves, or it stays with its newest reason. */
async function resolveEntry(
  resolving: Resolving,
  id: number,
  message: ShippedMessage,
): Promise<IngestOutcome> {
  const { client } = resolving
  const { seq } = message
  const entry = await lockEntry(client, id)
  if (!entry) return { seq, outcome: 'rejected', reason: 'unknown_entry' }
  if (message.kind === 'event') return { seq, outcome: 'rejected', reason: 'not_a_reading' }
  const { outcomes, quarantine, change } = await processMessages(resolving, [message])
  const still = quarantine[0]
  if (still) {
    await client.query(
      'quarantine.keep_entry',
      'UPDATE quarantine SET reason = $2, detail = $3 WHERE id = $1',
      [id, still.reason, still.detail ?? null],
    )
  } else {
    await client.query('quarantine.delete_entry', 'DELETE FROM quarantine WHERE id = $1', [id])
    await changeLedger(client, entry.collector_id, { ...change, quarantined: -1 })
  }
  return outcomes[0] as IngestOutcome
}

async function lockEntry(client: Client, id: number): Promise<{ collector_id: string } | undefined> {
  const { rows } = await client.query<{ collector_id: string }>(
    'quarantine.lock_entry',
    'SELECT collector_id FROM quarantine WHERE id = $1 FOR UPDATE',
    [id],
  )
  return rows[0]
}

function toEntry(row: QuarantineRow): QuarantineEntry {
  return {
    id: row.id,
    receivedAt: row.received_at,
    collectorId: row.collector_id,
    loggerSerial: row.logger_serial,
    controlCode: row.control_code,
    reason: row.reason,
    detail: row.detail,
    frame: row.frame,
  }
}
