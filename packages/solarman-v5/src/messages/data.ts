// 0x4210, a record of measurements: the common head and the body by sensor list (reference/solarman-v5.md 2.4).
import type { Frame } from '../frame.ts'
import { isBuffered, type LoggerClock, readClock } from '../payload-fields.ts'
import { type Undecodable, undecodable } from '../undecodable.ts'

const BODY_OFFSET = 21

export interface Data extends LoggerClock {
  type: 'data'
  frameType: number
  /** A record from the logger's buffer, sent again later (0x81). */
  buffered: boolean
  /** 0x5408 = Deye micro-inverter; others are kept raw. */
  sensorListId: number
  /** 1 = OK. */
  status: number
  /** Unchanged in retries and replays; not unique by itself. */
  recordCounter: number
  /** From absolute 0x20 to the end of the payload: the bytes that retries and replays share. View. */
  body: Buffer
}

export function decodeData({ code, payload }: Frame): Data | Undecodable {
  if (payload.length < BODY_OFFSET) return undecodable(code, 'payload_too_short')
  return {
    type: 'data',
    frameType: payload[0]!,
    buffered: isBuffered(payload[0]!),
    sensorListId: payload.readUInt16LE(1),
    ...readClock(payload, 3),
    status: payload.readUInt16LE(15),
    recordCounter: payload.readUInt32LE(17),
    body: payload.subarray(BODY_OFFSET),
  }
}
