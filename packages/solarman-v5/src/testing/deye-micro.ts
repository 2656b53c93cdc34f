// A 0x4210 frame of a Deye micro-inverter (sensor list 0x5408), all fields of reference/solarman-v5.md 4.2 settable.
import { ascii, type Bytes, place, u8, u16be, u16le, u32be, u32le } from './bytes.ts'
import { type Address, buildFrame, type Clock } from './frame.ts'

const M80G3_PAYLOAD_BYTES = 330
const ABSENT_TEMPERATURE_C = -10

export interface PvInput {
  voltage_v?: number
  current_a?: number
  energy_today_kwh?: number
  energy_total_kwh?: number
}

/** Names and units are those of the decoded fields; what is left out is 0, as on the device. */
export interface DeyeMicroMeasured {
  energy_today_kwh?: number
  energy_total_kwh?: number
  grid_voltage_v?: number
  grid_voltage_l2_v?: number
  grid_voltage_l3_v?: number
  grid_current_a?: number
  grid_frequency_hz?: number
  active_power_w?: number
  radiator_temperature_c?: number
  /** The four other sensors; -10 (the default) means absent. */
  other_temperatures_c?: readonly number[]
  /** PV1 .. PV4. */
  pv?: readonly PvInput[]
}

export interface DeyeMicroDevice {
  protocol_version?: string
  dc_master_version?: string
  ac_version?: string
  rated_power_w?: number
  mppt_count?: number
  phase_count?: number
  overfreq_start_hz?: number
  overfreq_reduction_percent?: number
  grid_voltage_upper_v?: number
  grid_voltage_lower_v?: number
  grid_frequency_upper_hz?: number
  grid_frequency_lower_hz?: number
  self_check_s?: number
}

export interface DeyeMicroFields extends Address, Clock {
  /** 0x01 live (default), 0x81 replayed from the buffer. */
  frameType?: 0x01 | 0x81
  status?: number
  recordCounter: number
  inverterSerial: string
  measured?: DeyeMicroMeasured
  device?: DeyeMicroDevice
  /** `2024-04-08T17:09:01`; null gives the zeros of a clock that was never set. */
  inverterClockLocal?: string | null
  /** 330 on M80G3 (default), 534 on MI600. */
  payloadBytes?: number
  sensorListId?: number
}

/** The whole frame. */
export function buildDeyeMicroData(fields: DeyeMicroFields): Buffer {
  return buildFrame({ ...fields, code: 0x42, payload: deyeMicroPayload(fields) })
}

function deyeMicroPayload(fields: DeyeMicroFields): Bytes {
  return place(fields.payloadBytes ?? M80G3_PAYLOAD_BYTES, [
    ...headFields(fields),
    ...measuredFields(fields.measured ?? {}),
    ...pvFields(fields.measured?.pv ?? [], fields.inverterSerial),
    ...deviceFields(fields.device ?? {}),
    [245, clockBytes(fields.inverterClockLocal ?? null)],
  ])
}

type Fields = (readonly [number, Bytes])[]

function headFields(fields: DeyeMicroFields): Fields {
  return [
    [0, u8(fields.frameType ?? 1)],
    [1, u16le(fields.sensorListId ?? 0x5408)],
    [3, u32le(fields.workTimeS)],
    [7, u32le(fields.powerOnS)],
    [11, u32le(fields.offsetS)],
    [15, u16le(fields.status ?? 1)],
    [17, u32le(fields.recordCounter)],
    [21, ascii(fields.inverterSerial, 10, 0x20)],
    [31, u16le(4)],
  ]
}

function measuredFields(measured: DeyeMicroMeasured): Fields {
  const temperatures = measured.other_temperatures_c ?? []
  return [
    [33, u32le(scaled(measured.energy_today_kwh, 100))],
    [37, u32le(scaled(measured.energy_total_kwh, 10))],
    [45, u16le(scaled(measured.grid_voltage_v, 10))],
    [47, u16le(scaled(measured.grid_voltage_l2_v, 10))],
    [49, u16le(scaled(measured.grid_voltage_l3_v, 10))],
    [51, u16le(scaled(measured.grid_current_a, 10))],
    [57, u16le(scaled(measured.grid_frequency_hz, 100))],
    [59, u32le(scaled(measured.active_power_w, 1))],
    [63, u16le(scaled(measured.radiator_temperature_c, 100))],
    ...[0, 1, 2, 3].map(
      index => [65 + 2 * index, u16le(scaled(temperatures[index] ?? ABSENT_TEMPERATURE_C, 100))] as const,
    ),
  ]
}

function pvFields(inputs: readonly PvInput[], serial: string): Fields {
  return [0, 1, 2, 3].flatMap(index => {
    const input = inputs[index] ?? {}
    return [
      [85 + 4 * index, u16le(scaled(input.voltage_v, 10))],
      [87 + 4 * index, u16le(scaled(input.current_a, 10))],
      [135 + 2 * index, u16be(scaled(input.energy_today_kwh, 10))],
      [143 + 4 * index, u32be(scaled(input.energy_total_kwh, 10))],
      [159 + 16 * index, ascii(`${serial}-${index + 1}`, 16, 0x20)],
    ] as const
  })
}

function deviceFields(device: DeyeMicroDevice): Fields {
  return [
    [101, ascii(device.protocol_version ?? 'V0.2.0.1', 8)],
    [109, ascii(device.dc_master_version ?? 'V0.1.1.7', 8)],
    [117, ascii(device.ac_version ?? 'V1.2.1.8', 8)],
    [129, u16be(scaled(device.rated_power_w ?? 800, 10))],
    [131, u8(device.mppt_count ?? 2)],
    [132, u8(device.phase_count ?? 1)],
    [133, u16be(4)],
    [223, u16be(scaled(device.overfreq_start_hz ?? 50.2, 100))],
    [225, u16be(device.overfreq_reduction_percent ?? 44)],
    [227, u16be(1)],
    [235, u16be(scaled(device.grid_voltage_upper_v ?? 275, 10))],
    [237, u16be(scaled(device.grid_voltage_lower_v ?? 183, 10))],
    [239, u16be(scaled(device.grid_frequency_upper_hz ?? 51.5, 100))],
    [241, u16be(scaled(device.grid_frequency_lower_hz ?? 47.5, 100))],
    [243, u16be(device.self_check_s ?? 60)],
  ]
}

function scaled(value: number | undefined, factor: number): number {
  return Math.round((value ?? 0) * factor)
}

function clockBytes(local: string | null): Bytes {
  const parts = local?.match(/^20(\d\d)-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)$/)?.slice(1)
  if (local !== null && !parts)
    throw new RangeError(`inverter clock ${JSON.stringify(local)}: use 2024-04-08T17:09:01`)
  return (parts ?? ['0', '0', '0', '0', '0', '0']).map(Number)
}
