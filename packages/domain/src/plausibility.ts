// Holds measured values against what is physically possible, drops what is not, and recognises frames full of garbage.
import type { Quantities } from './message.ts'
import { QUANTITIES, type QuantityName } from './quantities.ts'

/** Below this many values out of range a frame is damaged in places, from here on (and above a third) it is garbage. */
const GARBAGE_MIN_COUNT = 3
const GARBAGE_SHARE = 1 / 3
/** A running grid; 0 means that the inverter sees none. */
const GRID_FREQUENCY_HZ = { min: 45, max: 65 }
/** Reference solarman-v5.md section 8. */
const AC_POWER_SHARE = 1.1
const PV_POWER_SHARE = 1.5
/** One step of 0.1 A at 60 V and rounding; matters for the smallest inverters only. */
const POWER_MARGIN_W = 25
/** Outside of it a rated power is itself damaged and limits nothing. */
const RATED_POWER_W = { min: 100, max: 110_000 }

export interface PlausibilityLimits {
  /** Rated AC power of the device, W. */
  ratedPowerW?: number | undefined
  /** Narrower ranges of a device family. */
  ranges?: Partial<Record<QuantityName, { min: number; max: number }>>
}

export type Plausibility =
  | { kind: 'plausible'; values: Quantities; implausible: QuantityName[] }
  | { kind: 'garbage'; implausible: QuantityName[] }
  /** Every value is 0: the inverter had nothing to say yet (reference 5.2, 6). */
  | { kind: 'no_data' }

/** One pass, since it runs for every frame of the fleet; quantities without a value (undefined) are absent. */
export function checkPlausibility(values: Quantities, limits: PlausibilityLimits = {}): Plausibility {
  const kept: Quantities = {}
  const implausible: QuantityName[] = []
  let present = 0
  let allZero = true
  for (const name of Object.keys(values) as QuantityName[]) {
    const value = values[name]
    if (value === undefined) continue
    present += 1
    allZero &&= value === 0
    if (isPlausible(name, value, limits)) kept[name] = value
    else implausible.push(name)
  }
  if (allZero) return { kind: 'no_data' }
  const garbage = implausible.length >= GARBAGE_MIN_COUNT && implausible.length > present * GARBAGE_SHARE
  return garbage ? { kind: 'garbage', implausible } : { kind: 'plausible', values: kept, implausible }
}

export function isPlausible(name: QuantityName, value: number, limits: PlausibilityLimits = {}): boolean {
  const range = limits.ranges?.[name] ?? QUANTITIES[name]
  if (!(value >= range.min && value <= range.max)) return false
  if (name === 'grid_frequency_hz') return isGridFrequency(value)
  return withinRating(name, value, limits.ratedPowerW)
}

function isGridFrequency(value: number): boolean {
  return value === 0 || (value >= GRID_FREQUENCY_HZ.min && value <= GRID_FREQUENCY_HZ.max)
}

function withinRating(name: QuantityName, value: number, ratedPowerW: number | undefined): boolean {
  if (ratedPowerW === undefined || QUANTITIES[name].unit !== 'W') return true
  if (ratedPowerW < RATED_POWER_W.min || ratedPowerW > RATED_POWER_W.max) return true
  const share = name === 'ac_active_power_w' ? AC_POWER_SHARE : PV_POWER_SHARE
  return Math.abs(value) <= ratedPowerW * share + POWER_MARGIN_W
}
