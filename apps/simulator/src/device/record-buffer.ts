// The bounded memory of a logger for records that no server accepted.
import type { ClockHead } from './logger-clocks.ts'

export interface UploadRecord {
  recordCounter: number
  /** Bytes from abs 0x20 to the end of the payload: what the dedupe key hashes. */
  body: Buffer
  /** The clocks that a replay will carry: those of the moment at which the record went to the buffer. */
  clocks: ClockHead
}

/** A ring: when it is full the oldest record is lost, as on a real stick. */
export class RecordBuffer {
  readonly #records: UploadRecord[] = []
  readonly #capacity: number

  constructor(capacity: number) {
    this.#capacity = capacity
  }

  get size(): number {
    return this.#records.length
  }

  /** @returns false when an older record had to go. */
  keep(record: UploadRecord): boolean {
    this.#records.push(record)
    if (this.#records.length <= this.#capacity) {
      return true
    }
    this.#records.shift()
    return false
  }

  /** Newest first is the order of replay (reference 3.4). */
  newest(): UploadRecord | null {
    return this.#records.at(-1) ?? null
  }

  /** @returns false when the ring has already let it go. */
  forget(record: UploadRecord): boolean {
    const index = this.#records.lastIndexOf(record)
    if (index < 0) {
      return false
    }
    this.#records.splice(index, 1)
    return true
  }
}
