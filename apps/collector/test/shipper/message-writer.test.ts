// Every real frame of the vectors becomes a message with the right kind, and one that the API accepts.
import { checkContent, checkEnvelope, FORBIDDEN_EVENT_KEYS } from '@deye-hard/domain'
import { decodeFrame } from '@deye-hard/solarman-v5'
import {
  buildFrame,
  exceptionAnswerBytes,
  loadVectors,
  readAnswerBytes,
  vector,
  withCrc,
  writeAnswerBytes,
} from '@deye-hard/solarman-v5/testing'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { MessageWriter } from '../../src/shipper/message-writer.ts'
import type { StoredEntry } from '../../src/spool/spool.ts'
import { dataFrame, helloFrame, LOGGER_SERIAL } from './frames.ts'

const RECEIVED_AT_MS = Date.UTC(2026, 5, 1)
const frames = loadVectors().flatMap(vector => {
  const result = decodeFrame(Buffer.from(vector.hex, 'hex'))
  return result.kind === 'frame' ? [{ name: vector.name, bytes: result.frame.bytes }] : []
})

function entryOf(bytes: Buffer, fields: Partial<StoredEntry> = {}): StoredEntry {
  const serial = bytes.length >= 11 ? bytes.readUInt32LE(7) : 0
  return {
    seq: 1,
    bytes,
    receivedAtMs: RECEIVED_AT_MS,
    messageClass: 'message',
    loggerSerial: serial,
    bare: false,
    ...fields,
  }
}

function makeWriter(): MessageWriter {
  return new MessageWriter({ isKnown: () => true })
}

test('the vectors hold frames', () => expect(frames.length).toBeGreaterThan(20))

test.each(frames)('$name becomes a message that the API accepts', ({ bytes }) => {
  const message = makeWriter().write(entryOf(bytes))
  const envelope = checkEnvelope(JSON.parse(JSON.stringify(message)))
  expect(envelope.kind).toBe('ok')
  if (envelope.kind === 'ok') expect(checkContent(envelope.value)).toMatchObject({ kind: 'ok' })
  expect(Buffer.from(message.frame, 'base64').equals(bytes)).toBe(true)
  if (message.kind === 'event')
    for (const key of FORBIDDEN_EVENT_KEYS) expect(JSON.stringify(message.event)).not.toContain(`"${key}"`)
})

test.each<[string, string]>([
  ['unsupported_sensor_list', '0x0507'],
  ['unsupported_sensor_list', '0x02b0'],
])('%s names the list %s', (reason, list) => {
  const messages = frames.map(({ bytes }) => makeWriter().write(entryOf(bytes)))
  expect(messages).toContainEqual(expect.objectContaining({ reason, detail: `sensor list ${list}` }))
})

describe('answers of a logger', () => {
  const NO_CLOCK = new Array<number>(12).fill(0)
  const answer = (rtu: readonly number[], status = 1) =>
    buildFrame({ code: 0x15, loggerSerial: LOGGER_SERIAL, payload: [2, status, ...NO_CLOCK, ...rtu] })
  const eventOf = (bytes: Buffer) => {
    const message = makeWriter().write(entryOf(bytes, { messageClass: 'event' }))
    expect(checkContent(message)).toMatchObject({ kind: 'ok' })
    if (message.kind !== 'event') throw new Error(`an answer became ${message.kind}`)
    return message.event
  }
  const read = readAnswerBytes({ registers: [7] })

  test.each<[string, Buffer, Record<string, unknown>]>([
    ['registers', vector('modbus_rsp_ps19').bytes, { kind: 'read', slave: 1, function: 3, registers: [266] }],
    ['no quirk', vector('modbus_rsp_ps19').bytes, { double_crc: false, leading_ff: false, all_zero: false }],
    // The vector's own CRC does not fit the serial that was masked in it.
    ['a double CRC', answer([...read, 0, 0]), { kind: 'read', double_crc: true }],
    ['zeros', vector('modbus_rsp_deye_all_zero').bytes, { kind: 'read', all_zero: true }],
    ['an FF before it', answer([0xff, ...read]), { kind: 'read', leading_ff: true, registers: [7] }],
    [
      'an exception of the logger',
      vector('modbus_rsp_logger_exception_5').bytes,
      { kind: 'logger_exception', exception_code: 5 },
    ],
    [
      'an exception of the inverter',
      answer(exceptionAnswerBytes({ function: 3, code: 2 })),
      { kind: 'modbus_exception', function: 3, exception_code: 2 },
    ],
    [
      'a write',
      answer(writeAnswerBytes({ function: 6, register: 40, value: 100 })),
      { kind: 'write', function: 6, register: 40, value: 100 },
    ],
    ['a void body', answer(read, 0), { kind: 'status_not_valid' }],
    ['a wrong CRC', answer([...read.slice(0, -1), 0]), { kind: 'crc_invalid' }],
    ['another function', answer(withCrc([1, 0x2b, 0, 0])), { kind: 'other_function', function: 0x2b }],
    ['too few bytes', answer([1, 3, 0]), { kind: 'length_mismatch' }],
  ])('%s', (_name, bytes, modbus) => {
    expect(eventOf(bytes)).toMatchObject({ event_type: 'response', data: { content: 'modbus', modbus } })
  })

  test('the longest answer fits what the API takes', () => {
    const registers = Array.from({ length: 127 }, (_, index) => index)
    expect(eventOf(answer(readAnswerBytes({ registers })))).toMatchObject({ data: { modbus: { registers } } })
  })

  test.each([
    ['response', 0x15, 1],
    ['interim', 0x05, 8],
  ])('%s with AT text tells its length and nothing of it', (type, code, frameType) => {
    const text = '+ok=WPA2PSK,AES,hunter2\r\n'
    const payload = [frameType, 1, ...NO_CLOCK, ...Buffer.from(text)]
    const event = eventOf(buildFrame({ code, loggerSerial: LOGGER_SERIAL, payload }))
    expect(event).toMatchObject({ event_type: type, data: { content: 'at', body_bytes: text.length } })
    expect(JSON.stringify(event)).not.toMatch(/WPA2PSK|hunter2/)
  })
})

