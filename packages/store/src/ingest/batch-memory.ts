// Remembers what became of each batch, so that a batch that comes again changes nothing and gets the same answer.
import type { IngestOutcome, MeasurementBatch } from '@deye-hard/domain'
import { type Client, sqlState } from '../database.ts'
import { StoreError } from '../errors.ts'
import { arrayLiteral } from './array-literal.ts'

interface MemoryRow {
  seqs: number[]
  exceptions: Record<string, IngestOutcome>
}

const INVALID_UUID = '22P02'

/**
 * Null for a new batch, which is ours now until the transaction ends: a second attempt waits for us here and then finds the answer.
 * Throws StoreError `invalid_batch` for a batch id that is no UUID.
 */
export async function claimBatch(
  client: Client,
  batch: MeasurementBatch,
  now: Date,
): Promise<IngestOutcome[] | null> {
  const id = [batch.collector_id, batch.batch_id]
  const claimed = await insertClaim(client, id, now)
  if (claimed) return null
  const { rows } = await client.query<MemoryRow>('ingest.recall', {
    prepared: true,
    text: 'SELECT seqs, exceptions FROM ingest_batch WHERE collector_id = $1 AND batch_id = $2',
    values: id,
  })
  const memory = rows[0]
  // Only a purge between the two statements can do this; the caller repeats the batch.
  if (!memory) throw new StoreError('invalid_batch', { cause: 'its first answer was purged just now' })
  return memory.seqs.map(
    (seq, position) => memory.exceptions[position] ?? { seq: Number(seq), outcome: 'stored' },
  )
}

/** Most messages are stored: only the others are written out. */
export async function rememberBatch(
  client: Client,
  batch: MeasurementBatch,
  outcomes: readonly IngestOutcome[],
): Promise<void> {
  const exceptions = Object.fromEntries(
    outcomes
      .map((outcome, position) => [position, outcome] as const)
      .filter(([, { outcome }]) => outcome !== 'stored'),
  )
  await client.query('ingest.remember', {
    prepared: true,
    text: 'UPDATE ingest_batch SET seqs = $3, exceptions = $4 WHERE collector_id = $1 AND batch_id = $2',
    values: [
      batch.collector_id,
      batch.batch_id,
      arrayLiteral(outcomes, ({ seq }) => seq),
      JSON.stringify(exceptions),
    ],
  })
}

async function insertClaim(client: Client, id: string[], now: Date): Promise<boolean> {
  try {
    const { rowCount } = await client.query('ingest.claim', {
      prepared: true,
      text: `INSERT INTO ingest_batch (collector_id, batch_id, received_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`,
      values: [...id, now],
    })
    return rowCount === 1
  } catch (cause) {
    if (sqlState(cause) !== INVALID_UUID) throw cause
    throw new StoreError('invalid_batch', { cause: 'batch_id is no UUID' }, { cause })
  }
}
