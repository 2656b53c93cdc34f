// Where the fields of a Deye micro-inverter lie in the payload, and in which unit (reference/solarman-v5.md 4.2).

export const PV_INPUTS = 4
export const MPPT_COUNT_OFFSET = 131
export const PHASE_COUNT_OFFSET = 132

type ReadNumber = (payload: Buffer, offset: number) => number
export interface Field {
  name: string
  offset: number
  read: ReadNumber
  bytes: number
  /** The raw value is divided by it: 2320 / 10 is exactly 232, 2320 * 0.1 is not. */
  divisor: number
}

const u8: Pick<Field, 'read' | 'bytes'> = { read: (payload, offset) => payload.readUInt8(offset), bytes: 1 }
const u16: typeof u8 = { read: (payload, offset) => payload.readUInt16LE(offset), bytes: 2 }
const i16: typeof u8 = { read: (payload, offset) => payload.readInt16LE(offset), bytes: 2 }
const u32: typeof u8 = { read: (payload, offset) => payload.readUInt32LE(offset), bytes: 4 }
const u16be: typeof u8 = { read: (payload, offset) => payload.readUInt16BE(offset), bytes: 2 }
const u32be: typeof u8 = { read: (payload, offset) => payload.readUInt32BE(offset), bytes: 4 }

/** Little-endian up to payload offset 128, a big-endian image of registers behind it. */
export const MEASURED: readonly Field[] = [
  { name: 'energy_today_kwh', offset: 33, ...u32, divisor: 100 },
  { name: 'energy_total_kwh', offset: 37, ...u32, divisor: 10 },
  { name: 'grid_voltage_v', offset: 45, ...u16, divisor: 10 },
  { name: 'grid_current_a', offset: 51, ...u16, divisor: 10 },
  { name: 'grid_frequency_hz', offset: 57, ...u16, divisor: 100 },
  { name: 'active_power_w', offset: 59, ...u32, divisor: 1 },
  { name: 'radiator_temperature_c', offset: 63, ...i16, divisor: 100 },
]
export const OTHER_PHASES: readonly Field[] = [
  { name: 'grid_voltage_l2_v', offset: 47, ...u16, divisor: 10 },
  { name: 'grid_voltage_l3_v', offset: 49, ...u16, divisor: 10 },
]
export const OTHER_TEMPERATURES: readonly Field[] = [2, 3, 4, 5].map(sensor => {
  return { name: `temperature_${sensor}_c`, offset: 61 + 2 * sensor, ...i16, divisor: 100 }
})
export const RATINGS: readonly Field[] = [
  { name: 'rated_power_w', offset: 129, ...u16be, divisor: 10 },
  { name: 'mppt_count', offset: MPPT_COUNT_OFFSET, ...u8, divisor: 1 },
  { name: 'phase_count', offset: PHASE_COUNT_OFFSET, ...u8, divisor: 1 },
  { name: 'device_type', offset: 133, ...u16be, divisor: 1 },
  { name: 'overfreq_start_hz', offset: 223, ...u16be, divisor: 100 },
  { name: 'overfreq_reduction_percent', offset: 225, ...u16be, divisor: 1 },
  { name: 'grid_voltage_upper_v', offset: 235, ...u16be, divisor: 10 },
  { name: 'grid_voltage_lower_v', offset: 237, ...u16be, divisor: 10 },
  { name: 'grid_frequency_upper_hz', offset: 239, ...u16be, divisor: 100 },
  { name: 'grid_frequency_lower_hz', offset: 241, ...u16be, divisor: 100 },
  { name: 'self_check_s', offset: 243, ...u16be, divisor: 1 },
]
export const VERSIONS = [
  { name: 'protocol_version', offset: 101, bytes: 8 },
  { name: 'dc_master_version', offset: 109, bytes: 8 },
  { name: 'ac_version', offset: 117, bytes: 8 },
] as const

/** One row of fields for each PV input. PV power is not in the frame. */
export const PV_INPUT_FIELDS: readonly (readonly Field[])[] = Array.from(
  { length: PV_INPUTS },
  (_, index) => [
    { name: `pv${index + 1}_voltage_v`, offset: 85 + 4 * index, ...u16, divisor: 10 },
    { name: `pv${index + 1}_current_a`, offset: 87 + 4 * index, ...u16, divisor: 10 },
    { name: `pv${index + 1}_energy_today_kwh`, offset: 135 + 2 * index, ...u16be, divisor: 10 },
    { name: `pv${index + 1}_energy_total_kwh`, offset: 143 + 4 * index, ...u32be, divisor: 10 },
  ],
)

/** "<serial>-1" and so on. */
export const PORT_IDS = Array.from({ length: PV_INPUTS }, (_, index) => {
  return { name: `pv${index + 1}_port_id`, offset: 159 + 16 * index, bytes: 16 }
})
