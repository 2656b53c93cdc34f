// Reading frames from streams of any cut: vectors, glue, garbage, false starts, and the bounds on work and memory.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { frames, malformed, readAll } from './frame-reader.harness.ts'
import { type FrameRead, FrameReader, type ReadResult } from './frame-reader.ts'
import { buildFrame, buildHeartbeat, loadVectors, vector } from './testing/index.ts'

const vectors = loadVectors()
const single = vectors.filter(({ expect: expected }) => expected.valid && expected.length_total)
const heartbeat = buildHeartbeat({ loggerSerial: 2_949_668_174 })
const garbage = vector('garbage_ascii_at').bytes

describe('vectors', () => {
  it.each(single.map(({ name, bytes, expect: expected }) => ({ name, bytes, expected })))(
    '$name is one frame',
    ({ bytes, expected }) => {
      const results = readAll([bytes])
      expect(results.map(({ kind }) => kind)).toEqual(['frame'])
      const { frame } = results[0] as FrameRead
      expect(frame.bytes.equals(bytes)).toBe(true)
      expect(frame.payload.length).toBe(expected.payload_length)
      expect(frame.loggerSerial).toBe(expected.logger_serial)
      expect(frame.seqServer).toBe(expected.seq_server)
      expect(frame.seqLogger).toBe(expected.seq_logger)
    },
  )

  it.each(vectors.map(({ name, bytes }) => ({ name, bytes })))(
    '$name cut at every offset gives the same results',
    ({ bytes }) => {
      const whole = JSON.stringify(readAll([bytes]))
      for (let cut = 1; cut < bytes.length; cut += 1) {
        expect(JSON.stringify(readAll([bytes.subarray(0, cut), bytes.subarray(cut)]))).toBe(whole)
      }
      expect(JSON.stringify(readAll([...bytes].map(byte => Buffer.from([byte]))))).toBe(whole)
    },
  )

  it.each(vectors.filter(entry => !entry.expect.valid).map(({ name, bytes }) => ({ name, bytes })))(
    '$name gives no frame',
    ({ bytes }) => {
      expect(frames(readAll([bytes]))).toEqual([])
    },
  )

  it('finds three frames of one TCP read', () => {
    expect(
      frames(readAll([vector('stream_three_frames').bytes])).map(({ frame }) => frame.bytes.length),
    ).toEqual([29, 14, 29])
  })
})

describe('malformed input', () => {
  it('names a bad checksum, a bad end byte, garbage and an oversized length', () => {
    expect(malformed(readAll([vector('bad_checksum').bytes]))[0]).toEqual({
      kind: 'malformed',
      reason: 'bad_checksum',
      offset: 0,
      skippedBytes: 225,
    })
    const badEnd = Buffer.from(heartbeat)
    badEnd[13] = 0x16
    expect(malformed(readAll([badEnd]))[0]).toMatchObject({
      reason: 'bad_end_byte',
      offset: 0,
      skippedBytes: 14,
    })
    expect(malformed(readAll([garbage]))).toEqual([
      { kind: 'malformed', reason: 'garbage', offset: 0, skippedBytes: 33 },
    ])
    expect(malformed(readAll([Buffer.from('a5ffff10420000', 'hex')]))[0]).toMatchObject({
      reason: 'oversized_length',
    })
    expect(malformed(readAll([Buffer.from('a501001147', 'hex')]))[0]).toMatchObject({
      reason: 'bad_control_suffix',
    })
    expect(malformed(readAll([vector('bad_start_byte').bytes]))[0]).toMatchObject({
      reason: 'garbage',
      skippedBytes: 225,
    })
  })

  it('reads the frame behind garbage and says how much was passed over', () => {
    const results = readAll([vector('garbage_then_frame').bytes])
    expect(results[0]).toEqual({ kind: 'malformed', reason: 'garbage', offset: 0, skippedBytes: 33 })
    expect(results[1]).toMatchObject({ kind: 'frame', offset: 33, skippedBytes: 33 })
  })

  it('finds a frame behind a start byte in the garbage', () => {
    const results = readAll([Buffer.concat([Buffer.from('00a5aa03a5', 'hex'), heartbeat])])
    expect(frames(results)).toHaveLength(1)
    expect(frames(results)[0]!.skippedBytes).toBe(5)
  })

  it('finds a good frame inside the range that a false start claims', () => {
    const falseStart = Buffer.from('a514001042000000000000', 'hex')
    const results = readAll([Buffer.concat([falseStart, heartbeat, heartbeat])])
    expect(frames(results)).toHaveLength(2)
    expect(malformed(results)).toHaveLength(1)
  })

  it.each([
    ['tls_client_hello', vector('tls_client_hello_prefix').bytes],
    ['v4_frame', Buffer.from('6804007316', 'hex')],
  ])('tells %s by its first bytes and never hunts for a frame there', (reason, bytes) => {
    const reader = new FrameReader()
    reader.push(Buffer.concat([bytes, heartbeat]))
    expect(reader.next()).toEqual({
      kind: 'malformed',
      reason,
      offset: 0,
      skippedBytes: reason === 'v4_frame' ? 1 : 3,
    })
    reader.push(heartbeat)
    expect(reader.next()).toEqual({
      kind: 'incomplete',
      offset: bytes.length + 28,
      bufferedBytes: 0,
      midFrame: false,
      missingBytes: 0,
    })
    expect(reader.garbageBytes).toBe(bytes.length + 28)
  })

  it('takes 0x68 and 0x16 behind the first byte for garbage', () => {
    for (const stray of ['0068', '001603', '16', '1603', '160310', '1610']) {
      const results = readAll([Buffer.from(stray, 'hex'), heartbeat])
      expect(results.map(result => (result.kind === 'malformed' ? result.reason : result.kind))).toEqual([
        'garbage',
        'frame',
      ])
    }
  })

  it('goes on one byte behind a start that its owner abandons', () => {
    const reader = new FrameReader()
    reader.push(Buffer.concat([Buffer.from('a500041042', 'hex'), heartbeat]))
    expect(reader.next()).toMatchObject({
      kind: 'incomplete',
      bufferedBytes: 19,
      midFrame: true,
      missingBytes: 1024 + 13 - 19,
    })
    reader.skipStart()
    expect(reader.next()).toEqual({ kind: 'malformed', reason: 'garbage', offset: 0, skippedBytes: 5 })
    expect(reader.next()).toMatchObject({ kind: 'frame', skippedBytes: 5 })
    reader.skipStart()
    expect(reader.next()).toMatchObject({ kind: 'incomplete', midFrame: false })
  })

  it('reads a payload of exactly the limit and refuses one byte more', () => {
    const reader = new FrameReader({ maxPayloadBytes: 64 })
    reader.push(buildFrame({ code: 0x42, loggerSerial: 1, payload: Buffer.alloc(64) }))
    expect(reader.next().kind).toBe('frame')
    reader.push(buildFrame({ code: 0x42, loggerSerial: 1, payload: Buffer.alloc(65) }))
    reader.next()
    expect(reader.end()).toMatchObject({ kind: 'malformed', reason: 'oversized_length' })
  })
})

