// The load generator against a bare acking server: every frame valid and distinct, no more in flight than asked for.

import { dedupeKey } from '@deye-hard/domain'
import { FrameReader } from '@deye-hard/solarman-v5'
import { buildDeyeMicroData } from '@deye-hard/solarman-v5/testing'
import fc from 'fast-check'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { createFleet } from '../../src/fleet/fleet.ts'
import type { Journal } from '../../src/journal.ts'
import { LatencyHistogram } from '../../src/load/latency-histogram.ts'
import { runLoad } from '../../src/load/load.ts'
import { LoadConnection } from '../../src/load/load-connection.ts'
import { LoadFrames } from '../../src/load/load-frames.ts'
import { type AckingServer, ackNow, startAckingServer } from '../acking-server.ts'

let server: AckingServer | null = null
afterEach(async () => {
  await server?.stop()
  server = null
})

const fleet = createFleet({ loggers: 4, seed: 1 })

describe('frames', () => {
  test('a patched frame is the frame that the builder would make', () => {
    const nowMs = Date.UTC(2026, 5, 21, 11)
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 600 }), fc.integer({ min: 0, max: 255 }), (count, seconds) => {
        const logger = fleet.loggers[0]!
        const frames = new LoadFrames(logger, 3, nowMs)
        frames.follow(nowMs + seconds * 1_000)
        const bytes = Buffer.alloc(frames.bytesPerFrame)
        for (let index = 1; index <= count; index += 1) {
          frames.writeNext(bytes, 0, (index * 7) % 256, index % 256)
        }
        const reader = new FrameReader()
        reader.push(bytes)
        const read = reader.next()
        if (read.kind !== 'frame') {
          throw new Error(read.kind)
        }
        expect(read.frame).toMatchObject({ seqServer: (count * 7) % 256, seqLogger: count % 256 })
        expect(read.frame.payload.readUInt32LE(17)).toBe(3 * 2 ** 24 + count)
        expect(read.frame.payload.readUInt32LE(3)).toBe(1_000_000 + seconds)
        expect(read.frame.payload.readUInt32LE(3) + read.frame.payload.readUInt32LE(11)).toBe(
          nowMs / 1_000 + seconds,
        )
      }),
      { numRuns: 50 },
    )
  })
})

describe('latencies', () => {
  test('quantiles are within 1.6 % of the true ones', () => {
    const histogram = new LatencyHistogram()
    for (let step = 1; step <= 10_000; step += 1) {
      histogram.add(step / 100)
    }
    expect(histogram.quantileMs(0.5)! / 50).toBeCloseTo(1, 1.7)
    expect(histogram.quantileMs(0.99)! / 99).toBeCloseTo(1, 1.7)
    expect(histogram.count).toBe(10_000)
  })

  test('nothing measured is null, and no value is out of range', () => {
    const histogram = new LatencyHistogram()
    expect(histogram.quantileMs(0.5)).toBeNull()
    histogram.add(0)
    histogram.add(1e12)
    expect(histogram.quantileMs(1)).toBeGreaterThan(1e6)
  })
})

test('counts what was acked, and every frame is a new one', async () => {
  server = await startAckingServer()
  const journaled: string[] = []
  const journal: Journal = {
    record: (serial, { recordCounter, body }) =>
      journaled.push(`${serial} ${dedupeKey({ sensorListId: 0x5408, recordCounter, body })}`),
    flush: () => {},
    close: () => {},
  }
  const result = await runLoad({
    target: { host: '127.0.0.1', port: server.port },
    fleet,
    connections: 8,
    inFlight: 16,
    seconds: 0.5,
    journal,
  })
  expect(result.connections).toBe(8)
  expect(result.acked).toBeGreaterThan(200)
  expect(result.acks_per_s).toBeGreaterThan(result.acked)
  expect(result.p50_ms).toBeGreaterThan(0)
  expect(result.p99_ms).toBeGreaterThanOrEqual(result.p50_ms!)
  expect(result.unexpected_answers).toBe(0)
  expect(server.malformed).toEqual([])
  const keys = server.arrivals.map(({ frame }) => {
    const recordCounter = frame.payload.readUInt32LE(17)
    return `${frame.loggerSerial} ${dedupeKey({ sensorListId: 0x5408, recordCounter, body: frame.payload.subarray(21) })}`
  })
  expect(new Set(keys).size).toBe(keys.length)
  expect(journaled).toHaveLength(result.acked)
  // With the default answer (received + 1) the copied byte moves on; a generator that ignored it would stay at 0.
  expect(server.arrivals.some(({ frame }) => frame.seqServer > 1)).toBe(true)
  const arrived = new Set(keys)
  expect(journaled.filter(key => !arrived.has(key))).toEqual([])
})

