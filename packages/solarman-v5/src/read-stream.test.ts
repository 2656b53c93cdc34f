// Whole captures: what a tool says of frames that are cut off, doubled, or not there.
import { describe, expect, it } from 'vitest'
import { decodeFrame, readStream } from './read-stream.ts'
import { buildFrame, buildHeartbeat, vector } from './testing/index.ts'

const heartbeat = buildHeartbeat({ loggerSerial: 7 })

describe('readStream', () => {
  it('tells how many bytes a cut frame misses', () => {
    const { bytes, expect: expected } = vector('incomplete_pvblink_frame')
    const missingBytes = Number(expected.declared_length) - Number(expected.actual_length)
    expect(readStream(bytes)).toEqual([
      { kind: 'incomplete', offset: 0, bufferedBytes: bytes.length, midFrame: true, missingBytes },
    ])
  })

  it('still finds the frames inside a cut one, behind a second cut one too', () => {
    const cut = Buffer.from('a500041042', 'hex')
    const results = readStream(Buffer.concat([cut, cut, heartbeat, heartbeat, Buffer.from([1, 2])]))
    expect(results.map(({ kind }) => kind)).toEqual(['incomplete', 'frame', 'frame', 'malformed'])
  })

  it('tells faults before and behind frames, and nothing of nothing', () => {
    const results = readStream(Buffer.concat([Buffer.from([0]), heartbeat, Buffer.from([0, 0, 0xa5])]))
    expect(results.map(({ kind }) => kind)).toEqual(['malformed', 'frame', 'malformed', 'incomplete'])
    expect(readStream(Buffer.alloc(0))).toEqual([])
    expect(readStream(Buffer.from([0x16, 0x03]))).toMatchObject([{ reason: 'garbage', skippedBytes: 2 }])
    expect(readStream(vector('tls_client_hello_prefix').bytes)).toMatchObject([
      { reason: 'tls_client_hello' },
    ])
  })
})

describe('decodeFrame', () => {
  it('gives the one frame or the reason', () => {
    expect(decodeFrame(heartbeat)).toMatchObject({ kind: 'frame', frame: { loggerSerial: 7 } })
    expect(decodeFrame(heartbeat.subarray(0, 13))).toMatchObject({ kind: 'incomplete', missingBytes: 1 })
    expect(decodeFrame(Buffer.alloc(0))).toMatchObject({ kind: 'incomplete' })
    expect(decodeFrame(vector('bad_checksum').bytes)).toMatchObject({
      kind: 'malformed',
      reason: 'bad_checksum',
    })
    expect(decodeFrame(Buffer.concat([heartbeat, heartbeat]))).toMatchObject({
      kind: 'malformed',
      offset: 14,
      skippedBytes: 14,
    })
    expect(decodeFrame(buildFrame({ code: 0x51, loggerSerial: 1, payload: [] })).kind).toBe('frame')
  })
})
