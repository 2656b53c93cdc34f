// Modbus RTU requests as they stand in 0x4510 frames: reads by 3 and 4, writes by 6 and 16.
import { hasValidCrc } from './crc16.ts'

const SHORTEST_BYTES = 8
const READ_HOLDING = 3
const READ_INPUT = 4
const WRITE_SINGLE = 6
const WRITE_MULTIPLE = 16
const WRITE_HEAD_BYTES = 7

interface Addressed {
  slave: number
  function: number
}

export type RtuRequest =
  | (Addressed & { kind: 'read'; register: number; quantity: number })
  | (Addressed & { kind: 'write_single'; register: number; value: number })
  | (Addressed & { kind: 'write_multiple'; register: number; quantity: number; values: number[] })
  | (Addressed & { kind: 'other_function' })
  | { kind: 'length_mismatch' }
  | { kind: 'crc_invalid' }

export function decodeRtuRequest(rtu: Buffer): RtuRequest {
  if (rtu.length < SHORTEST_BYTES) return { kind: 'length_mismatch' }
  if (!hasValidCrc(rtu)) return { kind: 'crc_invalid' }
  const addressed = { slave: rtu[0]!, function: rtu[1]! }
  const register = rtu.readUInt16BE(2)
  const second = rtu.readUInt16BE(4)
  switch (addressed.function) {
    case READ_HOLDING:
    case READ_INPUT:
      return { ...addressed, kind: 'read', register, quantity: second }
    case WRITE_SINGLE:
      return { ...addressed, kind: 'write_single', register, value: second }
    case WRITE_MULTIPLE: {
      const values = rtu.subarray(WRITE_HEAD_BYTES, -2)
      if (values.length !== second * 2 || values.length !== rtu[6]) return { kind: 'length_mismatch' }
      return { ...addressed, kind: 'write_multiple', register, quantity: second, values: registersOf(values) }
    }
    default:
      return { ...addressed, kind: 'other_function' }
  }
}

/** Big-endian 16-bit registers; the length is even. */
export function registersOf(bytes: Buffer): number[] {
  return Array.from({ length: bytes.length / 2 }, (_, index) => bytes.readUInt16BE(index * 2))
}
