// What lens and its engine process say to each other over the channel of node:child_process.

/** Given once, before anything else. */
export interface StartOrder {
  kind: 'start'
  folder: string
  limits: EngineLimits
}

export interface EngineLimits {
  /** A statement is ended by the engine after so long. */
  queryTimeoutMs: number
  queryMemoryBytes: number
  /** Rows that one statement may give back. */
  queryRows: number
  /** Of the engine in all: statements, merges, caches. */
  memoryBytes: number
  /** Statements that run side by side. */
  readers: number
  retentionMs: number
  /** All tables together; above it the oldest hours go. */
  diskBytes: number
  /** How often age and size of the tables are looked at. */
  sweepIntervalMs: number
  /** How long a start waits for an engine whose lens was killed and that is still closing the folder. */
  lockPatienceMs: number
}

export type Order =
  | StartOrder
  | { kind: 'query'; id: number; sql: string }
  /** `lines` is text in the format JSONEachRow. */
  | { kind: 'insert'; id: number; table: string; lines: string }
  | { kind: 'sweep'; id: number }
  | { kind: 'close' }

export type Answer =
  | { kind: 'ready'; emptied: boolean }
  | { kind: 'refused'; code: 'folder_locked' | 'engine_failed'; message: string }
  /** JSONEachRow, as the engine wrote it. */
  | { kind: 'rows'; id: number; text: string }
  | { kind: 'done'; id: number }
  | { kind: 'failed'; id: number; code: number; message: string }
  | { kind: 'swept'; id: number | null; swept: Swept }
  | { kind: 'sweep_failed'; message: string }

export interface Swept {
  /** Partitions that went because they were too old. */
  expired: number
  /** Partitions that went because the tables were too large. */
  evicted: number
  diskBytes: number
  rssBytes: number
}
