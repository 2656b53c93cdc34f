// Acks are byte-exact: every captured ack is reproduced from the fields of its request.
import { describe, expect, it } from 'vitest'
import { ackCode, writeAck } from './ack-writer.ts'
import { type Frame, frameOf } from './frame.ts'
import { buildFrame, buildHeartbeat, loadVectors } from './testing/index.ts'

const vectors = loadVectors()
const single = vectors.filter(({ expect: expected }) => expected.valid && expected.length_total)
const acks = single.filter(({ expect: expected }) => String(expected.code_name).endsWith('-ack'))

describe('writeAck', () => {
  it.each(acks)('reproduces $name', ({ bytes, expect: expected }) => {
    const request = capturedRequest(expected) ?? builtRequest(expected)
    const ack = writeAck(request, {
      unixTimeS: Number(expected.unix_time),
      heartbeatIntervalS: Number(expected.heartbeat_s),
      seqServer: Number(expected.seq_server),
    })
    expect(ack.toString('hex')).toBe(bytes.toString('hex'))
  })

  it('finds the captured request of at least five of them', () => {
    expect(acks.filter(({ expect: expected }) => capturedRequest(expected)).length).toBeGreaterThanOrEqual(5)
  })

  it('counts the server sequence on from the received one, modulo 256', () => {
    const options = { unixTimeS: 1, heartbeatIntervalS: 120 }
    const request = (seqServer: number) => frameOf(buildHeartbeat({ loggerSerial: 1, seqServer }))
    expect(writeAck(request(2), options)[5]).toBe(3)
    expect(writeAck(request(255), options)[5]).toBe(0)
  })

  it('answers a frame without payload with frame type 0', () => {
    const request = frameOf(buildFrame({ code: 0x49, loggerSerial: 1, payload: [] }))
    expect(writeAck(request, { unixTimeS: 1, heartbeatIntervalS: 120 })[11]).toBe(0)
  })

  it('refuses to ack an answer', () => {
    const response = frameOf(buildFrame({ code: 0x15, loggerSerial: 1, payload: [2] }))
    expect(() => writeAck(response, { unixTimeS: 1, heartbeatIntervalS: 120 })).toThrow(RangeError)
  })
})

describe('ackCode', () => {
  it('answers the 0x40 range, unknown codes included, and nothing else', () => {
    const codes = [0x41, 0x42, 0x43, 0x47, 0x48, 0x44, 0x4f]
    expect(codes.map(ackCode)).toEqual([0x11, 0x12, 0x13, 0x17, 0x18, 0x14, 0x1f])
    for (const code of [0x45, 0x15, 0x05, 0x12, 0x51, 0x00, 0xff]) expect(ackCode(code)).toBeNull()
  })
})

function capturedRequest(ack: Record<string, unknown>): Frame | null {
  const found = single.find(({ direction, expect: expected }) => {
    if (direction !== 'logger>server' || `${expected.code_name}-ack` !== ack.code_name) return false
    return ['logger_serial', 'seq_logger', 'frame_type'].every(field => expected[field] === ack[field])
  })
  return found ? frameOf(found.bytes) : null
}

function builtRequest(ack: Record<string, unknown>): Frame {
  const code = Number.parseInt(String(ack.code).slice(2, 4), 16) + 0x30
  const address = { loggerSerial: Number(ack.logger_serial), seqLogger: Number(ack.seq_logger) }
  return frameOf(buildFrame({ ...address, code, payload: [Number(ack.frame_type)] }))
}
