// Modbus RTU through the logger: every quirk of reference/solarman-v5.md 5.2, and requests byte-exact to the captures.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { writeAtRequest, writeModbusRequest } from '../request-writer.ts'
import {
  exceptionAnswerBytes,
  loadVectors,
  readAnswerBytes,
  readRequestBytes,
  withCrc,
  writeAnswerBytes,
} from '../testing/index.ts'
import { crc16 } from './crc16.ts'
import { decodeRtuAnswer } from './rtu-answer.ts'
import { decodeRtuRequest } from './rtu-request.ts'

const read = Buffer.from(readAnswerBytes({ registers: [100, 0] }))

describe('decodeRtuAnswer', () => {
  it('reads registers', () => {
    expect(decodeRtuAnswer(read, 1)).toEqual({
      kind: 'read',
      slave: 1,
      function: 3,
      doubleCrc: false,
      leadingFf: false,
      registers: [100, 0],
      allZero: false,
    })
  })

  it('takes a second CRC of zeros off, of reads, writes and exceptions', () => {
    const double = (bytes: readonly number[]) => decodeRtuAnswer(Buffer.from([...bytes, 0, 0]), 1)
    expect(double([...read])).toMatchObject({ kind: 'read', doubleCrc: true, registers: [100, 0] })
    expect(double(writeAnswerBytes({ function: 6, register: 5, value: 7 }))).toMatchObject({
      kind: 'write',
      doubleCrc: true,
      value: 7,
    })
    expect(double(exceptionAnswerBytes({ function: 3, code: 2 }))).toMatchObject({
      kind: 'modbus_exception',
      doubleCrc: true,
    })
  })

  it('takes one leading FF off, with and without a second CRC, but only before a good CRC', () => {
    expect(decodeRtuAnswer(Buffer.from([0xff, ...read]), 1)).toMatchObject({
      kind: 'read',
      leadingFf: true,
      registers: [100, 0],
    })
    expect(decodeRtuAnswer(Buffer.from([0xff, ...read, 0, 0]), 1)).toMatchObject({
      kind: 'read',
      leadingFf: true,
      doubleCrc: true,
    })
    const spoilt = Buffer.from([0xff, ...read])
    spoilt[5] = 0x55
    expect(decodeRtuAnswer(spoilt, 1)).toMatchObject({ kind: 'crc_invalid', leadingFf: false })
  })

  it('names logger exceptions, Modbus exceptions and a status that voids the body', () => {
    expect(decodeRtuAnswer(Buffer.from([5, 0]), 1)).toEqual({ kind: 'logger_exception', exceptionCode: 5 })
    expect(decodeRtuAnswer(Buffer.from([1, 2]), 1)).toEqual({
      kind: 'logger_exception',
      exceptionCode: 0x0201,
    })
    expect(decodeRtuAnswer(Buffer.from(exceptionAnswerBytes({ function: 3, code: 2 })), 1)).toMatchObject({
      kind: 'modbus_exception',
      function: 3,
      exceptionCode: 2,
    })
    expect(decodeRtuAnswer(read, 0)).toEqual({ kind: 'status_not_valid', status: 0 })
  })

  it('flags registers that are all zero, and tells writes', () => {
    expect(decodeRtuAnswer(Buffer.from(readAnswerBytes({ registers: [0, 0] })), 1)).toMatchObject({
      allZero: true,
    })
    expect(
      decodeRtuAnswer(Buffer.from(writeAnswerBytes({ function: 16, register: 9, value: 2 })), 1),
    ).toMatchObject({
      kind: 'write',
      function: 16,
      register: 9,
      value: 2,
    })
  })

  it('tells a wrong CRC, a wrong length and a function that is not known', () => {
    const broken = Buffer.from(read)
    broken[4] = 0x65
    expect(decodeRtuAnswer(broken, 1)).toMatchObject({ kind: 'crc_invalid', slave: 1, function: 3 })
    for (const body of [[], [1], [1, 3, 0], withCrc([1, 3, 9, 0, 1]), withCrc([1, 3, 3, 0, 1, 2])]) {
      expect(decodeRtuAnswer(Buffer.from(body), 1)).toEqual({ kind: 'length_mismatch' })
    }
    expect(decodeRtuAnswer(Buffer.from(withCrc([1, 0x2b, 14, 1])), 1)).toMatchObject({
      kind: 'other_function',
      function: 0x2b,
    })
  })

  it('takes nothing else off', () => {
    for (const body of [
      [...read, 1, 2],
      [...read, 0],
      [0x00, ...read],
      [0xff, 0xff, ...read],
    ]) {
      // One zero too many still passes the CRC: a CRC sees no zeros behind itself. The length does.
      expect(['crc_invalid', 'length_mismatch']).toContain(decodeRtuAnswer(Buffer.from(body), 1).kind)
    }
  })

  it('never throws, and never takes a changed byte for a sound answer', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), fc.nat({ max: 2 }), (bytes, status) => {
        expect(typeof decodeRtuAnswer(Buffer.from(bytes), status).kind).toBe('string')
      }),
    )
    for (let offset = 0; offset < read.length; offset += 1) {
      for (let bit = 0; bit < 8; bit += 1) {
        const changed = Buffer.from(read)
        changed[offset]! ^= 1 << bit
        expect(decodeRtuAnswer(changed, 1).kind).not.toBe('read')
      }
    }
  })
})