test.each([
  ['a code of no known range', buildFrame({ code: 0x51, loggerSerial: LOGGER_SERIAL, payload: [1] })],
  ['an ack', vector('hello_ack_solis').bytes],
  ['a request', vector('modbus_req_ps19').bytes],
])('%s from a logger goes to quarantine', (_name, bytes) => {
  expect(makeWriter().write(entryOf(bytes))).toMatchObject({
    kind: 'undecodable',
    reason: 'unknown_control_code',
  })
})

test('a frame that the API refused travels as bytes', () => {
  expect(makeWriter().write(entryOf(dataFrame(1, RECEIVED_AT_MS), { bare: true }))).toMatchObject({
    kind: 'undecodable',
    reason: 'invalid_message',
  })
})

test('a record that was buffered without a clock gets the one of its boot', () => {
  const writer = makeWriter()
  const live = dataFrame(2, RECEIVED_AT_MS)
  writer.write(entryOf(live))
  const buffered = Buffer.from(live)
  buffered[11] = 0x81
  buffered.writeUInt32LE(0, 22)
  buffered.writeUInt32LE(1, 28)
  expect(writer.write(entryOf(buffered))).toMatchObject({
    reading: {
      buffered: true,
      acquired_at_quality: 'estimated',
      acquired_at: new Date(RECEIVED_AT_MS).toISOString(),
    },
  })
  expect(makeWriter().write(entryOf(buffered))).toMatchObject({
    reading: { acquired_at: null, acquired_at_quality: 'unknown' },
  })
})

test('a logger whose clock is wrong does not date its buffered records by it', () => {
  const writer = makeWriter()
  writer.write(entryOf(dataFrame(2, RECEIVED_AT_MS - 2 * 86_400_000)))
  const buffered = Buffer.from(dataFrame(1, RECEIVED_AT_MS))
  buffered[11] = 0x81
  buffered.writeUInt32LE(0, 22)
  expect(writer.write(entryOf(buffered))).toMatchObject({
    reading: { acquired_at: new Date(RECEIVED_AT_MS).toISOString(), acquired_at_quality: 'estimated' },
  })
})

test('strangers do not enter the memory of clocks', () => {
  const writer = new MessageWriter({ isKnown: serial => serial !== LOGGER_SERIAL })
  const live = dataFrame(2, RECEIVED_AT_MS)
  writer.write(entryOf(live))
  const buffered = Buffer.from(live)
  buffered[11] = 0x81
  buffered.writeUInt32LE(0, 22)
  expect(writer.write(entryOf(buffered))).toMatchObject({ reading: { acquired_at: null } })
})

test('no bytes make it throw', () => {
  const writer = makeWriter()
  const sound = fc.constantFrom(
    dataFrame(1, RECEIVED_AT_MS),
    helloFrame(),
    ...frames.map(({ bytes }) => bytes),
  )
  fc.assert(
    fc.property(sound, fc.nat(), fc.nat({ max: 255 }), fc.nat(), (bytes, at, value, length) => {
      const damaged = Buffer.from(bytes)
      damaged[at % damaged.length] = value
      writer.write(entryOf(damaged.subarray(0, length % (damaged.length + 1))))
    }),
  )
  expect(writer.decoderFaults).toBe(0)
})
