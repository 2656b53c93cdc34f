// Every captured frame of a logger gets the ack of the reference, byte by byte, or none where it says none.
import { buildFrame, loadVectors, type Vector, vector } from '@deye-hard/solarman-v5/testing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { startIntake, until, WALL_MS } from './harness.ts'

const CODES_WITH_ACK = ['0x4110', '0x4210', '0x4310', '0x4710', '0x4810']
const HEARTBEAT_S = 120
const fromLogger = loadVectors().filter(({ direction }) => direction === 'logger>server')
const streams = fromLogger.filter(({ expect }) => Array.isArray(expect['codes']))
const frames = fromLogger.filter(({ expect }) => expect.valid && !Array.isArray(expect['codes']))
const invalid = fromLogger.filter(({ expect }) => !expect.valid)
const probe = vector('heartbeat_ps19')

/** The ack by the text of reference 3.1, with the builder that does not share code with the writer. */
function ackOf(frame: Buffer): Buffer {
  const unixTimeS = WALL_MS / 1_000
  const u32 = (value: number) => [0, 8, 16, 24].map(shift => (value >>> shift) & 0xff)
  return buildFrame({
    code: frame[4]! - 0x30,
    seqServer: (frame[5]! + 1) & 0xff,
    seqLogger: frame[6]!,
    loggerSerial: frame.readUInt32LE(7),
    payload: [frame[11]!, 1, ...u32(unixTimeS), ...u32(HEARTBEAT_S)],
  })
}

function acksOf(stream: Vector): Buffer {
  const acks: Buffer[] = []
  let rest = stream.bytes
  for (const code of stream.expect['codes'] as string[]) {
    const start = rest.findIndex(
      (byte, index) => byte === 0xa5 && rest[index + 3] === 0x10 && rest[index + 4] === Number(code) >> 8,
    )
    const frame = rest.subarray(start, start + rest.readUInt16LE(start + 1) + 13)
    rest = rest.subarray(start + frame.length)
    if (CODES_WITH_ACK.includes(code)) acks.push(ackOf(frame))
  }
  return Buffer.concat(acks)
}

const hasAck = ({ expect }: Vector) => CODES_WITH_ACK.includes(expect['code'] as string)

it('knows vectors of every kind', () => {
  expect(frames.filter(hasAck).length).toBeGreaterThan(20)
  expect(frames.filter(one => !hasAck(one)).length).toBeGreaterThan(10)
  expect(streams.length).toBeGreaterThan(1)
  expect(invalid.length).toBeGreaterThan(5)
})

describe('a frame of its own connection', () => {
  it.each(frames.map(one => [one.name, one] as const))('%s', async (_name, one) => {
    const { logger } = await startIntake()
    const connection = await logger()
    // The heartbeat behind it has an ack of its own: when that is here, nothing else was sent for the frame before.
    connection.send(one.bytes)
    if (hasAck(one))
      expect((await connection.take(23)).toString('hex')).toBe(ackOf(one.bytes).toString('hex'))
    expect(await connection.exchange(probe.bytes)).toEqual(ackOf(probe.bytes))
    expect(connection.received.length).toBe(0)
  })
})

describe('a stream as it came in one read', () => {
  it.each(streams.map(one => [one.name, one] as const))('%s', async (_name, one) => {
    const { logger } = await startIntake()
    const connection = await logger()
    const acks = acksOf(one)
    connection.send(one.bytes)
    // Acks of data wait for the disk, so those of heartbeats may come before them; each has its own sequence.
    expect(cut(await connection.take(acks.length))).toEqual(cut(acks))
  })
})

describe('bytes that are no frame', () => {
  it.each(invalid.map(one => [one.name, one] as const))('%s gets no answer', async (_name, one) => {
    const { logger, intake } = await startIntake()
    const connection = await logger()
    connection.send(one.bytes)
    connection.socket.end()
    await connection.closed()
    expect(connection.received.length).toBe(0)
    const { frames_malformed: malformed, frames_received: received } = intake.parts.counters
    expect(received.reduce((sum, count) => sum + count)).toBe(0)
    if (one.name !== 'incomplete_pvblink_frame')
      await until(() => Object.values(malformed).some(count => count > 0), 'a counted reason')
  })
})

it('equals the ack that a stand-in cloud sent on record', async () => {
  const { logger } = await startIntake({ env: { ACK_HEARTBEAT_INTERVAL: '0' } })
  const connection = await logger()
  const ack = await connection.exchange(vector('heartbeat_ps81').bytes)
  expect(ack.toString('hex')).toBe(vector('heartbeat_ack_ps81').bytes.toString('hex'))
})

it('acks all frames however they are cut and glued', async () => {
  const { logger } = await startIntake()
  const acked = frames.filter(hasAck)
  const stream = Buffer.concat(acked.map(({ bytes }) => bytes))
  const expected = cut(Buffer.concat(acked.map(({ bytes }) => ackOf(bytes))))
  for (const step of [1, 7, 13, 100, 1_000, stream.length]) {
    const connection = await logger()
    connection.socket.setNoDelay(true)
    for (let offset = 0; offset < stream.length; offset += step) {
      connection.send(stream.subarray(offset, offset + step))
      if (offset % 64 === 0) await new Promise(setImmediate)
    }
    expect(cut(await connection.take(23 * acked.length))).toEqual(expected)
  }
})

it('acks all frames whatever the offsets at which they are cut', async () => {
  const { logger } = await startIntake()
  const acked = frames.filter(hasAck)
  const offsets = fc.uniqueArray(fc.nat({ max: 4_000 }), { minLength: 1, maxLength: 60 })
  await fc.assert(
    fc.asyncProperty(fc.shuffledSubarray(acked, { minLength: 5 }), offsets, async (some, cuts) => {
      const stream = Buffer.concat(some.map(({ bytes }) => bytes))
      const connection = await logger()
      connection.socket.setNoDelay(true)
      let from = 0
      for (const to of [...cuts.toSorted((a, b) => a - b), stream.length]) {
        connection.send(stream.subarray(from, to))
        // A turn of the event loop between two pieces, so that the kernel does not join them all.
        await new Promise(setImmediate)
        from = Math.min(to, stream.length)
      }
      const expected = cut(Buffer.concat(some.map(({ bytes }) => ackOf(bytes))))
      expect(cut(await connection.take(23 * some.length))).toEqual(expected)
      connection.socket.destroy()
    }),
    { seed: 20_240_408, numRuns: 60 },
  )
})

it('uses the time of the ack, whatever the clock says', async () => {
  const { logger, clock } = await startIntake()
  const connection = await logger()
  for (const now of [0, -5_000, 2 ** 32 * 1_000 + 7_000, WALL_MS]) {
    clock.now = now
    const ack = await connection.exchange(probe.bytes)
    expect(ack.readUInt32LE(13)).toBe((now / 1_000) >>> 0)
  }
})

/** The acks of a run of bytes as sorted texts: their order says nothing. */
function cut(acks: Buffer): string[] {
  return Array.from({ length: acks.length / 23 }, (_, index) =>
    acks.toString('hex', index * 23, index * 23 + 23),
  ).sort()
}
