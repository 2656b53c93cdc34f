// Times at which an axis has a mark: round ones, in the time of the reader.

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const STEPS_MS = [
  1_000,
  5_000,
  15_000,
  30_000,
  MINUTE_MS,
  2 * MINUTE_MS,
  5 * MINUTE_MS,
  10 * MINUTE_MS,
  15 * MINUTE_MS,
].concat([30 * MINUTE_MS, HOUR_MS, 2 * HOUR_MS, 3 * HOUR_MS, 6 * HOUR_MS, 12 * HOUR_MS, 24 * HOUR_MS])

/** `offsetMinutes` as `Date.getTimezoneOffset` gives it; at most `most` marks. */
export function timeTicks(startMs: number, endMs: number, most: number, offsetMinutes = 0): number[] {
  const step = STEPS_MS.find(one => (endMs - startMs) / one <= most) ?? Math.ceil((endMs - startMs) / most)
  const shift = offsetMinutes * MINUTE_MS
  const first = Math.ceil((startMs - shift) / step) * step + shift
  const count = Math.max(0, Math.floor((endMs - first) / step) + 1)
  return Array.from({ length: count }, (_, index) => first + index * step)
}
