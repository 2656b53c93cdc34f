// Keeps the energy counters of one inverter from falling or leaping when the device says something it cannot mean.
import {
  type CounterStep,
  type EnergyCounter,
  type EnergySample,
  highestValue,
  stepCounter,
} from './energy-counter.ts'
import type { Quantities } from './message.ts'
import { QUANTITIES, QUANTITY_NAMES, type QuantityName } from './quantities.ts'

/** For a device that does not say its rated power: the largest of the fleet. */
const LARGEST_POWER_W = 110_000
const POWER_SHARE = 1.1

/** Plain data, so that it can be kept across restarts as JSON. */
export interface EnergyState {
  inverterSerial: string
  counters: Partial<Record<QuantityName, EnergyCounter>>
}

export interface EnergyInput {
  inverterSerial: string
  /** Acquisition time, or time of receipt where that is unknown, ms. */
  atMs: number
  /** Date by the inverter's clock, else by the site's, `2024-04-08`: "today" follows it. */
  localDay: string | null
  buffered: boolean
  values: Quantities
  ratedPowerW?: number | undefined
}

export interface GuardedEnergy {
  /** All values of the input without the withheld ones; a total that fell by rounding keeps its last value. */
  values: Quantities
  withheld: QuantityName[]
  /** Counters that start from a new base here. */
  resets: QuantityName[]
  state: EnergyState | null
}

/**
 * Totals are published only when above 0 and never below the last of the same inverter serial; "today" falls on a new local day only.
 * Another serial is another device and starts afresh. A value that persists (see energy-counter.ts) becomes the new base.
 * Buffered records are older than the state: they are held against it and never change it.
 * Sources: reference solarman-v5.md 4.2 (last note), 5.3, 6.
 */
export function guardEnergy(previous: EnergyState | null, current: EnergyInput): GuardedEnergy {
  const known = previous?.inverterSerial === current.inverterSerial ? previous : null
  const result: GuardedEnergy = { values: { ...current.values }, withheld: [], resets: [], state: known }
  const counters = { ...known?.counters }
  for (const name of QUANTITY_NAMES) {
    const value = current.values[name]
    if (value === undefined || QUANTITIES[name].kind === 'gauge') continue
    const verdict = judge(name, value, current, counters[name])
    if (verdict.next !== undefined) counters[name] = verdict.next
    if (verdict.kind === 'reset') result.resets.push(name)
    if (verdict.kind === 'withheld') {
      result.withheld.push(name)
      delete result.values[name]
    } else {
      result.values[name] = verdict.value
    }
  }
  if (!current.buffered) result.state = { inverterSerial: current.inverterSerial, counters }
  return result
}

type Verdict =
  | CounterStep
  | { kind: 'published'; value: number; next: undefined }
  | { kind: 'withheld'; next: undefined }

function judge(
  name: QuantityName,
  value: number,
  current: EnergyInput,
  last: EnergyCounter | undefined,
): Verdict {
  if (value === 0 && isTotal(name)) return { kind: 'withheld', next: undefined }
  if (!current.buffered) return stepCounter(last ?? null, sample(name, value, current))
  const fits = last === undefined || fitsBefore(name, value, current, last)
  return fits ? { kind: 'published', value, next: undefined } : { kind: 'withheld', next: undefined }
}

/** An earlier record of the same day, or any earlier total, cannot be above the latest live one. */
function fitsBefore(name: QuantityName, value: number, current: EnergyInput, last: EnergyCounter): boolean {
  const comparable = isTotal(name) || (last.day !== null && last.day === current.localDay)
  return !comparable || value <= highestValue(last, sample(name, value, current))
}

function sample(name: QuantityName, value: number, current: EnergyInput): EnergySample {
  return {
    value,
    atMs: current.atMs,
    day: isTotal(name) ? null : current.localDay,
    maxPowerKw: ((current.ratedPowerW ?? LARGEST_POWER_W) * POWER_SHARE) / 1_000,
  }
}

function isTotal(name: QuantityName): boolean {
  return QUANTITIES[name].kind === 'total_counter'
}
