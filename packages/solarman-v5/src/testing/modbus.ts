// Modbus RTU bytes for tests and for the simulator's answers; the CRC is computed bit by bit, unlike the package's table.
import { type Bytes, u16be, u16le } from './bytes.ts'

/** `bytes` followed by their CRC, low byte first. */
export function withCrc(bytes: Bytes): Bytes {
  let crc = 0xffff
  for (const byte of bytes) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ 0xa001 : crc >>> 1
  }
  return [...bytes, ...u16le(crc)]
}

export function readRequestBytes(fields: {
  slave?: number
  function?: number
  register: number
  quantity: number
}): Bytes {
  return withCrc([
    fields.slave ?? 1,
    fields.function ?? 3,
    ...u16be(fields.register),
    ...u16be(fields.quantity),
  ])
}

export function readAnswerBytes(fields: {
  slave?: number
  function?: number
  registers: readonly number[]
}): Bytes {
  const { registers } = fields
  return withCrc([fields.slave ?? 1, fields.function ?? 3, registers.length * 2, ...registers.flatMap(u16be)])
}

export function exceptionAnswerBytes(fields: { slave?: number; function: number; code: number }): Bytes {
  return withCrc([fields.slave ?? 1, fields.function | 0x80, fields.code])
}

/** Answer to function 6 (the value) and 16 (the quantity): the same layout. */
export function writeAnswerBytes(fields: {
  slave?: number
  function: 6 | 16
  register: number
  value: number
}): Bytes {
  return withCrc([fields.slave ?? 1, fields.function, ...u16be(fields.register), ...u16be(fields.value)])
}
