// Takes messages into quarantine and keeps it within its number of rows: the oldest go first and are counted.
import type { Client } from './database.ts'
import { arrayLiteral } from './ingest/array-literal.ts'
import type { PlannedQuarantine } from './ingest/plan.ts'

const MAX_DETAIL_CHARACTERS = 1_000

export interface Intake {
  collectorId: string
  now: Date
  maxRows: number
}

export async function putIntoQuarantine(
  client: Client,
  entries: readonly PlannedQuarantine[],
  { collectorId, now, maxRows }: Intake,
): Promise<void> {
  if (entries.length === 0) return
  await client.query('quarantine.insert', {
    prepared: true,
    text: `INSERT INTO quarantine (received_at, quarantined_at, collector_id, logger_serial, control_code, reason, detail, frame)
           SELECT received_at, $1, $2, logger_serial, control_code, reason, detail, frame
           FROM unnest($3::timestamptz[], $4::bigint[], $5::text[], $6::text[], $7::text[], $8::bytea[])
             AS u (received_at, logger_serial, control_code, reason, detail, frame)`,
    values: [
      now,
      collectorId,
      arrayLiteral(entries, ({ message }) => message.received_at),
      arrayLiteral(entries, ({ message }) => message.logger_serial),
      entries.map(({ message }) => storable(message.control_code)),
      entries.map(({ reason }) => reason),
      entries.map(({ detail }) => (detail === undefined ? null : storable(detail))),
      entries.map(({ message }) => Buffer.from(message.frame, 'base64')),
    ],
  })
  await client.query('quarantine.drop_beyond', DROP_BEYOND, [maxRows])
}

/** Entries that somebody resolves at this moment are passed over and go next time. */
const DROP_BEYOND = `
  WITH gone AS (
         DELETE FROM quarantine WHERE id IN (
           SELECT id FROM quarantine WHERE id <= (SELECT id FROM quarantine ORDER BY id DESC OFFSET $1 LIMIT 1)
           ORDER BY id FOR UPDATE SKIP LOCKED)
         RETURNING reason)
  INSERT INTO quarantine_dropped AS d (cause, reason, messages)
  SELECT 'rows', reason, count(*) FROM gone GROUP BY reason ORDER BY reason
  ON CONFLICT (cause, reason) DO UPDATE SET messages = d.messages + excluded.messages`

/** PostgreSQL refuses NUL, and half of a surrogate pair is no UTF-8. */
function storable(text: string): string {
  return text.replaceAll('\0', '\u{fffd}').toWellFormed().slice(0, MAX_DETAIL_CHARACTERS).toWellFormed()
}
