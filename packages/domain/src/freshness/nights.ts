// When the sun is down at a place, for pictures: the same curve that judges loggers, without what is learned of any.
import { halfDayAboveMs, type Place, solarDay, solarDayNumber } from './solar-day.ts'

/** The upper edge of the sun on the horizon, as calendars count it: half its width, and refraction. */
const HORIZON_DEG = -0.833
/** Noons are not a day apart to the second: where the sun stays up, two days leave such a gap. */
const GAP_MS = 60_000

export interface Night {
  startMs: number
  endMs: number
}

/** The nights of a time, cut to it, in order; one that lasts for weeks is one. */
export function nightsBetween(place: Place, startMs: number, endMs: number): Night[] {
  const first = solarDayNumber(place.longitude, startMs) - 1
  const last = solarDayNumber(place.longitude, endMs) + 1
  const nights: Night[] = []
  let downMs = startMs
  const add = (untilMs: number) => {
    const night = { startMs: Math.max(startMs, downMs), endMs: Math.min(endMs, untilMs) }
    if (untilMs - downMs > GAP_MS && night.startMs < night.endMs) nights.push(night)
  }
  for (let day = first; day <= last; day += 1) {
    const sun = solarDay(place, day)
    const halfMs = halfDayAboveMs(sun, HORIZON_DEG)
    if (halfMs === 0) continue
    add(sun.noonMs - halfMs)
    downMs = Math.max(downMs, sun.noonMs + halfMs)
  }
  add(endMs)
  return nights
}
