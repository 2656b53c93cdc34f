// Every real frame of the vectors becomes a message with the right kind, and one that the API accepts.
import { checkContent, checkEnvelope, FORBIDDEN_EVENT_KEYS } from '@deye-hard/domain'
import { decodeFrame } from '@deye-hard/solarman-v5'
import { loadVectors } from '@deye-hard/solarman-v5/testing'
import fc from 'fast-check'
import { expect, test } from 'vitest'
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
