// The durable counters of the spool; they change in the same transaction as the frames they count.
import type { OutcomeCounts, SpoolStatus } from './contract.ts'

export interface Counters extends OutcomeCounts {
  next_seq: number
  events_received: number
  waiting: number
  events_waiting: number
  unknown_waiting: number
  /** Cost of all waiting groups, see `costBytes`. */
  bytes: number
  dead: number
  dead_next: number
}

const NO_COUNTS: Counters = {
  next_seq: 1,
  received: 0,
  stored: 0,
  duplicates: 0,
  quarantined: 0,
  waiting: 0,
  events_received: 0,
  events_stored: 0,
  events_quarantined: 0,
  events_waiting: 0,
  unknown_waiting: 0,
  bytes: 0,
  damaged: 0,
  dead: 0,
  dead_next: 1,
}

export function noCounters(): Counters {
  return { ...NO_COUNTS }
}

export function writeCounters(counters: Counters): string {
  return JSON.stringify(counters)
}

/** Null when the text is not what `writeCounters` wrote; a counter that an older version did not know starts at 0. */
export function readCounters(text: string): Counters | null {
  const counters = noCounters()
  let stored: Record<string, unknown>
  try {
    stored = JSON.parse(text) as Record<string, unknown>
  } catch {
    return null
  }
  for (const name of Object.keys(counters) as (keyof Counters)[]) {
    const value = stored[name] ?? counters[name]
    if (!Number.isSafeInteger(value)) return null
    counters[name] = value as number
  }
  return counters
}

export function addCounts(counters: Counters, counts: Partial<OutcomeCounts>): void {
  for (const [name, count] of Object.entries(counts)) counters[name as keyof OutcomeCounts] += count
}

/** `waiting` is counted by frames that come and go, not computed from the others: so `unaccounted` can be non-zero. */
export function ledgerOf(counters: Counters): Pick<SpoolStatus, 'ledger' | 'events'> {
  const { received, stored, duplicates, quarantined, waiting } = counters
  return {
    ledger: {
      received,
      stored,
      duplicates,
      quarantined,
      waiting,
      unaccounted: received - stored - duplicates - quarantined - waiting,
    },
    events: {
      received: counters.events_received,
      stored: counters.events_stored,
      quarantined: counters.events_quarantined,
      waiting: counters.events_waiting,
    },
  }
}
