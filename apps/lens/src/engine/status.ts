// The engine in plain numbers, for lens's health page.
import type { EngineOptions } from './engine.ts'

export interface EngineStatus {
  state: 'starting' | 'ready' | 'down' | 'closed'
  pid: number | null
  /** The folder held tables of another version, which were dropped. */
  emptied: boolean
  /** Ends of the process that nobody asked for, and starts after them. */
  deaths: number
  restarts: number
  /** Processes that were killed because a statement outlived its limit. */
  hangs: number
  queries: QueryCounts & { running: number; waiting: number }
  inserts: { batches: number; rows: number; failed: number }
  disk: { bytes: number; bytesMax: number; expiredPartitions: number; evictedPartitions: number }
  rssBytes: number
  lastError: string | null
}

export interface QueryCounts {
  done: number
  /** By code of EngineError. */
  failed: Record<string, number>
}

export function newStatus({ limits }: EngineOptions): EngineStatus {
  return {
    state: 'starting',
    pid: null,
    emptied: false,
    deaths: 0,
    restarts: 0,
    hangs: 0,
    queries: { done: 0, failed: {}, running: 0, waiting: 0 },
    inserts: { batches: 0, rows: 0, failed: 0 },
    disk: { bytes: 0, bytesMax: limits.diskBytes, expiredPartitions: 0, evictedPartitions: 0 },
    rssBytes: 0,
    lastError: null,
  }
}
