// A frame on its way through the collector: what it says, where and when it came, and its trace if it has one.
import { CONTROL, ENVELOPE_BYTES, type Frame, HEADER_BYTES } from '@deye-hard/solarman-v5'
import type { LoneSpan } from './signals/lone-span.ts'

/** Top bit of the frame type, the first byte of the payload (reference 2.2). */
const BUFFERED_BIT = 0x80

export interface Received {
  frame: Frame
  /** Of its start byte, in the stream of its connection. */
  offset: number
  /** When its last byte was read, on the monotonic clock. */
  atMs: number
  /** null for most frames, see signals/message-traces. */
  trace: LoneSpan<'logger message'> | null
}

/** @param bytes a whole frame. @returns whether it is a record from the memory of the logger; false for all but data. */
export function isBuffered(bytes: Uint8Array): boolean {
  return (
    bytes[4] === CONTROL.data && bytes.length > ENVELOPE_BYTES && (bytes[HEADER_BYTES]! & BUFFERED_BIT) !== 0
  )
}
