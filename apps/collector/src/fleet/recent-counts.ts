// Counts things of the last minutes for many loggers: one column of 16-bit numbers for each stretch of time, reused in a ring.

const FIRST_CAPACITY = 256
const COUNT_MAX = 0xffff

export class RecentCounts {
  readonly #stretchMs: number
  readonly #columns: Uint16Array[]
  /** Number of the current stretch since the clock began. */
  #stretch = 0

  /** Remembers `stretches` whole stretches beside the current one: two bytes for each per logger. */
  constructor(stretchMs: number, stretches: number) {
    this.#stretchMs = stretchMs
    this.#columns = Array.from({ length: stretches + 1 }, () => new Uint16Array(FIRST_CAPACITY))
  }

  /** @param nowMs by a clock that never goes back, here and below. */
  add(slot: number, nowMs: number): void {
    const column = this.#columnAt(nowMs)
    if (slot >= column.length) {
      this.#grow(slot)
      this.add(slot, nowMs)
    } else if (column[slot]! < COUNT_MAX) column[slot]! += 1
  }

  /** Of the current stretch and the whole ones before it. */
  sum(slot: number, nowMs: number): number {
    this.#columnAt(nowMs)
    return this.#columns.reduce((sum, column) => sum + (column[slot] ?? 0), 0)
  }

  /** The time that `sum` is about; it grows by a stretch, then starts again. */
  spanMs(nowMs: number): number {
    return (this.#columns.length - 1) * this.#stretchMs + (nowMs % this.#stretchMs)
  }

  /** For the next logger that gets this slot. */
  forget(slot: number): void {
    for (const column of this.#columns) if (slot < column.length) column[slot] = 0
  }

  /** The current column; those of stretches that have passed unseen are emptied on the way. */
  #columnAt(nowMs: number): Uint16Array {
    const stretch = Math.floor(nowMs / this.#stretchMs)
    const count = this.#columns.length
    for (let next = Math.max(this.#stretch + 1, stretch - count + 1); next <= stretch; next += 1)
      this.#columns[next % count]!.fill(0)
    this.#stretch = stretch
    return this.#columns[stretch % count]!
  }

  #grow(slot: number): void {
    for (const [index, column] of this.#columns.entries()) {
      const larger = new Uint16Array(Math.max(slot + 1, column.length * 2))
      larger.set(column)
      this.#columns[index] = larger
    }
  }
}