describe('decodeRtuRequest', () => {
  it('reads writes of several registers, other functions and faults', () => {
    const request = (bytes: readonly number[]) => decodeRtuRequest(Buffer.from(bytes))
    expect(request(withCrc([1, 16, 0, 5, 0, 2, 4, 0, 1, 0, 2]))).toMatchObject({
      kind: 'write_multiple',
      register: 5,
      values: [1, 2],
    })
    expect(request(withCrc([1, 16, 0, 5, 0, 3, 4, 0, 1, 0, 2]))).toEqual({ kind: 'length_mismatch' })
    expect(request(withCrc([1, 16, 0, 5, 0, 1]))).toEqual({ kind: 'length_mismatch' })
    expect(request(withCrc([1, 5, 0, 5, 0, 1]))).toMatchObject({ kind: 'other_function', function: 5 })
    expect(request([1, 3, 0, 5, 0, 1, 0, 0])).toEqual({ kind: 'crc_invalid' })
    expect(request([1, 3])).toEqual({ kind: 'length_mismatch' })
  })
})

describe('request writer', () => {
  const requests = loadVectors().filter(({ expect: expected }) => expected.code === '0x4510')
  const reads = requests.filter(
    ({ expect: expected }) => (expected.modbus as { quantity?: number })?.quantity,
  )
  const texts = requests.filter(({ expect: expected }) => expected.at_command)

  it.each(reads)('writes $name', ({ bytes, expect: expected }) => {
    const modbus = expected.modbus as { register: number; quantity: number; slave: number; function: 3 | 4 }
    const written = writeModbusRequest({
      ...addressOf(expected),
      ...modbus,
      sensorListId: Number(expected.sensor_id),
    })
    expect(written.toString('hex')).toBe(bytes.toString('hex'))
  })

  it.each(texts)('writes $name', ({ bytes, expect: expected }) => {
    const command = String(expected.at_command).replace('\r', '')
    expect(writeAtRequest(addressOf(expected), command).toString('hex')).toBe(bytes.toString('hex'))
  })

  it('has captures of both kinds to be held against', () => {
    expect([reads.length >= 7, texts.length >= 2]).toEqual([true, true])
  })

  it('fills in slave 1, function 3, and refuses a quantity outside 1 .. 125', () => {
    const written = writeModbusRequest({ loggerSerial: 1, seqServer: 1, register: 0x3c, quantity: 57 })
    expect([...written.subarray(26, -2)]).toEqual([...readRequestBytes({ register: 0x3c, quantity: 57 })])
    for (const quantity of [0, 126, Number.NaN]) {
      expect(() => writeModbusRequest({ loggerSerial: 1, seqServer: 1, register: 0, quantity })).toThrow(
        RangeError,
      )
    }
  })
})

describe('crc16', () => {
  it('has the check value of CRC-16/MODBUS', () => {
    expect(crc16(Buffer.from('123456789'))).toBe(0x4b37)
  })
})

function addressOf(expected: Record<string, unknown>) {
  return {
    loggerSerial: Number(expected.logger_serial),
    seqServer: Number(expected.seq_server),
    seqLogger: Number(expected.seq_logger),
  }
}