test.each([1, 5])('never has more than %i frames in flight on a connection', async inFlight => {
  const open = new Map<number, number>()
  let most = 0
  server = await startAckingServer({
    answer: ({ connection, frame }) => {
      open.set(connection, (open.get(connection) ?? 0) + 1)
      most = Math.max(most, open.get(connection)!)
      setImmediate(() => {
        open.set(connection, open.get(connection)! - 1)
        server?.sockets[connection]?.write(ackNow(frame)!)
      })
      return null
    },
  })
  const target = { host: '127.0.0.1', port: server.port }
  const result = await runLoad({ target, fleet, connections: 2, inFlight, seconds: 0.3, journal: null })
  expect(result.acked).toBeGreaterThan(10)
  expect(most).toBe(inFlight)
})

test('survives a server that throws connections out, and counts them', async () => {
  let count = 0
  server = await startAckingServer({
    answer: ({ connection, frame }) => {
      count += 1
      if (count % 50 === 0) {
        server?.sockets[connection]?.resetAndDestroy()
        return null
      }
      return ackNow(frame)
    },
  })
  const target = { host: '127.0.0.1', port: server.port }
  const result = await runLoad({ target, fleet, connections: 4, inFlight: 4, seconds: 0.8, journal: null })
  expect(result.connections_lost).toBeGreaterThan(4)
  expect(result.acked).toBeGreaterThan(100)
})

test('answers that belong to nothing are counted, and garbage ends the connection', async () => {
  const stray = buildDeyeMicroData({
    loggerSerial: 1,
    recordCounter: 1,
    inverterSerial: '1',
    workTimeS: 0,
    powerOnS: 0,
    offsetS: 0,
  })
  let first = true
  server = await startAckingServer({
    answer: ({ frame }) => {
      const extra = first ? stray : Buffer.from('no frame')
      first = false
      return Buffer.concat([ackNow(frame)!, extra])
    },
  })
  const target = { host: '127.0.0.1', port: server.port }
  const result = await runLoad({ target, fleet, connections: 1, inFlight: 1, seconds: 0.2, journal: null })
  expect(result.acked).toBe(2)
  expect(result.unexpected_answers).toBe(2)
  expect(result.connections_lost).toBe(1)
})

test('with none in flight it holds connections open and sends nothing', async () => {
  server = await startAckingServer()
  const target = { host: '127.0.0.1', port: server.port }
  const result = await runLoad({ target, fleet, connections: 300, inFlight: 0, seconds: 1, journal: null })
  expect(result).toMatchObject({ connections: 300, acked: 0, connections_lost: 0 })
  expect(server.arrivals).toEqual([])
})

test('an abort ends it at once', async () => {
  server = await startAckingServer()
  const aborting = new AbortController()
  const target = { host: '127.0.0.1', port: server.port }
  const running = runLoad({
    target,
    fleet,
    connections: 1,
    inFlight: 1,
    seconds: 600,
    journal: null,
    signal: aborting.signal,
  })
  aborting.abort()
  expect((await running).seconds).toBeLessThan(60)
})

test('in order: a bare server that copies nothing can be measured too', async () => {
  const ack = Buffer.from('a50a0010120000000000000001000000000000000000015'.slice(0, 46), 'hex')
  server = await startAckingServer({ answer: () => ack })
  const target = { host: '127.0.0.1', port: server.port }
  const options = { target, fleet, connections: 2, inFlight: 4, seconds: 0.3, journal: null }
  const bySequence = await runLoad(options)
  expect(bySequence.acked).toBe(0)
  const inOrder = await runLoad({ ...options, inOrder: true })
  expect(inOrder.acked).toBeGreaterThan(50)
  expect(inOrder.unexpected_answers).toBe(0)
})

test('a frame that was shed is given up after the wait of a logger, and a new one takes its place', async () => {
  const now = vi.spyOn(performance, 'now')
  server = await startAckingServer({ answer: () => null })
  const counters = { acked: 0, connected: 0, lost: 0, unexpected: 0, unanswered: 0 }
  const connected = Promise.withResolvers<void>()
  const connection = new LoadConnection({
    target: { host: '127.0.0.1', port: server.port },
    frames: new LoadFrames(fleet.loggers[0]!, 0, Date.now()),
    inFlight: 3,
    inOrder: false,
    latencies: new LatencyHistogram(),
    counters,
    onAck: null,
    onDialled: connected.resolve,
    onLost: () => {},
  })
  await connected.promise
  await vi.waitFor(() => expect(server!.arrivals).toHaveLength(3))
  connection.giveUpLateAnswers()
  expect(counters.unanswered).toBe(0)
  const later = performance.now() + 12_000
  now.mockReturnValue(later)
  connection.giveUpLateAnswers()
  now.mockRestore()
  expect(counters.unanswered).toBe(3)
  await vi.waitFor(() => expect(server!.arrivals).toHaveLength(6))
  connection.stop()
})
