// The measured fields of a Deye micro-inverter under the names of the fleet, and the PV power that its frame lacks.
import type { Quantities } from './message.ts'
import { PV_INPUTS, QUANTITIES, type QuantityName } from './quantities.ts'

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

/** Leaves out inputs and phases that the device does not have; their bytes hold zeros or remains. Unknown names are left out too. */
export function fromMicro(measured: MeasuredMicro, layout: MicroLayout): Quantities {
  const values: Quantities = {}
  for (const [field, value] of Object.entries(measured)) {
    const name = field in RENAMED ? RENAMED[field as keyof typeof RENAMED] : field
    if (value !== undefined && isQuantity(name) && exists(name, layout)) values[name] = value
  }
  return values
}

/**
 * Adds pv{i}_power_w = V × A to 0.1 W (coarse, since current comes in steps of 0.1 A), and their sum unless the power of an
 * input that reported is missing: a sum without it would look like a broken panel.
 */
export function withPvPower(values: Quantities): Quantities {
  const result = { ...values }
  const inputs = ([1, 2, 3, 4] as const).filter(input => hasInput(values, input))
  const powers = inputs.map(input => pvPower(values, input))
  for (const [position, input] of inputs.entries()) {
    const power = powers[position]
    if (power !== undefined) result[`pv${input}_power_w`] = power
  }
  if (inputs.length > 0 && powers.every(power => power !== undefined)) {
    result.pv_power_total_w = toTenth(powers.reduce((sum, power) => sum + power, 0))
  }
  return result
}

function isQuantity(name: string): name is QuantityName {
  return Object.hasOwn(QUANTITIES, name)
}

function exists(name: QuantityName, { mpptCount, phaseCount }: MicroLayout): boolean {
  const input = /^pv(\d)_/.exec(name)
  if (input !== null) return Number(input[1]) <= inputCount(mpptCount)
  if (name === 'grid_voltage_l2_v' || name === 'grid_voltage_l3_v') return (phaseCount ?? 1) > 1
  return true
}

/** A count of 0 or 200 is damage, and no reason to drop values. */
function inputCount(mpptCount: number | undefined): number {
  return mpptCount !== undefined && mpptCount >= 1 && mpptCount <= PV_INPUTS ? mpptCount : PV_INPUTS
}

function hasInput(values: Quantities, input: PvInput): boolean {
  return Object.keys(values).some(name => name.startsWith(`pv${input}_`))
}

function pvPower(values: Quantities, input: PvInput): number | undefined {
  const voltage = values[`pv${input}_voltage_v`]
  const current = values[`pv${input}_current_a`]
  return voltage === undefined || current === undefined ? undefined : toTenth(voltage * current)
}

function toTenth(value: number): number {
  return Math.round(value * 10) / 10
}
