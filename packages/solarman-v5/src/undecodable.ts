// Why a verified frame has a payload that gives no message: the closed list for quarantine and counters.

export const UNDECODABLE_REASONS = [
  'payload_too_short',
  'unknown_frame_type',
  'wrong_sensor_list',
  'bad_inverter_serial',
] as const

export type UndecodableReason = (typeof UNDECODABLE_REASONS)[number]

export interface Undecodable {
  type: 'undecodable'
  code: number
  reason: UndecodableReason
}

export function undecodable(code: number, reason: UndecodableReason): Undecodable {
  return { type: 'undecodable', code, reason }
}
