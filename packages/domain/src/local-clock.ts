// The wall clock of an inverter: a date and time without a zone.

/** True for text like `2024-04-08T17:09:01` that is a real date; replays with day 0 or month 15 exist (reference 4.6). */
export function isLocalClock(value: unknown): value is string {
  if (typeof value !== 'string' || !/^20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d$/.test(value)) return false
  const date = new Date(`${value}Z`)
  return !Number.isNaN(date.getTime()) && date.toISOString().slice(0, value.length) === value
}
