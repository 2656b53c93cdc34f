// The resource tables of traces and logs: one row for each resource and half hour.
import type { InsertTable } from '../engine/tables.ts'
import type { Entry } from './entries.ts'
import type { Resource } from './resource.ts'

/** Column `ts_bucket_start`. */
const BUCKET_SECONDS = 1_800
const KNOWN_MAX = 10_000

export function bucketOf(timeMs: number): number {
  return Math.floor(timeMs / 1_000 / BUCKET_SECONDS) * BUCKET_SECONDS
}

export class SeenResources {
  readonly #seen = new Set<string>()
  readonly #table: InsertTable

  constructor(table: InsertTable) {
    this.#table = table
  }

  /** Null when the row is written already. */
  missing(resource: Resource, bucket: number): Entry | null {
    if (this.#seen.has(`${bucket} ${resource.fingerprint}`)) return null
    const row = { labels: resource.json, fingerprint: resource.fingerprint, seen_at_ts_bucket_start: bucket }
    return { table: this.#table, line: JSON.stringify(row), records: 0 }
  }

  written(resource: Resource, bucket: number): void {
    if (this.#seen.size >= KNOWN_MAX) this.#seen.clear()
    this.#seen.add(`${bucket} ${resource.fingerprint}`)
  }

  /** Rows were lost on their way. */
  forgetWritten(): void {
    this.#seen.clear()
  }
}
