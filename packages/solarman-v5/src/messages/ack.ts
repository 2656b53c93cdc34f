// 0x1110 .. 0x1810, the answers of a server: read for tools and captures (reference/solarman-v5.md 3.1).
import type { Frame } from '../frame.ts'
import { type Undecodable, undecodable } from '../undecodable.ts'

const ACK_PAYLOAD_BYTES = 10

export interface Ack {
  type: 'ack'
  /** Echo of the request's. */
  frameType: number
  status: number
  unixTimeS: number
  /** Heartbeat interval the server wishes; 0, 60 and 120 were seen. */
  heartbeatS: number
}

export function decodeAck({ code, payload }: Frame): Ack | Undecodable {
  if (payload.length < ACK_PAYLOAD_BYTES) return undecodable(code, 'payload_too_short')
  return {
    type: 'ack',
    frameType: payload[0]!,
    status: payload[1]!,
    unixTimeS: payload.readUInt32LE(2),
    heartbeatS: payload.readUInt32LE(6),
  }
}
