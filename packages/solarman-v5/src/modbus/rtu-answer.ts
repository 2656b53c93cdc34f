// Modbus RTU answers as they stand in 0x1510 frames, with every quirk of reference/solarman-v5.md 5.2 as a value.
import { hasValidCrc } from './crc16.ts'
import { registersOf } from './rtu-request.ts'

export const STATUS_VALID = 1
const LOGGER_EXCEPTION_BYTES = 2
const SHORTEST_BYTES = 5
const READ_HEAD_BYTES = 3
const CRC_BYTES = 2
const WRITE_ANSWER_BYTES = 8
const STRAY_BYTE = 0xff
const EXCEPTION_BIT = 0x80
const READ_FUNCTIONS = [3, 4]
const WRITE_FUNCTIONS = [6, 16]

interface Answered {
  slave: number
  function: number
  /** The logger appended `00 00`, the CRC of frame and CRC; Deye string inverters. */
  doubleCrc: boolean
  /** One FF stood before the frame. */
  leadingFf: boolean
}

export type RtuAnswer =
  /** `allZero`: at night or right after a start, or the wrong register map; means "no data", never zero energy. */
  | (Answered & { kind: 'read'; registers: number[]; allZero: boolean })
  /** `value` is the value written (function 6) or the number of registers (function 16). */
  | (Answered & { kind: 'write'; register: number; value: number })
  | (Answered & { kind: 'modbus_exception'; exceptionCode: number })
  | (Answered & { kind: 'other_function' })
  /** Two bytes in place of RTU: the inverter did not answer the logger; try again later. 5 is the usual code. */
  | { kind: 'logger_exception'; exceptionCode: number }
  /** The logger says that the body means nothing. */
  | { kind: 'status_not_valid'; status: number }
  | { kind: 'length_mismatch' }
  /** Slave and function are what the bytes say; with a wrong CRC they may be anything. */
  | (Answered & { kind: 'crc_invalid' })

/** @param status byte 1 of the payload of the 0x1510 frame. */
export function decodeRtuAnswer(body: Buffer, status: number): RtuAnswer {
  if (status !== STATUS_VALID) return { kind: 'status_not_valid', status }
  if (body.length === LOGGER_EXCEPTION_BYTES) {
    return { kind: 'logger_exception', exceptionCode: body.readUInt16LE(0) }
  }
  const leadingFf = body[0] === STRAY_BYTE && hasValidCrc(withoutDoubleCrc(body.subarray(1)))
  const framed = leadingFf ? body.subarray(1) : body
  if (framed.length < SHORTEST_BYTES) return { kind: 'length_mismatch' }
  const rtu = withoutDoubleCrc(framed)
  const answered = {
    slave: rtu[0]!,
    function: rtu[1]!,
    doubleCrc: rtu.length < framed.length,
    leadingFf,
  }
  return hasValidCrc(rtu) ? decodeSound(rtu, answered) : { ...answered, kind: 'crc_invalid' }
}

function decodeSound(rtu: Buffer, answered: Answered): RtuAnswer {
  if (answered.function & EXCEPTION_BIT) {
    const called = answered.function & ~EXCEPTION_BIT
    return { ...answered, function: called, kind: 'modbus_exception', exceptionCode: rtu[2]! }
  }
  if (rtu.length !== expectedBytes(rtu)) {
    return isKnown(answered.function) ? { kind: 'length_mismatch' } : { ...answered, kind: 'other_function' }
  }
  if (WRITE_FUNCTIONS.includes(answered.function)) {
    return { ...answered, kind: 'write', register: rtu.readUInt16BE(2), value: rtu.readUInt16BE(4) }
  }
  const registers = registersOf(rtu.subarray(READ_HEAD_BYTES, -CRC_BYTES))
  return { ...answered, kind: 'read', registers, allZero: registers.every(register => register === 0) }
}

/** Length that function and byte count announce, or null for a function that is not known here. */
function expectedBytes(rtu: Buffer): number | null {
  if (rtu.length < SHORTEST_BYTES) return null
  if (rtu[1]! & EXCEPTION_BIT) return SHORTEST_BYTES
  if (WRITE_FUNCTIONS.includes(rtu[1]!)) return WRITE_ANSWER_BYTES
  if (!READ_FUNCTIONS.includes(rtu[1]!)) return null
  return rtu[2]! % 2 === 0 ? READ_HEAD_BYTES + rtu[2]! + CRC_BYTES : null
}

function withoutDoubleCrc(rtu: Buffer): Buffer {
  const bytes = expectedBytes(rtu)
  const isDoubled = bytes !== null && rtu.length === bytes + CRC_BYTES && rtu.readUInt16LE(bytes) === 0
  return isDoubled ? rtu.subarray(0, bytes) : rtu
}

function isKnown(functionCode: number): boolean {
  return READ_FUNCTIONS.includes(functionCode) || WRITE_FUNCTIONS.includes(functionCode)
}
