// Field types that several payloads share: the three clocks, padded text, "present or null".

const BUFFERED_BIT = 0x80

/** Clocks of a logger in seconds (reference/solarman-v5.md 2.4). */
export interface LoggerClock {
  /** Monotonic within a boot; opaque otherwise. */
  workTimeS: number
  powerOnS: number
  /** `workTimeS + offsetS` is UTC; 0 means that the logger had no server clock since its boot. */
  offsetS: number
}

/** W, P and O as three u32 in wire order; the caller has checked that 12 bytes are there. */
export function readClock(payload: Buffer, offset: number): LoggerClock {
  return {
    workTimeS: payload.readUInt32LE(offset),
    powerOnS: payload.readUInt32LE(offset + 4),
    offsetS: payload.readUInt32LE(offset + 8),
  }
}

/** UTC of a record in ISO 8601 to the second, or null while the logger had no clock: W alone is a date in 1970. */
export function acquiredAtUtc(clock: LoggerClock): string | null {
  if (clock.offsetS === 0) return null
  return utcText(clock.workTimeS + clock.offsetS)
}

export function utcText(unixTimeS: number): string {
  return new Date(unixTimeS * 1000).toISOString().replace('.000Z', 'Z')
}

/** Top bit of the frame type: a record of the logger's buffer, sent later (reference 2.2). */
export function isBuffered(frameType: number): boolean {
  return (frameType & BUFFERED_BIT) !== 0
}

/** The byte at `offset`, or null where the payload ends before it. */
export function byteOrNull(payload: Buffer, offset: number): number | null {
  return payload[offset] ?? null
}

export function u16OrNull(payload: Buffer, offset: number): number | null {
  return offset + 2 <= payload.length ? payload.readUInt16LE(offset) : null
}

/** Padded text, or null where the payload ends before it starts; a field that is cut off gives what is there. */
export function textOrNull(payload: Buffer, offset: number, length: number): string | null {
  return offset < payload.length ? paddedText(payload.subarray(offset, offset + length)) : null
}

/** ASCII up to the first NUL without trailing spaces; other bytes become `?`, so that no control character travels on. */
export function paddedText(bytes: Buffer): string {
  const end = bytes.indexOf(0)
  const text = bytes.toString('latin1', 0, end < 0 ? bytes.length : end)
  return text.replace(/[^\x20-\x7e]/g, '?').trimEnd()
}
