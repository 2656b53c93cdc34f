// Says how an inverter is doing from the age of its last reading and its upload interval; night comes with a later issue.
export const INVERTER_STATES = ['live', 'late', 'silent', 'never_seen'] as const
export type InverterFreshness = (typeof INVERTER_STATES)[number]

/** One upload may be lost and its two repeats come 11 s apart. */
const LIVE_INTERVALS = 2
const LIVE_GRACE_S = 30
const LATE_INTERVALS = 10

/** `ageS` null: nothing was ever received. */
export function freshness(ageS: number | null, uploadIntervalS: number): InverterFreshness {
  if (ageS === null) return 'never_seen'
  if (ageS <= LIVE_INTERVALS * uploadIntervalS + LIVE_GRACE_S) return 'live'
  return ageS <= LATE_INTERVALS * uploadIntervalS + LIVE_GRACE_S ? 'late' : 'silent'
}

/** A logger whose clock runs ahead is not from the future: its age is 0. */
export function ageInS(then: Date, now: Date): number {
  return Math.max(0, Math.round((now.getTime() - then.getTime()) / 1000))
}

const dayFormats = new Map<string, Intl.DateTimeFormat>()

/** The counter of "today" belongs to the day of the site, not of the server. */
export function isSameDay(left: Date, right: Date, timezone: string): boolean {
  let format = dayFormats.get(timezone)
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-CA', { timeZone: timezone, dateStyle: 'short' })
    dayFormats.set(timezone, format)
  }
  return format.format(left) === format.format(right)
}
