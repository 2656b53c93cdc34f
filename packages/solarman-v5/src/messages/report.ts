// 0x4810, records that a logger sends once after its start (reference/solarman-v5.md 2.7): type, length, data.
import type { Frame } from '../frame.ts'
import { isBuffered, type LoggerClock, paddedText, readClock } from '../payload-fields.ts'
import { type Undecodable, undecodable } from '../undecodable.ts'

const RECORDS_OFFSET = 14
const RECORD_HEAD_BYTES = 2
const SESSION = { type: 0x01, bytes: 12 }
const FIRMWARE = { type: 0x05, bytes: 44 }

interface RecordHead {
  recordType: number
  /** As announced; an unknown record may announce more than the payload holds. */
  recordLength: number
}

export type ReportRecord = RecordHead &
  (
    | { kind: 'session'; clock: LoggerClock }
    /** The last change of firmware; null when there never was one (44 times FF). */
    | { kind: 'firmware'; change: { unixTimeS: number; text: string } | null }
    | { kind: 'unknown'; data: Buffer }
  )

export interface Report extends LoggerClock {
  type: 'report'
  frameType: number
  buffered: boolean
  /** As announced by the logger. */
  recordCount: number
  /** Those that are there, at most `recordCount`. */
  records: ReportRecord[]
}

export function decodeReport({ code, payload }: Frame): Report | Undecodable {
  if (payload.length < RECORDS_OFFSET) return undecodable(code, 'payload_too_short')
  const recordCount = payload[RECORDS_OFFSET - 1]!
  return {
    type: 'report',
    frameType: payload[0]!,
    buffered: isBuffered(payload[0]!),
    ...readClock(payload, 1),
    recordCount,
    records: decodeRecords(payload, recordCount),
  }
}

function decodeRecords(payload: Buffer, count: number): ReportRecord[] {
  const records: ReportRecord[] = []
  let offset = RECORDS_OFFSET
  while (records.length < count && offset + RECORD_HEAD_BYTES <= payload.length) {
    const head = { recordType: payload[offset]!, recordLength: payload[offset + 1]! }
    const start = offset + RECORD_HEAD_BYTES
    records.push(decodeRecord(head, payload.subarray(start, start + head.recordLength)))
    offset = start + head.recordLength
  }
  return records
}

/** A form whose length byte does not fit its data is on record (44-byte frame), so a short record stays readable as raw. */
function decodeRecord(head: RecordHead, data: Buffer): ReportRecord {
  if (head.recordType === SESSION.type && data.length >= SESSION.bytes) {
    return { ...head, kind: 'session', clock: readClock(data, 0) }
  }
  if (head.recordType === FIRMWARE.type && data.length >= FIRMWARE.bytes) {
    if (data.every(byte => byte === 0xff)) return { ...head, kind: 'firmware', change: null }
    return {
      ...head,
      kind: 'firmware',
      change: { unixTimeS: data.readUInt32LE(0), text: paddedText(data.subarray(4)) },
    }
  }
  return { ...head, kind: 'unknown', data }
}