describe('any stream', () => {
  it('gives all frames in order, glued in any order, cut anywhere, with garbage between', () => {
    // Garbage without a start byte: what a start byte in it does is the matter of the tests above.
    const noise = fc
      .uint8Array({ maxLength: 40 })
      .map(bytes =>
        Buffer.from(bytes.map(byte => (byte === 0xa5 || byte === 0x16 || byte === 0x68 ? 0 : byte))),
      )
    const part = fc.record({ noise, frame: fc.constantFrom(...single) })
    const cuts = fc.array(fc.nat({ max: 2_000 }), { maxLength: 30 })
    fc.assert(
      fc.property(fc.array(part, { minLength: 1, maxLength: 8 }), cuts, (parts, cutAt) => {
        const stream = Buffer.concat(parts.flatMap(({ noise: before, frame }) => [before, frame.bytes]))
        const read = frames(readAll(cut(stream, cutAt)))
        expect(read.map(({ frame }) => frame.bytes.toString('hex'))).toEqual(
          parts.map(({ frame }) => frame.bytes.toString('hex')),
        )
        expect(read.map(({ skippedBytes }) => skippedBytes)).toEqual(
          parts.map(({ noise: before }) => before.length),
        )
      }),
    )
  })

  it('never throws, never loses count of a byte, and does not depend on the cut', () => {
    const start = fc.constantFrom(
      ...['a5', 'a5a5', 'a5010010', 'a50500104215', '15', '10', 'a5200010'].map(hex =>
        Buffer.from(hex, 'hex'),
      ),
    )
    const piece = fc.oneof(
      start,
      fc.uint8Array({ maxLength: 20 }).map(bytes => Buffer.from(bytes)),
      fc.constant(heartbeat),
    )
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 40 }),
        fc.array(fc.nat({ max: 400 }), { maxLength: 20 }),
        (pieces, cutAt) => {
          // A first byte of another protocol has its own test above.
          const stream = Buffer.concat([Buffer.from([0]), ...pieces])
          const whole = readAll([stream])
          expect(JSON.stringify(readAll(cut(stream, cutAt)))).toBe(JSON.stringify(whole))
          const accounted = whole.reduce((sum, result) => sum + bytesOf(result), 0)
          expect(accounted).toBe(stream.length)
        },
      ),
      { numRuns: 500 },
    )
  })

  it('never takes a frame with one changed byte for valid', () => {
    for (const { bytes } of single) {
      for (let offset = 1; offset < bytes.length; offset += 1) {
        for (const value of [0x00, 0xa5, 0xff, bytes[offset]! ^ 0x01, bytes[offset]! ^ 0x80]) {
          if (value === bytes[offset]) continue
          const changed = Buffer.from(bytes)
          changed[offset] = value
          for (const { frame } of frames(readAll([changed])))
            expect(frame.bytes.length).toBeLessThan(bytes.length)
        }
      }
    }
  })
})

function bytesOf(result: ReadResult): number {
  if (result.kind === 'frame') return result.frame.bytes.length
  return result.kind === 'malformed' ? result.skippedBytes : result.bufferedBytes
}

function cut(stream: Buffer, at: readonly number[]): Buffer[] {
  const points = [...new Set([0, ...at.filter(point => point < stream.length)])].sort((a, b) => a - b)
  return points.map((point, index) => stream.subarray(point, points[index + 1] ?? stream.length))
}
