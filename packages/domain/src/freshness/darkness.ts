// How far weak light excuses a silent logger: the sun that must stand before its silence counts, and for how many days.
import type { AwakeWindow } from './awake-window.ts'
import { type Candidate, LONGEST_DARKNESS_MS, type Moment, type Sky, windowOn } from './candidate.ts'
import type { Light, Testimony } from './neighbours.ts'
import { DAY_MS, elevationDeg, type SolarDay } from './solar-day.ts'

/** A logger that has not spoken today: dense clouds and snow still starve it up to this height, degrees. */
const DARK_DEG = 20
const DARK_EXTRA_DEG = 10
/** One that has spoken today: its light was enough, so only the end of the day and a storm can take it away. */
const EVENING_EXTRA_DEG = 6
/** Never more than this share of the height at noon: who falls silent at noon is missing in winter too. */
const EVENING_NOON_SHARE = 0.6
/** On a dark day it falls silent at about the height at which it woke; and it wakes at about that of its neighbours. */
const SAME_DAY_EXTRA_DEG = 2
/** Without a neighbour who confirms the darkness: three dark days and the nights around them. */
const LONGEST_DOUBT_MS = 3.5 * DAY_MS
/** Where neighbours speak, the excuse is no more than the extra sun that they needed; it may follow a dark week. */
const LONGEST_SILENCE_MS: Record<Light, number> = {
  light: Number.POSITIVE_INFINITY,
  dark: LONGEST_DARKNESS_MS,
  doubt: LONGEST_DOUBT_MS,
}

/** The part of its time in which silence counts; null: the sun does not get high enough today. */
export interface Excuse {
  window: AwakeWindow | null
  isConfirmed: boolean
}

/** Null: no excuse, silence counts from its usual time. */
export function excuseOf(
  candidate: Candidate,
  sky: Sky,
  testimony: Testimony,
  moment: Moment,
): Excuse | null {
  const { light, delayDeg } = testimony
  const isConfirmed = light === 'dark'
  if (moment.nowMs - candidate.heardMs > LONGEST_SILENCE_MS[light]) return null
  if (sky.hasSpokenToday) {
    return { window: brightEvening(candidate, sky, sky.today, light, moment), isConfirmed }
  }
  if (fellSilentInDaylight(candidate, sky, moment)) return null
  const enough = (usualDeg: number) => Math.max(DARK_DEG, usualDeg + DARK_EXTRA_DEG)
  const asForOthers = (usualDeg: number) =>
    Math.min(enough(usualDeg), usualDeg + delayDeg + SAME_DAY_EXTRA_DEG)
  return {
    window: windowAbove(light === 'light' ? asForOthers : enough, candidate, sky, sky.today, moment),
    isConfirmed,
  }
}

/** It did not go to sleep on the last day it spoke, it stopped: no darkness explains its silence on the next ones. */
function fellSilentInDaylight(candidate: Candidate, sky: Sky, moment: Moment): boolean {
  const lastDay = moment.suns.find(candidate.logger.siteId, sky.place, sky.heardDay)
  const window = brightEvening(candidate, sky, lastDay, 'doubt', moment)
  return window !== null && candidate.heardMs < window.untilMs - candidate.patience.missingMs
}

/** For a day on which it has spoken: light enough for it beyond doubt. */
function brightEvening(
  candidate: Candidate,
  sky: Sky,
  sun: SolarDay,
  light: Light,
  moment: Moment,
): AwakeWindow | null {
  const wokeDeg = Math.min(DARK_DEG, elevationDeg(sun, sky.firstMs) + SAME_DAY_EXTRA_DEG)
  const extraDeg = light === 'light' ? 0 : EVENING_EXTRA_DEG
  const enough = (usualDeg: number) =>
    Math.max(usualDeg, wokeDeg, Math.min(usualDeg + extraDeg, EVENING_NOON_SHARE * sun.noonDeg))
  return windowAbove(enough, candidate, sky, sun, moment)
}

function windowAbove(
  enough: (usualDeg: number) => number,
  candidate: Candidate,
  { place }: Sky,
  { day }: SolarDay,
  moment: Moment,
): AwakeWindow | null {
  const { wakeDeg, sleepDeg } = candidate.rhythm
  return windowOn(candidate, place, day, moment, { wakeDeg: enough(wakeDeg), sleepDeg: enough(sleepDeg) })
}
