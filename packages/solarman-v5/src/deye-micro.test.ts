// Deye micro-inverter bodies: every field, both byte orders, short and long payloads, and what is absent.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeDeyeMicro } from './deye-micro.ts'
import { frameOf } from './frame.ts'
import { buildDeyeMicroData, type DeyeMicroFields, vector } from './testing/index.ts'

const base = {
  loggerSerial: 1,
  workTimeS: 1,
  powerOnS: 1,
  offsetS: 1,
  recordCounter: 1,
  inverterSerial: 'D230061526',
}

describe('decodeDeyeMicro', () => {
  it('reads all fields of a four-input, three-phase device', () => {
    const pv = [1, 2, 3, 4].map(input => ({
      voltage_v: 30 + input / 10,
      current_a: input / 10,
      energy_today_kwh: 25.6 + input,
      energy_total_kwh: 6_553.5 + input,
    }))
    const measured = {
      energy_today_kwh: 12.34,
      energy_total_kwh: 429_496.7,
      grid_voltage_v: 232.1,
      grid_voltage_l2_v: 231.2,
      grid_voltage_l3_v: 230.3,
      grid_current_a: 8.7,
      grid_frequency_hz: 49.98,
      active_power_w: 70_000,
      radiator_temperature_c: -5.25,
    }
    const decoded = decode({
      measured: { ...measured, other_temperatures_c: [21.5, -10, -10, 3], pv },
      device: { mppt_count: 4, phase_count: 3, rated_power_w: 2_000 },
      inverterClockLocal: '2024-02-29T23:59:58',
    })
    expect(decoded).toMatchObject({
      kind: 'decoded',
      inverterSerial: 'D230061526',
      inverterClockLocal: '2024-02-29T23:59:58',
    })
    const inputs = pv.flatMap((input, index) =>
      Object.entries(input).map(([name, value]) => [`pv${index + 1}_${name}`, value]),
    )
    expect(decoded.kind === 'decoded' && decoded.measured).toEqual({
      ...measured,
      ...Object.fromEntries(inputs),
      temperature_2_c: 21.5,
      temperature_5_c: 3,
    })
    expect(decoded.kind === 'decoded' && decoded.device).toEqual({
      protocol_version: 'V0.2.0.1',
      dc_master_version: 'V0.1.1.7',
      ac_version: 'V1.2.1.8',
      pv1_port_id: 'D230061526-1',
      pv2_port_id: 'D230061526-2',
      pv3_port_id: 'D230061526-3',
      pv4_port_id: 'D230061526-4',
      rated_power_w: 2_000,
      mppt_count: 4,
      phase_count: 3,
      device_type: 4,
      overfreq_start_hz: 50.2,
      overfreq_reduction_percent: 44,
      grid_voltage_upper_v: 275,
      grid_voltage_lower_v: 183,
      grid_frequency_upper_hz: 51.5,
      grid_frequency_lower_hz: 47.5,
      self_check_s: 60,
    })
  })

  it('reads the capture of an M80G3 without inputs and phases that it does not have', () => {
    const decoded = decodeDeyeMicro(frameOf(vector('data_deye_micro_m80g3_live').bytes).payload)
    expect(decoded).toMatchObject({
      kind: 'decoded',
      inverterSerial: '2300615269',
      inverterClockLocal: '2024-04-08T17:09:01',
    })
    const names = decoded.kind === 'decoded' ? Object.keys(decoded.measured) : []
    expect(names).toContain('pv2_voltage_v')
    for (const absent of ['pv3_voltage_v', 'grid_voltage_l2_v', 'temperature_2_c'])
      expect(names).not.toContain(absent)
  })

  it('reads the longer payload of an MI600 and of any shorter one what is present', () => {
    expect(decode({ payloadBytes: 534 })).toMatchObject({ kind: 'decoded', device: { self_check_s: 60 } })
    const { payload } = frameOf(buildDeyeMicroData({ ...base, inverterClockLocal: '2024-04-08T17:09:01' }))
    for (let length = 0; length < payload.length; length += 1) {
      const decoded = decodeDeyeMicro(payload.subarray(0, length))
      if (length < 65) expect(decoded).toEqual({ kind: 'undecodable', reason: 'payload_too_short' })
      else
        expect(decoded).toMatchObject({
          kind: 'decoded',
          inverterClockLocal: length < 251 ? null : '2024-04-08T17:09:01',
        })
      for (const value of decoded.kind === 'decoded' ? Object.values(decoded.measured) : [])
        expect(value).not.toBeNaN()
    }
  })

  it('gives null for a clock that shows no date', () => {
    for (const clock of [
      '2024-00-01T00:00:00',
      '2024-13-01T00:00:00',
      '2024-02-30T00:00:00',
      '2024-01-00T00:00:00',
      '2024-01-01T24:00:00',
      '2024-01-01T00:60:00',
      '2024-01-01T00:00:60',
    ]) {
      expect(decode({ inverterClockLocal: clock })).toMatchObject({
        kind: 'decoded',
        inverterClockLocal: null,
      })
    }
    expect(decode({ inverterClockLocal: null })).toMatchObject({ kind: 'decoded', inverterClockLocal: null })
  })

  it('reads all inputs and phases where the counts make no sense', () => {
    const decoded = decode({ device: { mppt_count: 9, phase_count: 0 } })
    expect(decoded).toMatchObject({ measured: { pv4_voltage_v: 0, grid_voltage_l3_v: 0 } })
  })

  it('refuses another sensor list and a serial that is no text', () => {
    expect(decode({ sensorListId: 0x5411 })).toEqual({ kind: 'undecodable', reason: 'wrong_sensor_list' })
    expect(decode({ inverterSerial: '' })).toEqual({ kind: 'undecodable', reason: 'bad_inverter_serial' })
    expect(decode({ inverterSerial: '23\u000106' })).toEqual({
      kind: 'undecodable',
      reason: 'bad_inverter_serial',
    })
  })

  it('never invents digits: any raw value comes back as the shortest decimal', () => {
    fc.assert(
      fc.property(fc.nat({ max: 65_535 }), fc.nat({ max: 0xffff_ffff }), (volts, energy) => {
        const decoded = decode({ measured: { grid_voltage_v: volts / 10, energy_today_kwh: energy / 100 } })
        expect(decoded).toMatchObject({
          measured: { grid_voltage_v: Number(`${volts}e-1`), energy_today_kwh: Number(`${energy}e-2`) },
        })
      }),
    )
  })
})

function decode(fields: Partial<DeyeMicroFields>) {
  return decodeDeyeMicro(frameOf(buildDeyeMicroData({ ...base, ...fields })).payload)
}
