// The rule for one energy counter: what may be published next, what is withheld, and when a new base is accepted.

/** Counters have steps of 0.1 kWh (today: 0.01); a fall by one step, and what binary fractions add to it, is rounding. */
const ROUNDING_KWH = 0.1001
/** Allowed beyond what the device can make in the time that passed: rounding, late readings. */
const GROWTH_MARGIN_KWH = 1
/** A new base (replaced board, factory reset, first base was damaged) shows itself in this many live readings in a row … */
export const RESET_MIN_READINGS = 3
/** … over at least this time; zeros after a start-up last one or two readings. */
export const RESET_MIN_DURATION_MS = 30 * 60_000
/** A total read from the wrong registers jumps by a multiple of 65,536 × 0.1 kWh (KB #309); it has to persist much longer. */
export const WRAP_STEP_KWH = 6_553.6
export const WRAP_MIN_DURATION_MS = 24 * 3_600_000
const WRAP_TOLERANCE_KWH = 50

export interface EnergyCounter {
  value: number
  atMs: number
  /** Local date of a daily counter's value, `2024-04-08`; null when it is not known. */
  day: string | null
  /** The day began with yesterday's value: one fall to the new day's count is still to come. */
  carried: boolean
  /** Live values in a row that do not follow from `value` but from each other. */
  candidate: { value: number; atMs: number; sinceMs: number; readings: number } | null
}

export interface EnergySample {
  value: number
  atMs: number
  /** null for a total, which knows no days, and for a daily counter of a device without a clock. */
  day: string | null
  /** Most that the device can make, kW. */
  maxPowerKw: number
}

export type CounterStep =
  | { kind: 'published'; value: number; next: EnergyCounter }
  /** Published too, and the start of a new base: the series may fall here. */
  | { kind: 'reset'; value: number; next: EnergyCounter }
  | { kind: 'withheld'; next: EnergyCounter }

export function stepCounter(last: EnergyCounter | null, sample: EnergySample): CounterStep {
  if (last === null) return published(sample.value, sample, { day: sample.day, carried: false })
  if (beginsDay(last, sample)) return published(sample.value, sample, { day: sample.day, carried: false })
  if (follows(last, sample)) {
    const day = isLaterDay(last, sample) ? sample.day : (last.day ?? sample.day)
    return published(Math.max(last.value, sample.value), sample, { day, carried: isCarried(last, sample) })
  }
  return suspect(last, sample)
}

/** Most that a counter can show at `atMs`, kWh, if it showed `last` before. */
export function highestValue(last: { value: number; atMs: number }, sample: EnergySample): number {
  const hours = Math.max(0, sample.atMs - last.atMs) / 3_600_000
  return last.value + GROWTH_MARGIN_KWH + hours * sample.maxPowerKw
}

/** A daily counter falls on a new date, or once later on if that date began with yesterday's value. */
function beginsDay(last: EnergyCounter, sample: EnergySample): boolean {
  const expected = isLaterDay(last, sample) || (last.carried && sample.day === last.day)
  return expected && sample.value < last.value
}

/** A date that goes back, or is missing, is a wrong clock and starts no day. */
function isLaterDay(last: EnergyCounter, sample: EnergySample): boolean {
  return last.day !== null && sample.day !== null && sample.day > last.day
}

/** A step forward that the device can have made, or rounding downwards. */
function follows(last: { value: number; atMs: number }, sample: EnergySample): boolean {
  return sample.value >= last.value - ROUNDING_KWH && sample.value <= highestValue(last, sample)
}

function isCarried(last: EnergyCounter, sample: EnergySample): boolean {
  if (!isLaterDay(last, sample)) return last.carried
  return sample.value > 0 && sample.value - last.value <= ROUNDING_KWH
}

/** Not what was expected: withheld until enough such values in a row agree with each other. */
function suspect(last: EnergyCounter, sample: EnergySample): CounterStep {
  const before = last.candidate
  const agrees = before !== null && follows(before, sample)
  const sinceMs = agrees ? before.sinceMs : sample.atMs
  const readings = agrees ? before.readings + 1 : 1
  const neededMs = isWrapJump(last.value, sample.value) ? WRAP_MIN_DURATION_MS : RESET_MIN_DURATION_MS
  if (readings >= RESET_MIN_READINGS && sample.atMs - sinceMs >= neededMs) {
    return { ...published(sample.value, sample, { day: sample.day, carried: false }), kind: 'reset' }
  }
  const candidate = { value: sample.value, atMs: sample.atMs, sinceMs, readings }
  return { kind: 'withheld', next: { ...last, candidate } }
}

/** Upwards by a multiple of 6,553.6 kWh, give or take what was made meanwhile. */
function isWrapJump(last: number, value: number): boolean {
  const jump = value - last
  const nearest = Math.round(jump / WRAP_STEP_KWH) * WRAP_STEP_KWH
  return nearest >= WRAP_STEP_KWH && Math.abs(jump - nearest) <= WRAP_TOLERANCE_KWH
}

function published(
  value: number,
  sample: EnergySample,
  { day, carried }: { day: string | null; carried: boolean },
): { kind: 'published'; value: number; next: EnergyCounter } {
  return { kind: 'published', value, next: { value, atMs: sample.atMs, day, carried, candidate: null } }
}
