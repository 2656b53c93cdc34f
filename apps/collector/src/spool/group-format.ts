// How frames lie on disk: a group is one LMDB entry, its key says how many frames of which class it holds.
import { crc32 } from 'node:zlib'
import type { Group, MessageClass, SpoolEntry, StoredEntry } from './contract.ts'

/** Chosen, not measured: a batch of 1,000 messages is ten full groups, and a batch never splits one. */
export const GROUP_MAX_FRAMES = 100
export const GROUP_MAX_BYTES = 64 * 1024

const RECORD_HEADER_BYTES = 21
const FIRST_CAPACITY_BYTES = 4 * 1024
const BARE_FLAG = 1
const UNKNOWN_LOGGER_FLAG = 2
/** Seven bits hold the count less one, the eighth the class: 45 bits stay for the sequence number, 600 years at 1,667/s. */
const KEY_STEP = 256
const CLASS_STEP = 128
/** From here on LMDB moves a value to whole pages of its own. */
const INLINE_MAX_BYTES = 2_000
const PAGE_BYTES = 4_096
const NODE_OVERHEAD_BYTES = 32

/**
 * The key carries count and class, so that the ledger stays exact even if the value rots:
 * then it is known how many messages were lost.
 */
export function groupKey(firstSeq: number, messageClass: MessageClass, count: number): number {
  return firstSeq * KEY_STEP + (messageClass === 'event' ? CLASS_STEP : 0) + count - 1
}

/** The smallest key that a group with this first sequence number can have. */
export function lowestKey(firstSeq: number): number {
  return firstSeq * KEY_STEP
}

export function readKey(key: number): { firstSeq: number; messageClass: MessageClass; count: number } {
  const low = key % KEY_STEP
  return {
    firstSeq: (key - low) / KEY_STEP,
    messageClass: low >= CLASS_STEP ? 'event' : 'message',
    count: (low % CLASS_STEP) + 1,
  }
}

export function recordBytes(frameBytes: number): number {
  return RECORD_HEADER_BYTES + frameBytes
}

/** Disk space of a value, with LMDB's overhead; the unit of the size limit. */
export function costBytes(valueBytes: number): number {
  if (valueBytes <= INLINE_MAX_BYTES) return valueBytes + NODE_OVERHEAD_BYTES
  return Math.ceil((valueBytes + NODE_OVERHEAD_BYTES) / PAGE_BYTES) * PAGE_BYTES
}

/** Collects frames; each is copied once, into the buffer that LMDB writes. */
export class GroupBuilder {
  readonly messageClass: MessageClass
  count = 0
  bytes = 0
  unknownCount = 0
  #buffer = Buffer.allocUnsafeSlow(FIRST_CAPACITY_BYTES)

  constructor(messageClass: MessageClass) {
    this.messageClass = messageClass
  }

  takes(frameBytes: number): boolean {
    if (this.count === 0) return true
    return this.count < GROUP_MAX_FRAMES && this.bytes + recordBytes(frameBytes) <= GROUP_MAX_BYTES
  }

  add(entry: SpoolEntry, bare = false): void {
    const end = this.bytes + recordBytes(entry.bytes.length)
    if (end > this.#buffer.length) this.#grow(end)
    const buffer = this.#buffer
    let at = this.bytes + 4
    at = buffer.writeUInt32LE(entry.bytes.length, at)
    at = buffer.writeDoubleLE(entry.receivedAtMs, at)
    at = buffer.writeUInt32LE(entry.loggerSerial, at)
    at = buffer.writeUInt8((bare ? BARE_FLAG : 0) | (entry.unknownLogger ? UNKNOWN_LOGGER_FLAG : 0), at)
    buffer.set(entry.bytes, at)
    buffer.writeUInt32LE(crc32(buffer.subarray(this.bytes + 4, end)), this.bytes)
    this.bytes = end
    this.count++
    if (entry.unknownLogger) this.unknownCount++
  }

  value(): Buffer {
    return this.#buffer.subarray(0, this.bytes)
  }

  #grow(needed: number): void {
    const larger = Buffer.allocUnsafeSlow(Math.max(needed, this.#buffer.length * 2))
    this.#buffer.copy(larger, 0, 0, this.bytes)
    this.#buffer = larger
  }
}

/** One frame as a group of its own, at its own sequence number. */
export function singleGroup(entry: StoredEntry): { key: number; value: Buffer } {
  const builder = new GroupBuilder(entry.messageClass)
  builder.add(entry, entry.bare)
  return { key: groupKey(entry.seq, entry.messageClass, 1), value: builder.value() }
}

/** Never throws: a record with a wrong checksum is counted as damaged, behind a broken length all the rest is. */
export function readGroup(key: number, value: Buffer): Group {
  const { firstSeq, messageClass, count } = readKey(key)
  const entries: StoredEntry[] = []
  let at = 0
  for (let index = 0; index < count; index++) {
    if (at + RECORD_HEADER_BYTES > value.length) break
    const end = at + RECORD_HEADER_BYTES + value.readUInt32LE(at + 4)
    if (end > value.length) break
    if (crc32(value.subarray(at + 4, end)) === value.readUInt32LE(at)) {
      entries.push({
        seq: firstSeq + index,
        messageClass,
        receivedAtMs: value.readDoubleLE(at + 8),
        loggerSerial: value.readUInt32LE(at + 16),
        bare: (value[at + 20]! & BARE_FLAG) !== 0,
        unknownLogger: (value[at + 20]! & UNKNOWN_LOGGER_FLAG) !== 0,
        bytes: value.subarray(at + RECORD_HEADER_BYTES, end),
      })
    }
    at = end
  }
  return { key, costBytes: costBytes(value.length), entries, value, damagedCount: count - entries.length }
}
