// Stops reading from loggers while too much waits for the disk, and lets them go on when half of it is written.
import type { Counters } from './counters.ts'
import type { Spool } from './spool/contract.ts'

/** Frames that were already read when the pause began are still taken, up to this many times the limit. */
const SHED_FACTOR = 2

export interface Pausable {
  pause(reason: 'spool_pending'): void
  resume(reason: 'spool_pending'): void
}

export class BackPressure {
  readonly #spool: Spool
  readonly #pendingBytesMax: number
  readonly #counters: Counters
  readonly #paused = new Set<Pausable>()

  constructor(spool: Spool, pendingBytesMax: number, counters: Counters) {
    this.#spool = spool
    this.#pendingBytesMax = pendingBytesMax
    this.#counters = counters
  }

  /** Beyond this, memory is kept bounded by not taking the frame: it stays unacked and the logger sends it again. */
  mustShed(): boolean {
    return this.#spool.pendingBytes() > SHED_FACTOR * this.#pendingBytesMax
  }

  /** After a frame of `connection` was handed to the spool. */
  frameAdded(connection: Pausable): void {
    if (this.#spool.pendingBytes() <= this.#pendingBytesMax || this.#paused.has(connection)) return
    this.#paused.add(connection)
    this.#counters.reading_paused.spool_pending += 1
    connection.pause('spool_pending')
  }

  /** After the spool settled frames; also called by the sweep, so that nobody stays paused by an unlucky order. */
  relax(): void {
    if (this.#paused.size === 0 || this.#spool.pendingBytes() > this.#pendingBytesMax / 2) return
    const paused = [...this.#paused]
    this.#paused.clear()
    for (const connection of paused) connection.resume('spool_pending')
  }

  forget(connection: Pausable): void {
    this.#paused.delete(connection)
  }
}
