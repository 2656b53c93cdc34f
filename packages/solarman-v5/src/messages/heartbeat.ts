// 0x4710, "still here": one byte, mostly 0 (reference/solarman-v5.md 2.6).
import type { Frame } from '../frame.ts'
import { type Undecodable, undecodable } from '../undecodable.ts'

export interface Heartbeat {
  type: 'heartbeat'
  frameType: number
}

export function decodeHeartbeat({ code, payload }: Frame): Heartbeat | Undecodable {
  if (payload.length < 1) return undecodable(code, 'payload_too_short')
  return { type: 'heartbeat', frameType: payload[0]! }
}
