// All that is known of one logger at the moment of an evaluation, before its neighbours are asked.
import { type AwakeWindow, awakeWindow } from './awake-window.ts'
import { type FreshnessLimits, type FreshnessLogger, type Patience, patienceWith, placeOf } from './logger.ts'
import type { Witness } from './neighbours.ts'
import { DEFAULT_RHYTHM, RHYTHM_DAYS, type Rhythm } from './rhythm.ts'
import { DAY_MS, elevationDeg, type Place, type SolarDay, solarDayNumber } from './solar-day.ts'
import type { SunTable } from './sun-table.ts'
import { firstHeardMs, isSamePlace, type LoggerTrack } from './track.ts'
import type { Expectation } from './verdict.ts'
import { heardByClock } from './watch.ts'

/** A dark week and a dark day on either side: longer silence is not explained by darkness, and proves nothing about the light either. */
export const LONGEST_DARKNESS_MS = 9 * DAY_MS

export interface Moment {
  nowMs: number
  /** Since when silence counts, see `Watch`. */
  sinceMs: number
  limits: FreshnessLimits
  suns: SunTable
}

export interface Candidate {
  logger: FreshnessLogger
  patience: Patience
  heardMs: number
  rhythm: Rhythm
  expectation: Expectation
  isAlwaysOn: boolean
  hasMoved: boolean
  /** Null without coordinates. */
  sky: Sky | null
}

export interface Sky {
  place: Place
  today: SolarDay
  /** Its time to speak on this day. */
  window: AwakeWindow | null
  hasSpokenToday: boolean
  /** Solar day on which it was heard last, and its first message of that day, ms. */
  heardDay: number
  firstMs: number
}

export function candidateOf(logger: FreshnessLogger, track: LoggerTrack, moment: Moment): Candidate {
  const place = placeOf(logger)
  const day = place === null ? 0 : solarDayNumber(place.longitude, moment.nowMs)
  const hasMoved = place !== null && !isSamePlace(track, place)
  const isUsable = !hasMoved && Math.abs(day - track.day) <= RHYTHM_DAYS
  const rhythm = isUsable ? track.rhythm : DEFAULT_RHYTHM
  const expectation = expectationOf(logger, rhythm)
  const heardMs = heardByClock(track, moment.nowMs, moment.sinceMs)
  return {
    logger,
    patience: patienceWith(logger, moment.limits),
    heardMs,
    rhythm,
    expectation,
    isAlwaysOn: expectation !== 'learned' && expectation !== 'default',
    hasMoved,
    sky: place === null ? null : skyOf({ logger, track, place, day, rhythm, moment }),
  }
}

export function isInWindow(window: AwakeWindow | null, nowMs: number): boolean {
  return window !== null && nowMs >= window.fromMs && nowMs <= window.untilMs
}

/** Null for a logger that says nothing about the light: it lives on something else, or is long gone. */
export function witnessOf(candidate: Candidate, nowMs: number): Witness | null {
  const { logger, sky, heardMs, patience } = candidate
  if (sky === null || candidate.isAlwaysOn || candidate.hasMoved) return null
  if (nowMs - heardMs > LONGEST_DARKNESS_MS) return null
  return {
    siteId: logger.siteId,
    place: sky.place,
    hasSpokenToday: sky.hasSpokenToday,
    isInTime: isInWindow(sky.window, nowMs),
    isSpeaking: nowMs - heardMs <= patience.lateMs,
    delayDeg: sky.hasSpokenToday
      ? Math.max(0, elevationDeg(sky.today, sky.firstMs) - candidate.rhythm.wakeDeg)
      : 0,
  }
}

/** Its time to speak on a solar day, by its rhythm or by other heights of the sun. */
export function windowOn(
  { logger, rhythm }: Pick<Candidate, 'logger' | 'rhythm'>,
  place: Place,
  day: number,
  { suns }: Moment,
  heights: Pick<Rhythm, 'wakeDeg' | 'sleepDeg'> = rhythm,
): AwakeWindow | null {
  const sunOf = (one: number) => suns.find(logger.siteId, place, one)
  return awakeWindow(sunOf(day), () => sunOf(day - 1), heights)
}

function expectationOf(logger: FreshnessLogger, rhythm: Rhythm): Expectation {
  if (logger.hasBattery) return 'battery'
  if (logger.mainsPowered === true) return 'mains'
  if (rhythm.alwaysOn) return 'learned_always_on'
  return rhythm.daysKnown > 0 ? 'learned' : 'default'
}

interface SkyInput {
  logger: FreshnessLogger
  track: LoggerTrack
  place: Place
  day: number
  rhythm: Rhythm
  moment: Moment
}

function skyOf({ logger, track, place, day, rhythm, moment }: SkyInput): Sky {
  const today = moment.suns.find(logger.siteId, place, day)
  const window = windowOn({ logger, rhythm }, place, day, moment)
  const hasSpokenToday = track.day === day && track.heardMs <= moment.nowMs
  return { place, today, window, hasSpokenToday, heardDay: track.day, firstMs: firstHeardMs(track) }
}
