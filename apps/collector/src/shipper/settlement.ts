// What the answer of the API means for the spool: counters, frames to send once more, frames that nobody takes.
import type { IngestOutcome, ShippedMessage } from '@deye-hard/domain'
import type { DeadEntry, Group, OutcomeCounts, SpoolChange, StoredEntry } from '../spool/contract.ts'
import { readKey, singleGroup } from '../spool/group-format.ts'

const DETAIL_MAX_CHARACTERS = 300

/** A message with the frame that it was made of. */
export interface Shipment {
  entry: StoredEntry
  kind: ShippedMessage['kind']
}

export interface Settlement {
  change: SpoolChange
  putBack: StoredEntry[]
  dead: { entry: StoredEntry; detail: string }[]
}

/** @param outcomes has one for each shipment, see `ApiClient.postBatch`. */
export function settle(
  batchId: string,
  groups: readonly Group[],
  shipments: readonly Shipment[],
  outcomes: ReadonlyMap<number, IngestOutcome>,
): Settlement {
  const counts = noCounts()
  const putBack: StoredEntry[] = []
  const dead: Settlement['dead'] = []
  for (const { entry, kind } of shipments) {
    const outcome = outcomes.get(entry.seq)!
    if (outcome.outcome !== 'rejected') countOutcome(counts, entry, kind, outcome)
    else if (!entry.bare) putBack.push({ ...entry, bare: true })
    else {
      dead.push({ entry, detail: outcome.reason.slice(0, DETAIL_MAX_CHARACTERS) })
      counts[entry.messageClass === 'event' ? 'events_quarantined' : 'quarantined']++
    }
  }
  const damaged = groups.filter(group => group.damagedCount > 0)
  for (const group of damaged) countDamage(counts, group)
  const change: SpoolChange = {
    dropBatchId: batchId,
    removeGroups: groups,
    putBack,
    dead: [...damaged.map(damagedEntry), ...dead.map(({ entry, detail }) => rejectedEntry(entry, detail))],
    counts,
  }
  return { change, putBack, dead }
}

/** A single frame that the API refuses with its whole batch, even as bare bytes. */
export function settleDead(batchId: string, group: Group, detail: string): Settlement {
  const rejected = group.entries.map(
    ({ seq }) => [seq, { seq, outcome: 'rejected', reason: detail }] as const,
  )
  const shipments = group.entries.map(entry => ({ entry, kind: 'undecodable' }) as const)
  return settle(batchId, [group], shipments, new Map(rejected))
}

/** The API counts by what travelled: an event that could not be decoded went as bytes, into the ledger of messages. */
function countOutcome(
  counts: OutcomeCounts,
  entry: StoredEntry,
  kind: ShippedMessage['kind'],
  outcome: Exclude<IngestOutcome, { outcome: 'rejected' }>,
): void {
  const asMessage = kind !== 'event' || isInvalidMessage(outcome)
  if (entry.messageClass === 'event') {
    counts[outcome.outcome === 'quarantined' ? 'events_quarantined' : 'events_stored']++
    if (!asMessage) return
    counts.received++
  }
  if (outcome.outcome === 'stored') counts.stored++
  else if (outcome.outcome === 'duplicate') counts.duplicates++
  else counts.quarantined++
}

/** An event whose data the API finds invalid goes to its quarantine as bytes. */
function isInvalidMessage(outcome: IngestOutcome): boolean {
  return outcome.outcome === 'quarantined' && outcome.reason === 'invalid_message'
}

function countDamage(counts: OutcomeCounts, group: Group): void {
  const { messageClass } = readKey(group.key)
  counts.damaged += group.damagedCount
  counts[messageClass === 'event' ? 'events_quarantined' : 'quarantined'] += group.damagedCount
}

function damagedEntry(group: Group): DeadEntry {
  const detail = `${group.damagedCount} frames of group ${group.key} have a wrong checksum`
  return { reason: 'damaged', detail, value: group.value }
}

function rejectedEntry(entry: StoredEntry, detail: string): DeadEntry {
  return { reason: 'rejected', detail, value: singleGroup(entry).value }
}

function noCounts(): OutcomeCounts {
  return {
    received: 0,
    stored: 0,
    duplicates: 0,
    quarantined: 0,
    events_stored: 0,
    events_quarantined: 0,
    damaged: 0,
  }
}
