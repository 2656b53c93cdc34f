// Latencies in buckets of about 1.6 % width: constant memory and no sorting, however many answers come.

/** 64 steps in each doubling, from 1 µs to about 4,300 s. */
const STEPS_PER_DOUBLING = 64
const DOUBLINGS = 32

export class LatencyHistogram {
  readonly #buckets = new Uint32Array(STEPS_PER_DOUBLING * DOUBLINGS)
  #count = 0

  get count(): number {
    return this.#count
  }

  add(milliseconds: number): void {
    const microseconds = Math.max(1, milliseconds * 1_000)
    const bucket = Math.min(
      this.#buckets.length - 1,
      Math.floor(Math.log2(microseconds) * STEPS_PER_DOUBLING),
    )
    this.#buckets[bucket]! += 1
    this.#count += 1
  }

  /** @param share 0.5 for the median. Milliseconds, the middle of the bucket; null without any answer. */
  quantileMs(share: number): number | null {
    let remaining = Math.max(1, Math.ceil(share * this.#count))
    for (let bucket = 0; bucket < this.#buckets.length; bucket += 1) {
      remaining -= this.#buckets[bucket]!
      if (remaining <= 0) {
        return 2 ** ((bucket + 0.5) / STEPS_PER_DOUBLING) / 1_000
      }
    }
    return null
  }
}
