// Checksums of overlapping ranges in linear time: hostile bytes can hold a plausible frame start every five bytes,
// each announcing a frame of 4 KiB, and summing each of them anew would cost 800 times the stream.
import type { ByteQueue } from './byte-queue.ts'

/** Stands in until a range is refused: most streams never need a ring, and 100,000 idle connections would hold 800 MB of them. */
const NO_RING = new Uint8Array(0)

export class RangeSums {
  /** How many bytes were ever added up; tests hold it against the length of the stream. */
  summedBytes = 0
  readonly #queue: ByteQueue
  readonly #ringBytes: number
  readonly #mask: number
  #ring = NO_RING
  #last = -1

  /** @param maxRangeBytes the longest range that will be asked for. */
  constructor(queue: ByteQueue, maxRangeBytes: number) {
    this.#queue = queue
    this.#ringBytes = 2 ** Math.ceil(Math.log2(maxRangeBytes + 1))
    this.#mask = this.#ringBytes - 1
  }

  /** Memory that the running sums take: none before the first refused range. */
  get heldBytes(): number {
    return this.#ring.length
  }

  /** Sum of the bytes `from` .. `to` - 1 modulo 256; `from` never goes back between calls. */
  sum(from: number, to: number): number {
    // No part of this range belonged to a refused one: while frames are good the ring stays untouched.
    if (from > this.#last) return this.#sumDirectly(from, to)
    this.#extend(to)
    return (this.#ring[to & this.#mask]! - this.#ring[from & this.#mask]!) & 0xff
  }

  /** The range was refused, so ranges that overlap it will follow: keep its running sums. */
  remember(from: number, to: number): void {
    if (this.#ring === NO_RING) this.#ring = new Uint8Array(this.#ringBytes)
    if (from > this.#last) {
      this.#ring[from & this.#mask] = 0
      this.#last = from
    }
    this.#extend(to)
  }

  #sumDirectly(from: number, to: number): number {
    let sum = 0
    this.#queue.forEachPiece(from, to, (bytes, first, last) => {
      for (let index = first; index < last; index += 1) sum += bytes[index]!
    })
    this.summedBytes += to - from
    return sum & 0xff
  }

  #extend(to: number): void {
    const from = this.#last
    if (to <= from) return
    let running = this.#ring[from & this.#mask]!
    let offset = from
    this.#queue.forEachPiece(from, to, (bytes, first, last) => {
      for (let index = first; index < last; index += 1) {
        running = (running + bytes[index]!) & 0xff
        offset += 1
        this.#ring[offset & this.#mask] = running
      }
    })
    this.summedBytes += to - from
    this.#last = to
  }
}
