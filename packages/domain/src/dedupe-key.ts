// One key for one upload record, so that retries and replays of it become a single row.
import { hash } from 'node:crypto'

/** First 16 bytes of SHA-256: 128 bits leave collisions out of the question. */
const KEY_HEX_DIGITS = 32
const HEAD_BYTES = 6

export interface DedupeParts {
  /** u16, for example 0x5408. */
  sensorListId: number
  /** u32; kept in retries and replays, but shared by records of restarts within one upload period. */
  recordCounter: number
  /** Bytes from abs 0x20 to the end of the payload. */
  body: Uint8Array
}

/**
 * 32 hexadecimal digits over sensor list id, record counter and body. The working time is no part of it: it differs in every
 * retry and replay of the same record (reference solarman-v5.md 2.4, 295 of 299 replays). The logger serial stands beside the key.
 */
export function dedupeKey({ sensorListId, recordCounter, body }: DedupeParts): string {
  const bytes = Buffer.allocUnsafe(HEAD_BYTES + body.length)
  bytes.writeUInt16LE(sensorListId, 0)
  bytes.writeUInt32LE(recordCounter, 2)
  bytes.set(body, HEAD_BYTES)
  return hash('sha256', bytes, 'hex').slice(0, KEY_HEX_DIGITS)
}
