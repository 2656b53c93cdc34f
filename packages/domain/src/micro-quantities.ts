// The measured fields of a Deye micro-inverter under the names of the fleet, and the PV power that its frame lacks.
import type { Quantities } from './message.ts'
import { PV_INPUTS, QUANTITY_NAMES, type QuantityName } from './quantities.ts'

/** The frame names one phase only; everything else is called alike (reference solarman-v5.md 4.2 and 8). */
const RENAMED = {
  grid_voltage_v: 'grid_voltage_l1_v',
  grid_current_a: 'grid_current_l1_a',
  active_power_w: 'ac_active_power_w',
} as const satisfies Record<string, QuantityName>

type PvInput = 1 | 2 | 3 | 4
type PvField = 'voltage_v' | 'current_a' | 'energy_today_kwh' | 'energy_total_kwh'
export type MeasuredMicroName =
  | keyof typeof RENAMED
  | 'energy_today_kwh'
  | 'energy_total_kwh'
  | 'grid_voltage_l2_v'
  | 'grid_voltage_l3_v'
  | 'grid_frequency_hz'
  | 'radiator_temperature_c'
  | `pv${PvInput}_${PvField}`
export type MeasuredMicro = { readonly [Name in MeasuredMicroName]?: number | undefined }

export interface MicroLayout {
  /** PV inputs that the device has; all four when it does not say. */
  mpptCount: number | undefined
  /** Phases that it has; one when it does not say, as micro-inverters do. */
  phaseCount: number | undefined
}

/** What a field becomes, and what the device must have for it; worked out once, read for every frame. */
const FIELDS = new Map<string, { name: QuantityName; input: number; phase: number }>([
  ...QUANTITY_NAMES.map(name => [name, placeOf(name)] as const),
  ...Object.entries(RENAMED).map(([field, name]) => [field, placeOf(name)] as const),
])

const PV_INPUT_NAMES = ([1, 2, 3, 4] as const).map(
  input =>
    ({
      voltage: `pv${input}_voltage_v`,
      current: `pv${input}_current_a`,
      power: `pv${input}_power_w`,
      energyToday: `pv${input}_energy_today_kwh`,
      energyTotal: `pv${input}_energy_total_kwh`,
    }) as const,
)

type PvInputNames = (typeof PV_INPUT_NAMES)[number]

/** Leaves out inputs and phases that the device does not have; their bytes hold zeros or remains. Unknown names are left out too. */
export function fromMicro(measured: MeasuredMicro, layout: MicroLayout): Quantities {
  const inputs = inputCount(layout.mpptCount)
  const phases = Math.max(layout.phaseCount ?? 1, 1)
  const values: Quantities = {}
  for (const field of Object.keys(measured)) {
    const value = measured[field as MeasuredMicroName]
    const place = FIELDS.get(field)
    if (value === undefined || place === undefined) continue
    if (place.input <= inputs && place.phase <= phases) values[place.name] = value
  }
  return values
}

/**
 * Adds pv{i}_power_w = V × A to 0.1 W (coarse, since current comes in steps of 0.1 A), and their sum unless the power of an
 * input that reported is missing: a sum without it would look like a broken panel.
 */
export function addPvPower(values: Quantities): void {
  let total = 0
  let inputs = 0
  let complete = true
  for (const names of PV_INPUT_NAMES) {
    const voltage = values[names.voltage]
    const current = values[names.current]
    if (voltage !== undefined && current !== undefined) {
      const power = toTenth(voltage * current)
      values[names.power] = power
      total += power
      inputs += 1
    } else if (reported(values, names)) {
      complete = false
    }
  }
  if (complete && inputs > 0) values.pv_power_total_w = toTenth(total)
}

/** The input is there, though one of its two factors was dropped. */
function reported(values: Quantities, { voltage, current, energyToday, energyTotal }: PvInputNames): boolean {
  return [voltage, current, energyToday, energyTotal].some(name => values[name] !== undefined)
}

function placeOf(name: QuantityName): { name: QuantityName; input: number; phase: number } {
  const input = Number(/^pv(\d)_/.exec(name)?.[1] ?? 0)
  const phase = Number(/_l([23])_/.exec(name)?.[1] ?? 1)
  return { name, input, phase }
}

/** A count of 0 or 200 is damage, and no reason to drop values. */
function inputCount(mpptCount: number | undefined): number {
  return mpptCount !== undefined && mpptCount >= 1 && mpptCount <= PV_INPUTS ? mpptCount : PV_INPUTS
}

function toTenth(value: number): number {
  return Math.round(value * 10) / 10
}
