// At which height of the sun a logger usually speaks first and last: learned from its days, with a default before enough are known.

/** Days that are remembered, and that count. */
export const RHYTHM_DAYS = 14
/** With fewer known days the default is a floor: a late wake-up may then not be the latest there is. */
const TRUSTED_DAYS = 5
/** Micro-inverters start at 1 to 6 degrees; a stranger is expected later, so that none is called missing wrongly. */
const DEFAULT_ELEVATION_DEG = 8
/** Three of 14 days may be spoilt (a damaged clock, an outage of ours) without any effect. */
const QUANTILE = 0.75
/** Nobody owes a word in less light; and whoever starts at noon every day is broken, not shaded. */
const LOWEST_DEG = 1
const HIGHEST_DEG = 25
/** A logger that speaks through dark nights lives on something else than sun. */
const ALWAYS_ON_SHARE = 0.75
/** It stops counting as always on after this many nights of silence. */
const ALWAYS_ON_RECENT_DAYS = 2

/** Height in an entry of a day that the logger spoke through, the dark night included; tenths of a degree. */
export const ANY_ELEVATION = -900

export interface Rhythm {
  /** Above this height it has usually spoken already in the morning; degrees. */
  wakeDeg: number
  /** Above this height it usually still speaks in the evening; degrees. */
  sleepDeg: number
  /** It speaks through dark nights. */
  alwaysOn: boolean
  daysKnown: number
}

/** Solar day, height at the first and at the last message of that day in tenths of a degree; one after the other. */
export type DayEntries = readonly number[]
export const ENTRY_FIELDS = 3

export const DEFAULT_RHYTHM: Rhythm = {
  wakeDeg: DEFAULT_ELEVATION_DEG,
  sleepDeg: DEFAULT_ELEVATION_DEG,
  alwaysOn: false,
  daysKnown: 0,
}

/** Uses the days of the last fortnight before `today` only; others stay in the list, see `addDay`. */
export function learnRhythm(entries: DayEntries, today: number): Rhythm {
  const wakes: number[] = []
  const sleeps: number[] = []
  let through = 0
  let recentThrough = false
  for (let at = 0; at < entries.length; at += ENTRY_FIELDS) {
    const age = today - entries[at]!
    if (age < 1 || age > RHYTHM_DAYS) continue
    wakes.push(entries[at + 1]! / 10)
    sleeps.push(entries[at + 2]! / 10)
    const isThrough = entries[at + 1] === ANY_ELEVATION
    if (isThrough) through += 1
    if (isThrough && age <= ALWAYS_ON_RECENT_DAYS) recentThrough = true
  }
  const daysKnown = wakes.length
  return {
    wakeDeg: usual(wakes),
    sleepDeg: usual(sleeps),
    alwaysOn: recentThrough && through >= Math.max(TRUSTED_DAYS, ALWAYS_ON_SHARE * daysKnown),
    daysKnown,
  }
}

/**
 * A day that is known already (our clock jumped there and back) is joined with what was seen before. The entry written
 * first goes first, whatever its date: a clock that jumps ahead by years costs one entry and not the whole rhythm.
 */
export function addDay(
  entries: DayEntries,
  { day, wakeDeg, sleepDeg }: { day: number; wakeDeg: number; sleepDeg: number },
): DayEntries {
  const [wake, sleep] = [Math.round(wakeDeg * 10), Math.round(sleepDeg * 10)]
  for (let at = 0; at < entries.length; at += ENTRY_FIELDS) {
    if (entries[at] !== day) continue
    const joined = [day, Math.min(wake, entries[at + 1]!), Math.min(sleep, entries[at + 2]!)]
    return entries.toSpliced(at, ENTRY_FIELDS, ...joined)
  }
  return [...entries, day, wake, sleep].slice(-RHYTHM_DAYS * ENTRY_FIELDS)
}

function usual(elevations: number[]): number {
  if (elevations.length === 0) return DEFAULT_ELEVATION_DEG
  const sorted = elevations.toSorted((a, b) => a - b)
  const found = sorted[Math.ceil(QUANTILE * sorted.length) - 1]!
  const bounded = Math.max(LOWEST_DEG, Math.min(HIGHEST_DEG, found))
  return elevations.length < TRUSTED_DAYS ? Math.max(DEFAULT_ELEVATION_DEG, bounded) : bounded
}
