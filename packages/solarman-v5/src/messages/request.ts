// 0x4510, a question of a server: Modbus RTU, AT text or a battery-unit command (reference/solarman-v5.md 2.8, 5.1).
import type { Frame } from '../frame.ts'
import { decodeRtuRequest, type RtuRequest } from '../modbus/rtu-request.ts'
import { type Undecodable, undecodable } from '../undecodable.ts'

const BODY_OFFSET = 15
export const REQUEST_FRAME_TYPE = { at: 0x01, modbus: 0x02, batteryUnit: 0x05 } as const

interface RequestHead {
  type: 'request'
  frameType: number
  /** Sensor list id, or the command word 0x0002 of an AT request. */
  word: number
  /** Everything behind the head. View. */
  body: Buffer
}

export type Request = RequestHead &
  (
    | { content: 'modbus'; modbus: RtuRequest }
    /** May hold Wi-Fi keys: never log it. */
    | { content: 'at'; atCommand: string }
    | { content: 'battery_unit' }
  )

export function decodeRequest({ code, payload }: Frame): Request | Undecodable {
  if (payload.length < BODY_OFFSET) return undecodable(code, 'payload_too_short')
  const body = payload.subarray(BODY_OFFSET)
  const head: RequestHead = { type: 'request', frameType: payload[0]!, word: payload.readUInt16LE(1), body }
  switch (head.frameType) {
    case REQUEST_FRAME_TYPE.modbus:
      return { ...head, content: 'modbus', modbus: decodeRtuRequest(body) }
    case REQUEST_FRAME_TYPE.at:
      return { ...head, content: 'at', atCommand: body.toString('latin1') }
    case REQUEST_FRAME_TYPE.batteryUnit:
      return { ...head, content: 'battery_unit' }
    default:
      return undecodable(code, 'unknown_frame_type')
  }
}
