// Rows on their way to the engine: bounded in rows and bytes, sent in batches, kept while the engine is started again.
import { setTimeout as delay } from 'node:timers/promises'
import type { Engine } from '../engine/engine.ts'
import { EngineError } from '../engine/errors.ts'
import { INSERT_TABLES, type InsertTable } from '../engine/tables.ts'
import type { SignalCounts } from './counts.ts'
import type { Entry } from './entries.ts'
import type { Signal } from './wire.ts'

/** A batch that the engine refuses is tried once more after so long: memory may have been short. */
const SECOND_TRY_AFTER_MS = 500

export interface QueueLimits {
  /** What waits, with what is being inserted. */
  rows: number
  bytes: number
  /** Rows of one insert; it is due when one table has so many, or after `intervalMs`. */
  batchRows: number
  intervalMs: number
}

interface Batch {
  lines: string[]
  /** By position in `lines`: how many records the row stands for. */
  records: number[]
}

export interface QueueStatus {
  rows: number
  bytes: number
  /** Highest level since the start. */
  rowsPeak: number
  batches: number
  /** Why rows were given up the last time. */
  lastError: string | null
}

export class RowQueue {
  readonly #engine: Engine
  readonly #limits: QueueLimits
  readonly #counts: Record<Signal, SignalCounts>
  readonly #onLost: () => void
  readonly #tables = new Map<InsertTable, Batch>(INSERT_TABLES.map(table => [table, emptyBatch()]))
  readonly #timer: NodeJS.Timeout
  readonly #status: QueueStatus = { rows: 0, bytes: 0, rowsPeak: 0, batches: 0, lastError: null }
  #sending: Promise<void> | undefined
  #stopped = false

  /** `onLost` is told when rows are given up, so that rows which others refer to are written again. */
  constructor(engine: Engine, limits: QueueLimits, counts: Record<Signal, SignalCounts>, onLost: () => void) {
    this.#engine = engine
    this.#limits = limits
    this.#counts = counts
    this.#onLost = onLost
    this.#timer = setInterval(() => void this.flush(), limits.intervalMs)
  }

  /** All of them or none; false when there is no room, or after `stop`. */
  offer(entries: readonly Entry[]): boolean {
    const bytes = bytesOf(entries.map(({ line }) => line))
    const status = this.#status
    if (
      this.#stopped ||
      status.rows + entries.length > this.#limits.rows ||
      status.bytes + bytes > this.#limits.bytes
    )
      return false
    status.rows += entries.length
    status.bytes += bytes
    status.rowsPeak = Math.max(status.rowsPeak, status.rows)
    for (const { table, line, records } of entries) {
      const batch = this.#tables.get(table) as Batch
      batch.lines.push(line)
      batch.records.push(records)
      if (batch.lines.length === this.#limits.batchRows) void this.flush()
    }
    return true
  }

  /** Resolves when everything that waited at the call is inserted or given up. */
  async flush(): Promise<void> {
    await this.#sending
    this.#sending ??= this.#send().finally(() => {
      this.#sending = undefined
    })
    await this.#sending
  }

  status(): QueueStatus {
    return { ...this.#status }
  }

  /** Takes nothing more, sends what waits, and gives it up when the engine does not come back in time. */
  async stop(patienceMs: number): Promise<void> {
    this.#stopped = true
    clearInterval(this.#timer)
    const giveUp = new AbortController()
    await Promise.race([
      this.flush(),
      delay(patienceMs, undefined, { signal: giveUp.signal }).catch(() => {}),
    ])
    giveUp.abort()
  }

  /** Series and resources go before what refers to them. */
  async #send(): Promise<void> {
    const order = [...INSERT_TABLES].sort((a, b) => rank(a) - rank(b))
    for (const table of order) {
      const batch = this.#tables.get(table) as Batch
      if (batch.lines.length === 0) continue
      this.#tables.set(table, emptyBatch())
      // In portions, so that the engine's memory does not follow what waits.
      const { batchRows } = this.#limits
      for (let from = 0; from < batch.lines.length; from += batchRows)
        await this.#store(table, part(batch, from, from + batchRows))
    }
  }

  /** A row that cannot be read is found by halves, so that it goes alone. */
  async #store(table: InsertTable, batch: Batch): Promise<void> {
    const outcome = await this.#insert(table, batch.lines)
    if (outcome !== 'unreadable' || batch.lines.length === 1)
      return this.#settle(table, batch, outcome === 'stored')
    const middle = batch.lines.length >> 1
    await this.#store(table, part(batch, 0, middle))
    await this.#store(table, part(batch, middle, batch.lines.length))
  }

  async #insert(table: InsertTable, lines: readonly string[]): Promise<'stored' | 'unreadable' | 'lost'> {
    for (let refusals = 0; refusals < 2; ) {
      try {
        await this.#engine.insertLines(table, lines)
        return 'stored'
      } catch (error) {
        const code = error instanceof EngineError ? error.code : 'statement_refused'
        if (code !== 'engine_down') this.#status.lastError = (error as Error).message
        if (code === 'rows_refused') return 'unreadable'
        // The engine stores a batch once, so one whose answer was lost may be sent again.
        if (code === 'engine_down' && (await this.#back())) continue
        if (code === 'engine_down' || code === 'engine_closed') return 'lost'
        refusals += 1
        if (refusals === 1) await delay(SECOND_TRY_AFTER_MS)
      }
    }
    return 'lost'
  }

  /** False when the engine was closed for good. */
  #back(): Promise<boolean> {
    return this.#engine.ready().then(
      () => true,
      () => false,
    )
  }

  #settle(table: InsertTable, batch: Batch, stored: boolean): void {
    this.#status.rows -= batch.lines.length
    this.#status.bytes -= bytesOf(batch.lines)
    this.#status.batches += 1
    const records = batch.records.reduce((sum, one) => sum + one, 0)
    const counts = this.#counts[signalOf(table)]
    if (stored) counts.stored += records
    else {
      counts.dropped.insert_failed += records
      this.#onLost()
    }
  }
}

function emptyBatch(): Batch {
  return { lines: [], records: [] }
}

function part({ lines, records }: Batch, from: number, to: number): Batch {
  return { lines: lines.slice(from, to), records: records.slice(from, to) }
}

/** With the line's end. */
function bytesOf(lines: readonly string[]): number {
  return lines.reduce((sum, line) => sum + line.length + 1, 0)
}

function signalOf(table: InsertTable): Signal {
  if (table.startsWith('signoz_metrics.')) return 'metrics'
  return table.startsWith('signoz_traces.') ? 'traces' : 'logs'
}

function rank(table: InsertTable): number {
  return table === 'signoz_metrics.time_series_v4' || table.endsWith('_resource') ? 0 : 1
}
