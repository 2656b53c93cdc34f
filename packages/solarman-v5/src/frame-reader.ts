// Turns a TCP stream of any cut into verified frames; resynchronises by reference/solarman-v5.md 1.5.
import { ByteQueue } from './byte-queue.ts'
import {
  CONTROL_SUFFIX,
  DEFAULT_MAX_PAYLOAD_BYTES,
  END_BYTE,
  ENVELOPE_BYTES,
  type Frame,
  frameOf,
  START_BYTE,
  TRAILER_BYTES,
} from './frame.ts'
import { foreignProtocol, type MalformedReason } from './malformed.ts'
import { RangeSums } from './range-sums.ts'

/** Start, length and control suffix must be seen before the length is believed; the control code comes with them. */
const PLAUSIBLE_START_BYTES = 5
const TLS_PREFIX_BYTES = 3

export interface Incomplete {
  kind: 'incomplete'
  /** Offset in the stream of the first byte kept. */
  offset: number
  /** Bytes kept until the rest comes. */
  bufferedBytes: number
  /** A frame start waits for more bytes; its owner's timer decides how long (then `skipStart`). */
  midFrame: boolean
  /** How many more bytes the waiting frame needs at least; 0 when none waits. */
  missingBytes: number
}

export interface FrameRead {
  kind: 'frame'
  /** Offset in the stream of its start byte. */
  offset: number
  frame: Frame
  /** All bytes passed over since the frame before, as also told by `malformed` results. */
  skippedBytes: number
}

export interface Malformed {
  kind: 'malformed'
  reason: MalformedReason
  /** Offset in the stream of the first byte of the run. */
  offset: number
  /** Length of the run: it ends before the next plausible frame start. For a foreign protocol, of what gave it away. */
  skippedBytes: number
}

export type ReadResult = Incomplete | FrameRead | Malformed

interface Run {
  reason: MalformedReason
  offset: number
}

/**
 * Push chunks, then call `next()` until it says `incomplete`. The results do not depend on how the stream was cut.
 *
 * A run of bytes that belong to no frame gives one `malformed`, once it is known where the run ends: before the next
 * plausible frame start, or at `end()`. Until then `garbageBytes` tells the owner how much was passed over.
 * A frame inside one chunk is a view of it, one that spans chunks is copied once. At most one frame is kept waiting.
 */
export class FrameReader {
  /** Bytes passed over since the last good frame. */
  garbageBytes = 0
  framesRead = 0
  readonly #maxPayloadBytes: number
  readonly #queue: ByteQueue
  readonly #sums: RangeSums
  #run: Run | null = null
  #isForeign: boolean | null = null

  constructor(limits: { maxPayloadBytes?: number } = {}) {
    this.#maxPayloadBytes = limits.maxPayloadBytes ?? DEFAULT_MAX_PAYLOAD_BYTES
    this.#queue = new ByteQueue(this.#maxPayloadBytes + ENVELOPE_BYTES)
    this.#sums = new RangeSums(this.#queue, this.#maxPayloadBytes + ENVELOPE_BYTES)
  }

  push(chunk: Buffer): void {
    this.#queue.append(chunk)
  }

