// The received bytes that are not settled yet: a list of chunks, addressed by their offset in the stream.

/** Above this many waiting chunks they are gathered: a sender of single bytes must not cost an object for each. */
export const MAX_LOOSE_CHUNKS = 16

export class ByteQueue {
  /** Stream offset of the first byte that is still here. */
  start = 0
  /** Stream offset behind the last byte. */
  end = 0
  /** How many bytes were ever copied; tests hold it against the length of the stream. */
  copiedBytes = 0
  #chunks: Buffer[] = []
  #starts: number[] = []
  #gathered: Buffer | null = null
  #gatheredBytes = 0
  readonly #maxWaitingBytes: number

  /** @param maxWaitingBytes the most bytes that may wait for their rest: one frame. */
  constructor(maxWaitingBytes: number) {
    this.#maxWaitingBytes = maxWaitingBytes
  }

  /** How many buffers are held; bounded while one frame waits, however small its pieces. */
  get chunkCount(): number {
    return this.#chunks.length
  }

  append(chunk: Buffer): void {
    if (chunk.length === 0) return
    if (!this.#extendGathered(chunk)) {
      this.#chunks.push(chunk)
      this.#starts.push(this.end)
      this.#gathered = null
    }
    this.end += chunk.length
    if (this.#chunks.length > MAX_LOOSE_CHUNKS && this.end - this.start <= this.#maxWaitingBytes)
      this.#gather()
  }

  byteAt(offset: number): number {
    const index = this.#locate(offset)
    return this.#chunks[index]![offset - this.#starts[index]!]!
  }

  /** Offset of the first `byte` at or behind `from`, or -1. */
  indexOf(byte: number, from: number): number {
    if (from >= this.end) return -1
    for (let index = this.#locate(from); index < this.#chunks.length; index += 1) {
      const chunkStart = this.#starts[index]!
      const found = this.#chunks[index]!.indexOf(byte, Math.max(0, from - chunkStart))
      if (found >= 0) return chunkStart + found
    }
    return -1
  }

  /** The bytes of a range: a view where one chunk holds them all, else one copy. */
  slice(from: number, to: number): Buffer {
    let index = this.#locate(from)
    const first = this.#chunks[index]!
    const skip = from - this.#starts[index]!
    if (skip + (to - from) <= first.length) return first.subarray(skip, skip + to - from)
    const joined = Buffer.allocUnsafeSlow(to - from)
    let filled = first.copy(joined, 0, skip)
    while (filled < joined.length) {
      index += 1
      filled += this.#chunks[index]!.copy(joined, filled)
    }
    this.copiedBytes += joined.length
    return joined
  }

  /** Calls `visit` with each piece of a range, in order, without copying. */
  forEachPiece(from: number, to: number, visit: (bytes: Buffer, first: number, last: number) => void): void {
    let offset = from
    for (let index = this.#locate(from); offset < to; index += 1) {
      const chunkStart = this.#starts[index]!
      const chunk = this.#chunks[index]!
      const last = Math.min(chunk.length, to - chunkStart)
      visit(chunk, offset - chunkStart, last)
      offset = chunkStart + last
    }
  }

  /** Forgets everything before `offset`. */
  dropTo(offset: number): void {
    this.start = offset
    let passed = 0
    while (passed < this.#chunks.length && this.#starts[passed]! + this.#chunks[passed]!.length <= offset)
      passed += 1
    if (passed === 0) return
    this.#chunks.splice(0, passed)
    this.#starts.splice(0, passed)
    if (this.#chunks.length === 0) this.#gathered = null
  }

  #locate(offset: number): number {
    let low = 0
    let high = this.#chunks.length - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if (this.#starts[middle]! <= offset) low = middle
      else high = middle - 1
    }
    return low
  }

  /** Twice the waiting bytes: what is gathered again was paid for by at least as many new bytes. */
  #gather(): void {
    const gathered = Buffer.allocUnsafeSlow(2 * this.#maxWaitingBytes)
    let filled = 0
    this.forEachPiece(this.start, this.end, (bytes, first, last) => {
      filled += bytes.copy(gathered, filled, first, last)
    })
    this.copiedBytes += filled
    this.#gathered = gathered
    this.#gatheredBytes = filled
    this.#chunks = [gathered.subarray(0, filled)]
    this.#starts = [this.start]
  }

  #extendGathered(chunk: Buffer): boolean {
    if (!this.#gathered || this.#gatheredBytes + chunk.length > this.#gathered.length) return false
    // Frames already handed out look only at bytes before this point, so they never see a change.
    chunk.copy(this.#gathered, this.#gatheredBytes)
    this.copiedBytes += chunk.length
    this.#gatheredBytes += chunk.length
    this.#chunks[this.#chunks.length - 1] = this.#gathered.subarray(0, this.#gatheredBytes)
    return true
  }
}
