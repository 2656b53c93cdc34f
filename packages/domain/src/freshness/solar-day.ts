// The sun's course over one solar day at one place: two heights from suncalc and the cosine between them.
import { getPosition, getTimes } from 'suncalc'

export const DAY_MS = 86_400_000
const DEGREE = Math.PI / 180
/** Next to the poles the sun neither rises nor sinks within a day. */
const LEAST_SWING = 1e-6

export interface Place {
  /** Degrees north. */
  latitude: number
  /** Degrees east. */
  longitude: number
}

/** Civil time does not enter, so clock changes and leap days do not exist here. Heights are apparent ones, degrees. */
export interface SolarDay {
  /** Days since 1970 by mean solar time at the place. */
  day: number
  /** Mean solar midnight. */
  startMs: number
  /** True solar noon, up to 16 minutes off the mean one. */
  noonMs: number
  noonDeg: number
  midnightDeg: number
}

export function solarDayNumber(longitude: number, atMs: number): number {
  return Math.floor((atMs + solarShiftMs(longitude)) / DAY_MS)
}

export function solarDayStartMs(longitude: number, day: number): number {
  return day * DAY_MS - solarShiftMs(longitude)
}

export function solarDay(place: Place, day: number): SolarDay {
  const startMs = solarDayStartMs(place.longitude, day)
  const noonMs = startMs + DAY_MS / 2 + equationOfTimeMs(day)
  return {
    day,
    startMs,
    noonMs,
    noonDeg: heightDeg(place, noonMs),
    midnightDeg: heightDeg(place, noonMs - DAY_MS / 2),
  }
}

/** By the cosine; within 0.6° of suncalc, and the rhythm is learned by the same curve that it is later held against. */
export function elevationDeg(sun: SolarDay, atMs: number): number {
  const { middle, swing } = curve(sun)
  const sine = middle + swing * Math.cos(((atMs - sun.noonMs) / DAY_MS) * 2 * Math.PI)
  return Math.asin(Math.max(-1, Math.min(1, sine))) / DEGREE
}

/** How long before, and after, noon the sun stands above a height: 0 to half a day, ms. */
export function halfDayAboveMs(sun: SolarDay, degrees: number): number {
  const { middle, swing } = curve(sun)
  const lack = Math.sin(degrees * DEGREE) - middle
  if (swing < LEAST_SWING) return lack < 0 ? DAY_MS / 2 : 0
  const cosine = Math.max(-1, Math.min(1, lack / swing))
  return (Math.acos(cosine) / (2 * Math.PI)) * DAY_MS
}

/** sin(height) = middle + swing · cos(hour angle), with sin φ sin δ and cos φ cos δ taken from the two heights. */
function curve({ noonDeg, midnightDeg }: SolarDay): { middle: number; swing: number } {
  const [top, bottom] = [Math.sin(noonDeg * DEGREE), Math.sin(midnightDeg * DEGREE)]
  return { middle: (top + bottom) / 2, swing: (top - bottom) / 2 }
}

/** Of the days asked for lately: a fleet asks for the same two or three all the time, and suncalc needs 6 µs for one. */
const equations = new Map<number, number>()
const MAX_EQUATIONS = 64

/** True noon minus mean noon; the same for every place on a day to within 30 s. */
function equationOfTimeMs(day: number): number {
  const known = equations.get(day)
  if (known !== undefined) return known
  const meanNoonMs = day * DAY_MS + DAY_MS / 2
  const equationMs = getTimes(new Date(meanNoonMs), 0, 0).solarNoon.getTime() - meanNoonMs
  if (equations.size >= MAX_EQUATIONS) equations.clear()
  equations.set(day, equationMs)
  return equationMs
}

function heightDeg({ latitude, longitude }: Place, atMs: number): number {
  return getPosition(new Date(atMs), latitude, longitude).altitude
}

function solarShiftMs(longitude: number): number {
  return (longitude / 360) * DAY_MS
}
