// The reader's bounds on work, copies and memory, told by counting and not by time.
import { describe, expect, it } from 'vitest'
import { readAll } from './frame-reader.harness.ts'
import { type FrameRead, FrameReader } from './frame-reader.ts'
import { buildDeyeMicroData, buildFrame, buildHeartbeat } from './testing/index.ts'

const heartbeat = buildHeartbeat({ loggerSerial: 2_949_668_174 })

describe('bounds', () => {
  const size = 1_000_000
  const hostile: [string, Buffer][] = [
    ['start bytes', Buffer.alloc(size, 0xa5)],
    ['plausible starts with a wrong end byte', repeat('a5001010', size)],
    // Length 0x0ff2 + 12 is 4 modulo 5: every one of these frames has a right end byte and only its checksum is wrong.
    ['plausible starts with a right end byte', repeat('a5f20f1015', size)],
  ]

  it.each(hostile)('1 MB of %s costs work in proportion to its length', (name, stream) => {
    for (const chunkBytes of [size, 1460, 7]) {
      const reader = new FrameReader()
      let results = 0
      for (let offset = 0; offset < stream.length; offset += chunkBytes) {
        reader.push(stream.subarray(offset, offset + chunkBytes))
        for (let result = reader.next(); result.kind !== 'incomplete'; result = reader.next()) {
          if (result.kind === 'malformed') results += 1
        }
      }
      expect(reader.framesRead).toBe(0)
      expect(reader.work.summedBytes).toBeLessThanOrEqual(2 * size)
      if (name.includes('right end byte')) expect(reader.work.summedBytes).toBeGreaterThan(size / 2)
      expect(reader.work.copiedBytes).toBeLessThanOrEqual(3 * size)
      expect(results).toBeLessThanOrEqual(size / 4)
      expect(reader.next()).toMatchObject({
        bufferedBytes: expect.toSatisfy((bytes: number) => bytes <= 4096 + 13),
      })
    }
  })

  it('gives one result for a run of garbage, whatever its length', () => {
    expect(
      readAll([Buffer.alloc(size, 0x41), Buffer.alloc(size, 0x42), heartbeat]).map(({ kind }) => kind),
    ).toEqual(['malformed', 'frame'])
    expect(readAll([Buffer.alloc(size, 0xa5)]).filter(({ kind }) => kind === 'malformed')).toHaveLength(1)
  })

  it('keeps no garbage and at most one frame', () => {
    const reader = new FrameReader()
    reader.push(Buffer.alloc(size, 0x41))
    expect(reader.next()).toMatchObject({ kind: 'incomplete', bufferedBytes: 0 })
    expect(reader.garbageBytes).toBe(size)
    reader.push(heartbeat)
    expect(reader.next().kind).toBe('malformed')
    expect(reader.next().kind).toBe('frame')
    expect(reader.garbageBytes).toBe(0)
    expect(reader.framesRead).toBe(1)
  })

  it('hands out views of a chunk, and copies a frame that spans chunks once', () => {
    const data = buildDeyeMicroData({
      loggerSerial: 1,
      workTimeS: 1,
      powerOnS: 1,
      offsetS: 1,
      recordCounter: 1,
      inverterSerial: '2300000001',
    })
    const chunk = Buffer.concat([data, data, data])
    const reader = new FrameReader()
    reader.push(chunk)
    for (let index = 0; index < 3; index += 1)
      expect((reader.next() as FrameRead).frame.bytes.buffer).toBe(chunk.buffer)
    expect(reader.work.copiedBytes).toBe(0)
    reader.push(data.subarray(0, 100))
    expect(reader.next().kind).toBe('incomplete')
    reader.push(data.subarray(100))
    expect(reader.next().kind).toBe('frame')
    expect(reader.work.copiedBytes).toBe(data.length)
  })

  it('copies each byte of a frame that arrives byte by byte once, and leaves earlier frames alone', () => {
    const reader = new FrameReader()
    const read: Buffer[] = []
    for (let index = 0; index < 20; index += 1) {
      const data = buildFrame({ code: 0x42, loggerSerial: index, payload: Buffer.alloc(300, index) })
      for (const byte of data) {
        reader.push(Buffer.from([byte]))
        const result = reader.next()
        if (result.kind === 'frame') read.push(result.frame.bytes)
      }
    }
    expect(read).toHaveLength(20)
    for (const [index, bytes] of read.entries()) {
      const sent = buildFrame({ code: 0x42, loggerSerial: index, payload: Buffer.alloc(300, index) })
      expect(bytes.equals(sent)).toBe(true)
    }
    expect(reader.work.copiedBytes).toBeLessThanOrEqual(20 * 313 * 1.1)
  })
})

function repeat(hex: string, bytes: number): Buffer {
  return Buffer.alloc(bytes, Buffer.from(hex, 'hex'))
}
