// What the answer of the API means for the spool: counters, frames to send once more, frames that nobody takes.

import type { IngestOutcome, ShippedMessage } from '@deye-hard/domain'
import { scrub } from '@deye-hard/telemetry'
import type { DeadEntry, Group, OutcomeCounts, SpoolChange, StoredEntry } from '../spool/contract.ts'
import { readKey, singleGroup } from '../spool/group-format.ts'
import type { Rejection } from './reading-account.ts'

const DETAIL_MAX_CHARACTERS = 300
/** An event whose data the API finds invalid goes to its quarantine as bytes. */
const INVALID_EVENT_REASON = 'invalid_message'

/** A message with the frame that it was made of. */
export interface Shipment {
  entry: StoredEntry
  kind: ShippedMessage['kind']
  /** null when its payload was decoded and found sound. */
  rejection: Rejection | null
}

/** How a frame has left the spool. */
export interface MessageEnd {
  entry: StoredEntry
  rejection: Rejection | null
  outcome: 'stored' | 'duplicate' | 'quarantined'
  /** Of what is quarantined: the API's, or `rejected` when not even it took the bytes. */
  reason: string | null
  /** In the ledger of messages; events are counted apart. */
  inLedger: boolean
}

export interface Settlement {
  change: SpoolChange
  putBack: StoredEntry[]
  dead: { entry: StoredEntry; detail: string }[]
  /** Of all but what is put back and what is damaged. */
  ends: MessageEnd[]
  /** Messages whose bytes did not survive; damaged events are not in the ledger. */
  damagedMessages: number
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
  const ends: MessageEnd[] = []
  for (const shipment of shipments) {
    const { entry } = shipment
    const outcome = outcomes.get(entry.seq)!
    if (outcome.outcome !== 'rejected') {
      const reason = 'reason' in outcome ? outcome.reason : null
      ends.push(countOutcome(counts, shipment, outcome.outcome, reason))
    } else if (!entry.bare) putBack.push({ ...entry, bare: true })
    else {
      dead.push({ entry, detail: scrub(outcome.reason).slice(0, DETAIL_MAX_CHARACTERS) })
      ends.push(countDead(counts, shipment))
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
  return { change, putBack, dead, ends, damagedMessages: damagedMessagesOf(damaged) }
}

/** A single frame that the API refuses with its whole batch, even as bare bytes. */
export function settleDead(batchId: string, group: Group, detail: string): Settlement {
  const rejected = group.entries.map(
    ({ seq }) => [seq, { seq, outcome: 'rejected', reason: detail }] as const,
  )
  const shipments = group.entries.map(
    entry => ({ entry, kind: 'undecodable', rejection: 'invalid_message' }) as const,
  )
  return settle(batchId, [group], shipments, new Map(rejected))
}

/** The API counts by what travelled: an event that could not be decoded went as bytes, into the ledger of messages. */
function countOutcome(
  counts: OutcomeCounts,
  { entry, kind, rejection }: Shipment,
  outcome: MessageEnd['outcome'],
  reason: string | null,
): MessageEnd {
  const inLedger = kind !== 'event' || reason === INVALID_EVENT_REASON
  const end = { entry, rejection, outcome, reason, inLedger }
  if (entry.messageClass === 'event') {
    counts[outcome === 'quarantined' ? 'events_quarantined' : 'events_stored']++
    if (!inLedger) return end
    counts.received++
  }
  if (outcome === 'stored') counts.stored++
  else if (outcome === 'duplicate') counts.duplicates++
  else counts.quarantined++
  return end
}

function countDead(counts: OutcomeCounts, { entry, rejection }: Shipment): MessageEnd {
  const isEvent = entry.messageClass === 'event'
  counts[isEvent ? 'events_quarantined' : 'quarantined']++
  return { entry, rejection, outcome: 'quarantined', reason: 'rejected', inLedger: !isEvent }
}

function countDamage(counts: OutcomeCounts, group: Group): void {
  const { messageClass } = readKey(group.key)
  counts.damaged += group.damagedCount
  counts[messageClass === 'event' ? 'events_quarantined' : 'quarantined'] += group.damagedCount
}

function damagedMessagesOf(damaged: readonly Group[]): number {
  const ofMessages = damaged.filter(group => readKey(group.key).messageClass === 'message')
  return ofMessages.reduce((sum, group) => sum + group.damagedCount, 0)
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
