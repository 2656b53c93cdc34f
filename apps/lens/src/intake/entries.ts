// What a record becomes: lines for tables, of which one carries the count of the record.
import type { InsertTable } from '../engine/tables.ts'
import type { DropReason } from './counts.ts'

export interface Entry {
  table: InsertTable
  /** JSON of one row. */
  line: string
  /** Spans, points or log lines that this row stands for: 1 for the first row of each, else 0. */
  records: 0 | 1
}

/** All of them or none; false when there is no room. */
export type Offer = (entries: readonly Entry[]) => boolean

/** Of the records of one request, how many are not stored and why. */
export class Drops {
  readonly byReason = new Map<DropReason, number>()
  #total = 0

  add(reason: DropReason, records = 1): void {
    this.#total += records
    this.byReason.set(reason, (this.byReason.get(reason) ?? 0) + records)
  }

  /** Of one record; null means that it is stored. */
  note(reason: DropReason | null): void {
    if (reason !== null) this.add(reason)
  }

  get total(): number {
    return this.#total
  }

  /** For the sender; empty when everything is stored. */
  get message(): string {
    return [...this.byReason].map(([reason, count]) => `${reason}: ${count}`).join(', ')
  }
}
