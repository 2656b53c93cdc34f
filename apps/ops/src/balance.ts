// Holds what the collector received against what the database counts; the two are counted independently.
import { setTimeout as wait } from 'node:timers/promises'
import type { Ledger } from '@deye-hard/domain'
import type { LedgerRow, Store } from '@deye-hard/store'
import { type CollectorStatus, readCollectorStatus } from './collector-status.ts'

const ATTEMPTS = 10
const BETWEEN_ATTEMPTS_MS = 200

export type Balance =
  | {
      kind: 'balanced_against_collector'
      collectorId: string
      ledger: Ledger
      events: number
      /** Nothing moved while the two were read, so `unaccounted` is a fact and not a moment. */
      atRest: boolean
      rows: LedgerRow[]
    }
  | { kind: 'database_only'; reason: string; rows: LedgerRow[] }

/** Reads collector, database, collector again until the collector stood still in between, at most 2 s. */
export async function readBalance(store: Store, statusUrl: string | null): Promise<Balance> {
  if (statusUrl === null)
    return { kind: 'database_only', reason: 'no collector is named', rows: await store.ledger.all() }
  for (let attempt = 1; ; attempt += 1) {
    const before = await readCollectorStatus(statusUrl)
    const rows = await store.ledger.all()
    if (before.kind === 'unreachable') return { kind: 'database_only', reason: before.reason, rows }
    const after = await readCollectorStatus(statusUrl)
    const found = balance(before.status, rows)
    const atRest = after.kind === 'status' && stoodStill(before.status, after.status)
    // A batch may be in the database and still count as waiting for some milliseconds: look again before saying so.
    const certain = atRest && (found.ledger.unaccounted === 0 || found.ledger.waiting === 0)
    if (certain || attempt === ATTEMPTS) return { ...found, atRest }
    await wait(BETWEEN_ATTEMPTS_MS)
  }
}

function stoodStill(before: CollectorStatus, after: CollectorStatus): boolean {
  return before.ledger.received === after.ledger.received && before.ledger.waiting === after.ledger.waiting
}

function balance(status: CollectorStatus, rows: LedgerRow[]) {
  const own = rows.find(row => row.collectorId === status.collector_id)
  const { received, waiting } = status.ledger
  const { stored, duplicates, quarantined, events } = own ?? {
    stored: 0,
    duplicates: 0,
    quarantined: 0,
    events: 0,
  }
  const unaccounted = received - stored - duplicates - quarantined - waiting
  return {
    kind: 'balanced_against_collector' as const,
    collectorId: status.collector_id,
    ledger: { received, stored, duplicates, quarantined, waiting, unaccounted },
    events,
    rows,
  }
}
