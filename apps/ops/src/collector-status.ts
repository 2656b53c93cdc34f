// Reads the collector's own counts, which are independent of the database.
import type { Ledger } from '@deye-hard/domain'

const STATUS_TIMEOUT_MS = 2_000

export interface CollectorStatus {
  collector_id: string
  ledger: Ledger
  events: { received: number; stored: number; waiting: number }
  spool: { messages: number; bytes: number; oldest_age_s: number | null; full: boolean }
  connections: { active: number; accepted: number }
  counters: Record<string, number | Record<string, number>>
  api: { reachable: boolean; last_error: string | null }
}

export type StatusOutcome =
  | { kind: 'status'; status: CollectorStatus }
  | { kind: 'unreachable'; reason: string }

/** Never throws: a collector that is away is an answer. */
export async function readCollectorStatus(url: string): Promise<StatusOutcome> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(STATUS_TIMEOUT_MS) })
    if (!response.ok) return { kind: 'unreachable', reason: `HTTP ${response.status}` }
    const status = (await response.json()) as CollectorStatus
    if (typeof status?.ledger?.received !== 'number' || typeof status.collector_id !== 'string')
      return { kind: 'unreachable', reason: 'the answer is not a collector status' }
    return { kind: 'status', status }
  } catch (error) {
    const cause = (error as Error).cause
    return {
      kind: 'unreachable',
      reason: cause instanceof Error ? cause.message || 'connection failed' : (error as Error).message,
    }
  }
}
