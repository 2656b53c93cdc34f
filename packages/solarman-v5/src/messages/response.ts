// 0x1510, the logger's answer to 0x4510, and 0x0510, its interim answer to a long AT command (reference 2.8, 5.1).
import { CONTROL, type Frame } from '../frame.ts'
import { decodeRtuAnswer, type RtuAnswer } from '../modbus/rtu-answer.ts'
import { type LoggerClock, readClock } from '../payload-fields.ts'
import { type Undecodable, undecodable } from '../undecodable.ts'

const BODY_OFFSET = 14
const RESPONSE_FRAME_TYPE = { at: 0x01, modbus: 0x02, batteryUnit: 0x05, interimAt: 0x08 } as const

interface ResponseHead extends LoggerClock {
  type: 'response' | 'interim'
  frameType: number
  /** 1 = valid; with any other value the body means nothing. */
  status: number
  /** Everything behind the head. View. */
  body: Buffer
}

export type Response = ResponseHead &
  (
    | { content: 'modbus'; modbus: RtuAnswer }
    /** May hold Wi-Fi keys: never log it. */
    | { content: 'at'; atResponse: string }
    | { content: 'battery_unit' }
  )

export function decodeResponse({ code, payload }: Frame): Response | Undecodable {
  if (payload.length < BODY_OFFSET) return undecodable(code, 'payload_too_short')
  const body = payload.subarray(BODY_OFFSET)
  const head: ResponseHead = {
    type: code === CONTROL.interim ? 'interim' : 'response',
    frameType: payload[0]!,
    status: payload[1]!,
    ...readClock(payload, 2),
    body,
  }
  switch (head.frameType) {
    case RESPONSE_FRAME_TYPE.modbus:
      return { ...head, content: 'modbus', modbus: decodeRtuAnswer(body, head.status) }
    case RESPONSE_FRAME_TYPE.at:
    case RESPONSE_FRAME_TYPE.interimAt:
      return { ...head, content: 'at', atResponse: body.toString('latin1') }
    case RESPONSE_FRAME_TYPE.batteryUnit:
      return { ...head, content: 'battery_unit' }
    default:
      return undecodable(code, 'unknown_frame_type')
  }
}
