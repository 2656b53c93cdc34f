// The measured quantities: name with unit, plausible range, and whether the value is a counter.

export interface Quantity {
  unit: 'V' | 'A' | 'W' | 'Hz' | 'kWh' | '°C'
  min: number
  max: number
  /** Energy counters are read by their maximum, everything else by its mean. */
  kind: 'gauge' | 'daily_counter' | 'total_counter'
}

const MPPT_COUNT = 4

/** Ranges: reference solarman-v5.md section 8; the PV limits are those of micro-inverters with margin for string inverters. */
export const QUANTITIES = {
  ac_active_power_w: { unit: 'W', min: -100_000, max: 110_000, kind: 'gauge' },
  pv_power_total_w: { unit: 'W', min: 0, max: 160_000, kind: 'gauge' },
  energy_today_kwh: { unit: 'kWh', min: 0, max: 2_000, kind: 'daily_counter' },
  energy_total_kwh: { unit: 'kWh', min: 0, max: 10_000_000, kind: 'total_counter' },
  grid_voltage_l1_v: { unit: 'V', min: 0, max: 300, kind: 'gauge' },
  grid_voltage_l2_v: { unit: 'V', min: 0, max: 300, kind: 'gauge' },
  grid_voltage_l3_v: { unit: 'V', min: 0, max: 300, kind: 'gauge' },
  grid_current_l1_a: { unit: 'A', min: 0, max: 100, kind: 'gauge' },
  grid_frequency_hz: { unit: 'Hz', min: 0, max: 65, kind: 'gauge' },
  radiator_temperature_c: { unit: '°C', min: -40, max: 120, kind: 'gauge' },
  ...pvQuantities(1),
  ...pvQuantities(2),
  ...pvQuantities(3),
  ...pvQuantities(4),
} as const satisfies Record<string, Quantity>

export type QuantityName = keyof typeof QUANTITIES
export const QUANTITY_NAMES = Object.keys(QUANTITIES) as QuantityName[]
export const PV_INPUTS = MPPT_COUNT

function pvQuantities<N extends number>(input: N) {
  return {
    [`pv${input}_voltage_v`]: { unit: 'V', min: 0, max: 1_000, kind: 'gauge' },
    [`pv${input}_current_a`]: { unit: 'A', min: 0, max: 40, kind: 'gauge' },
    [`pv${input}_power_w`]: { unit: 'W', min: 0, max: 40_000, kind: 'gauge' },
    [`pv${input}_energy_today_kwh`]: { unit: 'kWh', min: 0, max: 500, kind: 'daily_counter' },
    [`pv${input}_energy_total_kwh`]: { unit: 'kWh', min: 0, max: 10_000_000, kind: 'total_counter' },
  } as Record<
    | `pv${N}_voltage_v`
    | `pv${N}_current_a`
    | `pv${N}_power_w`
    | `pv${N}_energy_today_kwh`
    | `pv${N}_energy_total_kwh`,
    Quantity
  >
}
