// Remembers the span of each traced message that waits in the spool, so that its batch can go on with the trace.
// In memory only: what waits through a restart is shipped without its trace.
import type { TraceRef } from '@deye-hard/telemetry'

export class TracedMessages {
  /** Messages whose trace ends in the spool, because too many newer ones waited. */
  forgotten = 0
  readonly #refs = new Map<number, TraceRef>()
  readonly #max: number

  /** @param max A message costs some 250 bytes. */
  constructor(max: number) {
    this.#max = max
  }

  get size(): number {
    return this.#refs.size
  }

  /** @param seq number of the message in the spool. */
  add(seq: number, ref: TraceRef): void {
    if (this.#refs.size >= this.#max) this.#forgetOldest()
    this.#refs.set(seq, ref)
  }

  find(seq: number): TraceRef | undefined {
    return this.#refs.get(seq)
  }

  /** Of the messages from `firstSeq` on, in their order. */
  findRange(firstSeq: number, count: number): TraceRef[] {
    if (this.#refs.size === 0) return []
    return Array.from({ length: count }, (_, index) => this.#refs.get(firstSeq + index)).filter(
      ref => ref !== undefined,
    )
  }

  /** The message has left the spool. */
  remove(seq: number): void {
    this.#refs.delete(seq)
  }

  #forgetOldest(): void {
    const [oldest] = this.#refs.keys()
    if (oldest === undefined) return
    this.#refs.delete(oldest)
    this.forgotten += 1
  }
}