  next(): ReadResult {
    if (this.#isForeign !== false) {
      const foreign = this.#checkFirstBytes()
      if (foreign) return foreign
    }
    for (;;) {
      if (!this.#findStart()) return this.#incomplete(0)
      const { start, end } = this.#queue
      const available = end - start
      if (available < PLAUSIBLE_START_BYTES) return this.#incomplete(PLAUSIBLE_START_BYTES - available)
      const refusal = this.#refuseHeader(start)
      if (refusal) {
        this.#skipByte(refusal)
        continue
      }
      if (this.#run) return this.#closeRun()
      const frameBytes = this.#payloadBytes(start) + ENVELOPE_BYTES
      if (available < frameBytes) return this.#incomplete(frameBytes - available)
      const fault = this.#verify(start, start + frameBytes)
      if (!fault) return this.#take(start, start + frameBytes)
      this.#skipByte(fault)
    }
  }

  /** Abandons a half-received frame: the search goes on one byte behind its start (reference 1.5 rule 3). */
  skipStart(): void {
    if (this.#queue.end > this.#queue.start) this.#skipByte('garbage')
  }

  /** The stream is over: the open run, if any, or what was left half received. */
  end(): Malformed | Incomplete {
    if (this.#isForeign === null) {
      this.#isForeign = false
      this.#findStart()
    }
    if (this.#run) return this.#closeRun()
    return this.#incomplete(this.#missing())
  }

  /** Work done so far; tests hold it against the length of the stream. */
  get work(): { copiedBytes: number; summedBytes: number } {
    return { copiedBytes: this.#queue.copiedBytes, summedBytes: this.#sums.summedBytes }
  }

  #checkFirstBytes(): ReadResult | null {
    const { start, end } = this.#queue
    if (this.#isForeign) {
      this.garbageBytes += end - start
      this.#queue.dropTo(end)
      return this.#incomplete(0)
    }
    if (end === start) return this.#incomplete(0)
    const at = (offset: number) => (offset < end ? this.#queue.byteAt(offset) : undefined)
    const reason = foreignProtocol(this.#queue.byteAt(0), at(1), at(2))
    if (reason === 'need_more') {
      return {
        kind: 'incomplete',
        offset: 0,
        bufferedBytes: end,
        midFrame: false,
        missingBytes: TLS_PREFIX_BYTES - end,
      }
    }
    this.#isForeign = reason !== null
    if (!reason) return null
    this.garbageBytes += end
    this.#queue.dropTo(end)
    return {
      kind: 'malformed',
      reason,
      offset: 0,
      skippedBytes: reason === 'v4_frame' ? 1 : TLS_PREFIX_BYTES,
    }
  }

  /** Moves to the next start byte; everything before it joins the run. */
  #findStart(): boolean {
    const { start, end } = this.#queue
    if (start === end) return false
    if (this.#queue.byteAt(start) === START_BYTE) return true
    const found = this.#queue.indexOf(START_BYTE, start)
    this.#skipTo(found < 0 ? end : found, 'garbage')
    return found >= 0
  }

  #refuseHeader(start: number): MalformedReason | null {
    if (this.#queue.byteAt(start + 3) !== CONTROL_SUFFIX) return 'bad_control_suffix'
    return this.#payloadBytes(start) > this.#maxPayloadBytes ? 'oversized_length' : null
  }

  #payloadBytes(start: number): number {
    return this.#queue.byteAt(start + 1) | (this.#queue.byteAt(start + 2) << 8)
  }

  #verify(start: number, end: number): MalformedReason | null {
    if (this.#queue.byteAt(end - 1) !== END_BYTE) return 'bad_end_byte'
    const checked = end - TRAILER_BYTES
    if (this.#sums.sum(start + 1, checked) === this.#queue.byteAt(checked)) return null
    this.#sums.remember(start + 1, checked)
    return 'bad_checksum'
  }

  #take(start: number, end: number): FrameRead {
    const frame = frameOf(this.#queue.slice(start, end))
    this.#queue.dropTo(end)
    const skippedBytes = this.garbageBytes
    this.garbageBytes = 0
    this.framesRead += 1
    return { kind: 'frame', offset: start, frame, skippedBytes }
  }

  /** Only one byte, not the announced length: a good frame inside the suspect range must still be found (rule 4). */
  #skipByte(reason: MalformedReason): void {
    this.#skipTo(this.#queue.start + 1, reason)
  }

  #skipTo(offset: number, reason: MalformedReason): void {
    this.#run ??= { reason, offset: this.#queue.start }
    this.garbageBytes += offset - this.#queue.start
    this.#queue.dropTo(offset)
  }

  #closeRun(): Malformed {
    const { reason, offset } = this.#run!
    this.#run = null
    return { kind: 'malformed', reason, offset, skippedBytes: this.#queue.start - offset }
  }

  #incomplete(missingBytes: number): Incomplete {
    const { start, end } = this.#queue
    return {
      kind: 'incomplete',
      offset: start,
      bufferedBytes: end - start,
      midFrame: end > start,
      missingBytes,
    }
  }

  #missing(): number {
    const available = this.#queue.end - this.#queue.start
    if (available === 0) return 0
    if (available < PLAUSIBLE_START_BYTES) return PLAUSIBLE_START_BYTES - available
    return this.#payloadBytes(this.#queue.start) + ENVELOPE_BYTES - available
  }
}
