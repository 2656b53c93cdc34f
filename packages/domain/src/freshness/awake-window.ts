// The part of a solar day in which a logger that lives on sunlight has to speak.
import { DAY_MS, halfDayAboveMs, type SolarDay } from './solar-day.ts'

/** From the usual wake-up on, and before the usual end, it may still be one of its slow days. */
const MARGIN_MS = 30 * 60_000
/** On days that hardly reach the height, half a degree of error is more than an hour: too short to owe anything. */
const SHORTEST_MS = 2 * 3_600_000
/** Where polar night is near, yesterday says little about today: an hour more or less is a fraction of a degree. */
const LEAST_NOON_DEG = 5
const HALF_DAY_MS = DAY_MS / 2

export interface AwakeWindow {
  fromMs: number
  untilMs: number
}

/** Null: the sun does not get high enough on that day. `dayBefore` is asked for only where the sun stays up at midnight. */
export function awakeWindow(
  sun: SolarDay,
  dayBefore: () => SolarDay,
  { wakeDeg, sleepDeg }: { wakeDeg: number; sleepDeg: number },
): AwakeWindow | null {
  if (sun.noonDeg < LEAST_NOON_DEG) return null
  const beforeNoonMs = halfDayAboveMs(sun, wakeDeg)
  const afterNoonMs = halfDayAboveMs(sun, sleepDeg)
  const fromMs =
    beforeNoonMs < HALF_DAY_MS
      ? sun.noonMs - beforeNoonMs + MARGIN_MS
      : startOfBrightNight(sun, dayBefore(), sleepDeg)
  const untilMs = afterNoonMs < HALF_DAY_MS ? sun.noonMs + afterNoonMs - MARGIN_MS : sun.startMs + DAY_MS
  return untilMs - fromMs < SHORTEST_MS ? null : { fromMs, untilMs }
}

/** The sun stays up: awake since yesterday, unless it was too low yesterday evening. */
function startOfBrightNight(sun: SolarDay, before: SolarDay, sleepDeg: number): number {
  const wasAwake = halfDayAboveMs(before, sleepDeg) >= HALF_DAY_MS
  return wasAwake ? sun.startMs - DAY_MS : sun.startMs + MARGIN_MS
}
