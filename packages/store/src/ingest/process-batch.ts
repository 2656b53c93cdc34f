// Puts the messages of one batch where they belong, inside the caller's transaction, and says what became of each.
import type { IngestOutcome, QuarantineReason, ShippedMessage } from '@deye-hard/domain'
import type { Client } from '../database.ts'
import type { LedgerChange } from '../ledger.ts'
import type { StoreOptions } from '../settings.ts'
import { arrayLiteral } from './array-literal.ts'
import { bisect } from './bisect.ts'
import { updateStates } from './current-state.ts'
import { type Plan, type PlannedQuarantine, planBatch, type Registration } from './plan.ts'
import { storeEvents } from './store-events.ts'
import { RowsMissingError, storeReadings } from './store-readings.ts'

/** `careful` looks everything up and finds the single message that a statement refuses; `fast` throws then. */
export type Mode = 'fast' | 'careful'

export interface Processing {
  client: Client
  options: StoreOptions
  now: Date
  mode: Mode
}

export interface Processed {
  outcomes: IngestOutcome[]
  /** With the invalid ones that only the database found; events are never among them. */
  quarantine: PlannedQuarantine[]
  change: LedgerChange
}

/** Stores readings, states and events. Quarantine and ledger are the caller's: see `ingest` and quarantine's `resolve`. */
export async function processMessages(
  processing: Processing,
  messages: readonly ShippedMessage[],
): Promise<Processed> {
  const { client, options, now } = processing
  const registrations = await findRegistrations(client, messages)
  const plan = planBatch(messages, registrations, { now, ...options })
  const failed =
    processing.mode === 'careful' ? await storeCarefully(processing, plan) : await storeFast(processing, plan)
  const duplicates = new Set([...plan.duplicates, ...failed.duplicates])
  for (const [position, detail] of failed.refused) {
    plan.quarantine.push({ position, message: messages[position]!, reason: 'invalid_message', detail })
  }
  const refused = new Set(failed.refused.keys())
  const stored = plan.readings.filter(({ position }) => !duplicates.has(position) && !refused.has(position))
  await updateStates(client, stored, now)
  return summarise(messages, duplicates, plan.quarantine)
}

interface NotStored {
  duplicates: number[]
  /** Position to what the database said. */
  refused: Map<number, string>
}

async function storeFast({ client, options, now }: Processing, plan: Plan): Promise<NotStored> {
  const keysKnownSinceMs = now.getTime() - options.dedupeWindowMs
  const duplicates = await storeReadings(client, plan.readings, now, { keysKnownSinceMs })
  await storeEvents(client, plan.events)
  return { duplicates, refused: new Map() }
}

async function storeCarefully({ client, now }: Processing, plan: Plan): Promise<NotStored> {
  const duplicates: number[] = []
  const refused = new Map<number, string>()
  const lookup = { keysKnownSinceMs: Number.POSITIVE_INFINITY }
  const failures = await bisect<{ position: number }>(client, plan.readings, async part => {
    duplicates.push(...(await storeReadings(client, part as Plan['readings'], now, lookup)))
  })
  failures.push(...(await bisect(client, plan.events, part => storeEvents(client, part))))
  for (const { item, error } of failures) {
    if (error instanceof RowsMissingError) duplicates.push(item.position)
    else refused.set(item.position, error.message)
  }
  return { duplicates, refused }
}

async function findRegistrations(
  client: Client,
  messages: readonly ShippedMessage[],
): Promise<Map<number, Registration>> {
  const serials = [...new Set(messages.map(message => message.logger_serial))]
  const { rows } = await client.query<[number, number, number | null, string]>('ingest.find_registrations', {
    prepared: true,
    rowMode: 'array',
    text: `SELECT i.logger_serial, i.id, i.rated_power_w, s.timezone FROM inverter i JOIN site s ON s.id = i.site_id
           WHERE i.logger_serial = ANY ($1::bigint[])`,
    values: [arrayLiteral(serials, serial => serial)],
  })
  return new Map(
    rows.map(([serial, inverterId, ratedPowerW, timezone]) => [
      serial,
      { inverterId, ratedPowerW, timezone },
    ]),
  )
}

/** Events are counted apart, whatever became of them, and their frames are never kept: they may name a household's network. */
function summarise(
  messages: readonly ShippedMessage[],
  duplicates: ReadonlySet<number>,
  quarantined: readonly PlannedQuarantine[],
): Processed {
  const reasons = new Map(quarantined.map(entry => [entry.position, entry]))
  const change: LedgerChange = { stored: 0, duplicates: 0, quarantined: 0, events: 0 }
  const outcomes = messages.map(({ seq, kind }, position): IngestOutcome => {
    const entry = reasons.get(position)
    const outcome = entry ? 'quarantined' : duplicates.has(position) ? 'duplicate' : 'stored'
    if (kind === 'event') change.events += 1
    else change[outcome === 'duplicate' ? 'duplicates' : outcome] += 1
    return entry ? describe(seq, entry) : { seq, outcome: outcome as 'stored' | 'duplicate' }
  })
  return { outcomes, change, quarantine: quarantined.filter(({ message }) => message.kind !== 'event') }
}

function describe(
  seq: number,
  { reason, detail }: { reason: QuarantineReason; detail?: string },
): IngestOutcome {
  return { seq, outcome: 'quarantined', reason, ...(detail === undefined ? {} : { detail }) }
}
