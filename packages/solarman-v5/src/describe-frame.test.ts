// Every vector, every field of its expectation, through the same mapping that `ops decode` prints.
import { describe, expect, it } from 'vitest'
import { describeFrame } from './describe-frame.ts'
import { frameOf } from './frame.ts'
import { readStream } from './read-stream.ts'
import {
  buildAnswer,
  buildFrame,
  buildRequest,
  exceptionAnswerBytes,
  fieldDifferences,
  loadVectors,
  readAnswerBytes,
  vector,
  withCrc,
  writeAnswerBytes,
} from './testing/index.ts'

const vectors = loadVectors()
const single = vectors.filter(({ expect: expected }) => expected.valid && expected.length_total)
const streams = vectors.filter(({ expect: expected }) => expected.valid && expected.codes)
const invalid = vectors.filter(({ expect: expected }) => !expected.valid)

describe('describeFrame', () => {
  it('sees every vector in one of the three groups', () => {
    expect(single.length + streams.length + invalid.length).toBe(vectors.length)
    expect(single.length).toBeGreaterThanOrEqual(57)
  })

  it.each(single)('meets every field of $name', entry => {
    expect(fieldDifferences(entry, describeFrame(frameOf(entry.bytes)))).toEqual([])
  })

  it.each(streams)('meets the frames of $name', ({ bytes, expect: expected }) => {
    const results = readStream(bytes)
    const frames = results.filter(result => result.kind === 'frame')
    expect(frames.map(({ frame }) => describeFrame(frame).code)).toEqual(expected.codes)
    if (expected.lengths) expect(frames.map(({ frame }) => frame.bytes.length)).toEqual(expected.lengths)
    if (expected.skipped_bytes) expect(frames[0]!.skippedBytes).toBe(expected.skipped_bytes)
  })

  it.each(invalid)('gets no frame out of $name', ({ bytes }) => {
    expect(readStream(bytes).map(({ kind }) => kind)).not.toContain('frame')
  })

  it('reads the double CRC of the original that a masked vector hides', () => {
    const { expect: expected } = vector('modbus_rsp_double_crc')
    const modbus = expected.modbus as { rtu_hex: string }
    const clock = { workTimeS: 1, powerOnS: 1, offsetS: 1 }
    const original = buildAnswer({ loggerSerial: 1, ...clock, body: Buffer.from(modbus.rtu_hex, 'hex') })
    expect(describeFrame(frameOf(original)).modbus).toMatchObject(modbus)
    // Should the vector be repaired one day, its exception in `fieldDifferences` must go.
    expect(describeFrame(frameOf(vector('modbus_rsp_double_crc').bytes)).modbus).toMatchObject({
      crc_ok: false,
    })
  })

  it('names readings exactly, without the noise of binary fractions', () => {
    const { readings } = describeFrame(frameOf(vector('data_deye_micro_m80g3_live').bytes)) as {
      readings: Record<string, number>
    }
    expect(readings.grid_voltage_v).toBe(232)
    expect(readings.energy_total_kwh).toBe(177.5)
    expect(JSON.stringify(readings)).not.toMatch(/\d\.\d{4,}/)
  })

  it('shows every kind of Modbus answer with what its bytes say', () => {
    const clock = { workTimeS: 1, powerOnS: 1, offsetS: 1 }
    const modbus = (body: readonly number[], status = 1) => {
      return describeFrame(frameOf(buildAnswer({ loggerSerial: 1, ...clock, status, body }))).modbus
    }
    const read = readAnswerBytes({ registers: [7] })
    expect(modbus(read, 0)).toMatchObject({ kind: 'status-not-valid', crc_ok: true, registers: [7] })
    expect(modbus([0xff, ...read])).toMatchObject({ kind: 'read', leading_ff: true, registers: [7] })
    expect(modbus([...read, 0, 0])).toMatchObject({ kind: 'read', double_crc: true, registers: [7] })
    expect(modbus(readAnswerBytes({ registers: [0] }))).toMatchObject({ all_zero: true })
    expect(modbus(exceptionAnswerBytes({ function: 3, code: 2 }))).toMatchObject({
      function: 3,
      modbus_exception: 2,
    })
    expect(modbus(writeAnswerBytes({ function: 6, register: 5, value: 9 }))).toMatchObject({
      register: 5,
      value: 9,
    })
    expect(modbus(withCrc([1, 0x2b, 1, 2]))).toMatchObject({ kind: 'other-function', function: 0x2b })
    expect(modbus([1, 3, 2, 0, 7, 0, 1])).toMatchObject({ kind: 'crc-invalid', crc_ok: false })
    expect(modbus([1])).toEqual({ rtu_hex: '01', kind: 'length-mismatch' })
    const request = (body: readonly number[]) =>
      describeFrame(frameOf(buildRequest({ loggerSerial: 1, body }))).modbus
    expect(request(withCrc([1, 16, 0, 5, 0, 1, 2, 0, 9]))).toMatchObject({
      kind: 'write-multiple',
      values: [9],
    })
    expect(request([1, 3, 0, 5, 0, 1, 0, 0])).toMatchObject({ kind: 'crc-invalid', crc_ok: false })
    expect(request([1])).toEqual({ rtu_hex: '01', kind: 'length-mismatch' })
  })

  it('shows no SSID, MAC or private address', () => {
    for (const name of ['hello_tsun_225', 'hello_pvblink_143_try1', 'wifi_tsun']) {
      expect(JSON.stringify(describeFrame(frameOf(vector(name).bytes)))).not.toMatch(/site-wifi|192\.0\.2/)
    }
  })

  it('shows the bytes of what it cannot read, with the reason', () => {
    expect(
      describeFrame(frameOf(buildFrame({ code: 0x51, loggerSerial: 1, payload: [1, 1, 7] }))),
    ).toMatchObject({
      code: '0x5110',
      code_name: 'unknown',
      frame_type: 1,
      body_hex: '010107',
    })
    expect(
      describeFrame(frameOf(buildFrame({ code: 0x42, loggerSerial: 1, payload: [1, 8, 0x54] }))),
    ).toMatchObject({
      code: '0x4210',
      undecodable: 'payload_too_short',
      body_hex: '010854',
    })
    expect(describeFrame(frameOf(buildFrame({ code: 0x47, loggerSerial: 1, payload: [] })))).toMatchObject({
      undecodable: 'payload_too_short',
    })
  })
})
