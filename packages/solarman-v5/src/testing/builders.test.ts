// The byte builders against captures: what they build from the decoded fields is what the device sent.
import { describe, expect, it } from 'vitest'
import {
  buildAnswer,
  buildDeyeMicroData,
  buildHeartbeat,
  buildHello,
  buildReport,
  buildRequest,
  buildWifiInfo,
  loadVectors,
  readAnswerBytes,
  readRequestBytes,
  sealFrame,
  vector,
} from './index.ts'

/** Payload offsets from which the meaning is unknown (reference 4.2). */
const KNOWN_BYTES = 251

describe('builders', () => {
  it('build the captured frame of a Deye micro-inverter from its values, but for its unknown tail', () => {
    const { bytes, expect: expected } = vector('data_deye_micro_m80g3_live')
    const d = expected.decoded as Record<string, number>
    const pv = [1, 2].map(input => ({
      voltage_v: d[`pv${input}_voltage_v`]!,
      current_a: d[`pv${input}_current_a`]!,
      energy_today_kwh: d[`pv${input}_energy_today_kwh`]!,
      energy_total_kwh: d[`pv${input}_energy_total_kwh`]!,
    }))
    const { inverter_serial: serial, inverter_clock_local: clock } = expected.decoded as Record<
      string,
      string
    >
    const built = buildDeyeMicroData({
      ...addressOf(expected),
      ...clockOf(expected),
      recordCounter: Number(expected.record_counter),
      inverterSerial: serial!,
      inverterClockLocal: clock!,
      measured: { ...d, pv },
    })
    bytes.copy(built, 11 + KNOWN_BYTES, 11 + KNOWN_BYTES)
    expect(sealFrame(built).toString('hex')).toBe(bytes.toString('hex'))
  })

  it('build the small frames as captured', () => {
    for (const name of ['heartbeat_solis', 'heartbeat_ps81', 'heartbeat_ps19']) {
      const { bytes, expect: expected } = vector(name)
      expect(buildHeartbeat(addressOf(expected)).equals(bytes)).toBe(true)
    }
    const wifi = vector('wifi_solis_offset_ok')
    const signal = { wifiSignalPercent: 82, eventBits: 0x40 }
    expect(hex(buildWifiInfo({ ...addressOf(wifi.expect), ...clockOf(wifi.expect), ...signal }))).toBe(
      hex(wifi.bytes),
    )
    const never = vector('report_tsun_never_upgraded')
    const records = [{ kind: 'never_upgraded' }] as const
    expect(hex(buildReport({ ...addressOf(never.expect), ...clockOf(never.expect), records }))).toBe(
      hex(never.bytes),
    )
  })

  it('build the hellos of 99, 143 and 225 bytes with every named field in its place', () => {
    for (const { name, bytes, expect: expected } of loadVectors().filter(entry =>
      entry.name.startsWith('hello_'),
    )) {
      if (expected.code !== '0x4110') continue
      const built = buildHello({
        ...addressOf(expected),
        ...clockOf(expected),
        wifiSignalPercent: Number(expected.wifi_signal_percent),
        typeNumber: bytes[29]!,
        moduleVersion: String(expected.module_version),
        bootCounter: bytes.readUInt16LE(92),
        mac: [...bytes.subarray(70, 76)],
        sensorListId: Number(expected.sensor_list_id),
        payloadBytes: Number(expected.payload_length),
      })
      // Bytes of the longer forms whose meaning is unknown (reference 2.3).
      for (const unknown of [97, 98, 140]) if (unknown < bytes.length - 2) built[unknown] = bytes[unknown]!
      expect(hex(sealFrame(built)), name).toBe(hex(bytes))
    }
  })

  it('build requests and answers as captured', () => {
    const request = vector('modbus_req_deye_micro_3C')
    const body = readRequestBytes({ register: 0x3c, quantity: 57 })
    expect(hex(buildRequest({ ...addressOf(request.expect), body }))).toBe(hex(request.bytes))
    const answer = vector('modbus_rsp_deye_reg28')
    const registers = readAnswerBytes({ registers: [100] })
    expect(
      hex(buildAnswer({ ...addressOf(answer.expect), ...clockOf(answer.expect), body: registers })),
    ).toBe(hex(answer.bytes))
  })

  it('refuse an inverter clock that is no clock', () => {
    const fields = {
      loggerSerial: 1,
      workTimeS: 1,
      powerOnS: 1,
      offsetS: 0,
      recordCounter: 1,
      inverterSerial: 'x',
    }
    expect(() => buildDeyeMicroData({ ...fields, inverterClockLocal: 'noon' })).toThrow(RangeError)
  })
})

function addressOf(expected: Record<string, unknown>) {
  return {
    loggerSerial: Number(expected.logger_serial),
    seqServer: Number(expected.seq_server),
    seqLogger: Number(expected.seq_logger),
  }
}

function clockOf(expected: Record<string, unknown>) {
  return {
    workTimeS: Number(expected.work_time_s),
    powerOnS: Number(expected.power_on_s),
    offsetS: Number(expected.offset_s),
  }
}

function hex(bytes: Buffer): string {
  return bytes.toString('hex')
}
