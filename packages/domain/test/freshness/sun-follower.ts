// Loggers that live on sunlight, made with suncalc alone and none of the code under test: when each is awake on a day.
import { getPosition } from 'suncalc'

export const MINUTE_MS = 60_000
export const HOUR_MS = 60 * MINUTE_MS
export const DAY_MS = 24 * HOUR_MS
const SEARCH_STEP_MS = 10 * MINUTE_MS
const PRECISION_MS = 5_000

export interface Awake {
  fromMs: number
  untilMs: number
}

export interface SunFollower {
  latitude: number
  longitude: number
  /** Height of the sun that it needs, degrees. */
  neededDeg: number
  /** It wakes and sleeps up to so much earlier or later; ms. */
  noiseMs: number
  /** Evenly spread over every day, or all of it for so many days in a row: what was learned is then always wrong. */
  noiseDays?: number
  seed: number
  /** Height that it needs more on a dark day, degrees. */
  darkDeg?: (day: number) => number
}

/** Null: it does not wake on that day. `day` counts mean solar days at its longitude since 1970. */
export function awakeOn(follower: SunFollower, day: number): Awake | null {
  const neededDeg = follower.neededDeg + (follower.darkDeg?.(day) ?? 0)
  const startMs = day * DAY_MS - (follower.longitude / 360) * DAY_MS
  const noonMs = startMs + DAY_MS / 2
  const isEnough = (atMs: number) => heightDeg(follower, atMs) > neededDeg
  if (!isEnough(noonMs)) return null
  const noise = (side: number) => noiseShare(follower, day, side) * follower.noiseMs
  const dawnMs = edge(noonMs, startMs, isEnough)
  const duskMs = edge(noonMs, startMs + DAY_MS, isEnough)
  const fromMs = dawnMs === null ? startMs : dawnMs + noise(0)
  const untilMs = duskMs === null ? startMs + DAY_MS : duskMs + noise(1)
  return fromMs < untilMs ? { fromMs, untilMs } : null
}

export function heightDeg(
  { latitude, longitude }: Pick<SunFollower, 'latitude' | 'longitude'>,
  atMs: number,
) {
  return getPosition(new Date(atMs), latitude, longitude).altitude
}

export function solarDayAt(longitude: number, atMs: number): number {
  return Math.floor(atMs / DAY_MS + longitude / 360)
}

export function solarNoonMs(longitude: number, day: number): number {
  return (day + 0.5 - longitude / 360) * DAY_MS
}

/** Evenly spread from 0 to 1, the same for the same numbers (the mixing steps of mulberry32). */
export function chance(seed: number, index: number): number {
  const state = (Math.imul(seed, 0x9e3779b1) + Math.imul(index + 1, 0x6d2b79f5)) | 0
  let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
  mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
}

function noiseShare({ seed, noiseDays }: SunFollower, day: number, side: number): number {
  if (noiseDays === undefined) return chance(seed, day * 2 + side) * 2 - 1
  return chance(seed, Math.floor(day / noiseDays) * 2 + side) < 0.5 ? -1 : 1
}

/** Where enough light ends on the way from noon; null: not before the end. */
function edge(noonMs: number, endMs: number, isEnough: (atMs: number) => boolean): number | null {
  const step = endMs < noonMs ? -SEARCH_STEP_MS : SEARCH_STEP_MS
  for (let atMs = noonMs + step; Math.abs(atMs - noonMs) <= DAY_MS / 2; atMs += step) {
    if (isEnough(atMs)) continue
    let [bright, dark] = [atMs - step, atMs]
    while (Math.abs(dark - bright) > PRECISION_MS) {
      const middle = (bright + dark) / 2
      if (isEnough(middle)) bright = middle
      else dark = middle
    }
    return bright
  }
  return null
}
