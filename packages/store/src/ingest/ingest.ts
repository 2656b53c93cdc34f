// Takes a batch of messages in one transaction: claim, dedupe, rows, current view, events, quarantine, ledger, answer.
import type { IngestOutcome, MeasurementBatch } from '@deye-hard/domain'
import type { IngestRepository } from '../contract.ts'
import { type Client, type Database, sqlState } from '../database.ts'
import { changeLedger } from '../ledger.ts'
import { putIntoQuarantine } from '../quarantine-intake.ts'
import type { StoreOptions } from '../settings.ts'
import { claimBatch, rememberBatch } from './batch-memory.ts'
import { isItemFault } from './bisect.ts'
import { type Mode, processMessages } from './process-batch.ts'

/** Serialization failure and deadlock. Our lock order rules them out among ourselves, not against an operator's session. */
const RETRY_STATES = ['40001', '40P01']
const MAX_RETRIES = 3

export function createIngestRepository(database: Database, options: StoreOptions): IngestRepository {
  const take = (batch: MeasurementBatch, now: Date, mode: Mode) =>
    database.transaction('ingest.batch', client => takeBatch({ client, options, now, mode }, batch))

  async function ingest(batch: MeasurementBatch, now: Date): Promise<IngestOutcome[]> {
    let mode: Mode = 'fast'
    for (let retries = 0; ; retries += 1) {
      try {
        return await take(batch, now, mode)
      } catch (error) {
        const again = RETRY_STATES.includes(sqlState(error) ?? '')
        if (retries === MAX_RETRIES || !(again || (mode === 'fast' && isItemFault(error)))) throw error
        if (!again) mode = 'careful'
      }
    }
  }
  return { ingest }
}

interface Taking {
  client: Client
  options: StoreOptions
  now: Date
  mode: Mode
}

/** Locks are taken in one order everywhere (batch, keys by key, states by inverter, quarantine, ledger), so batches cannot deadlock. */
async function takeBatch(taking: Taking, batch: MeasurementBatch): Promise<IngestOutcome[]> {
  const { client, options, now } = taking
  const earlier = await claimBatch(client, batch, now)
  if (earlier) return earlier
  const { outcomes, quarantine, change } = await processMessages(taking, batch.messages)
  await putIntoQuarantine(client, quarantine, {
    collectorId: batch.collector_id,
    now,
    maxRows: options.quarantineMaxRows,
  })
  await rememberBatch(client, batch, outcomes)
  await changeLedger(client, batch.collector_id, change)
  return outcomes
}
