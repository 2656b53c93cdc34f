// What is remembered of one logger: when it was heard last, what this solar day showed, and its days before.
import type { FreshnessLogger } from './logger.ts'
import { placeOf } from './logger.ts'
import { ANY_ELEVATION, addDay, type DayEntries, DEFAULT_RHYTHM, learnRhythm, type Rhythm } from './rhythm.ts'
import {
  elevationDeg,
  type Place,
  type SolarDay,
  solarDay,
  solarDayNumber,
  solarDayStartMs,
} from './solar-day.ts'

const MINUTE_MS = 60_000
const DAY_MINUTES = 1_440
const OCTANT_MINUTES = 180
const ALL_OCTANTS = 0xff
/** Heard so near to solar midnight means awake at midnight. */
const MIDNIGHT_MINUTES = 60
/** End of civil twilight: no module feeds a logger below it. */
const DARK_DEG = -6
/** Awake at a bright midnight: it would have stood this much less sun, at the least. */
const UNSEEN_MARGIN_DEG = 2
/** Corrections of a typed coordinate by less than this are the same place, degrees. */
const SAME_PLACE_DEG = 0.5
/** Stands in for a logger without coordinates, which is never judged by the sun. */
const NOWHERE: Place = { latitude: 0, longitude: 0 }

/** Plain data, so that it can be kept across restarts as JSON (about 450 bytes). Minutes count from mean solar midnight. */
export interface LoggerTrack extends Place {
  /** Receipt of the latest message by our clock, which may have been wrong then; ms. */
  heardMs: number
  /** It was heard at this later time before, so our clock went back, then or now; null: it did not. */
  aheadMs: number | null
  /** Solar day of the fields below. */
  day: number
  firstMinute: number
  lastMinute: number
  /** One bit for each eighth of the day in which it was heard. */
  octants: number
  /** As learned before `day`. */
  rhythm: Rhythm
  days: DayEntries
}

/**
 * Call it for each message of any kind, buffered ones too: whoever sends them has power now. Constant time; the sun is
 * asked once per solar day. Other coordinates than before start a new rhythm.
 */
export function observeContact(
  track: LoggerTrack | null,
  logger: Pick<FreshnessLogger, 'latitude' | 'longitude'>,
  heardMs: number,
): LoggerTrack {
  const place = placeOf(logger) ?? NOWHERE
  const day = solarDayNumber(place.longitude, heardMs)
  const minute = minuteOfDay(heardMs - solarDayStartMs(place.longitude, day))
  const octant = 1 << Math.floor(minute / OCTANT_MINUTES)
  const aheadMs = latestBefore(track, heardMs)
  const today = { heardMs, aheadMs, day, firstMinute: minute, lastMinute: minute, octants: octant }
  if (track === null || !isSamePlace(track, place)) {
    return {
      latitude: place.latitude,
      longitude: place.longitude,
      ...today,
      rhythm: DEFAULT_RHYTHM,
      days: [],
    }
  }
  if (day !== track.day) {
    const days = closeDay(track)
    return { ...track, ...today, rhythm: learnRhythm(days, day), days }
  }
  return {
    ...track,
    heardMs,
    aheadMs,
    firstMinute: Math.min(track.firstMinute, minute),
    lastMinute: Math.max(track.lastMinute, minute),
    octants: track.octants | octant,
  }
}

export function isSamePlace(one: Place, other: Place): boolean {
  const apart = Math.abs(one.longitude - other.longitude)
  return (
    Math.abs(one.latitude - other.latitude) < SAME_PLACE_DEG && Math.min(apart, 360 - apart) < SAME_PLACE_DEG
  )
}

export function firstHeardMs(track: LoggerTrack): number {
  return solarDayStartMs(track.longitude, track.day) + track.firstMinute * MINUTE_MS
}

function latestBefore(track: LoggerTrack | null, heardMs: number): number | null {
  if (track === null) return null
  const latestMs = Math.max(track.heardMs, track.aheadMs ?? track.heardMs)
  return latestMs > heardMs ? latestMs : null
}

/** Rounding of the longitude can put a moment a hair outside of its day. */
function minuteOfDay(afterMidnightMs: number): number {
  return Math.max(0, Math.min(DAY_MINUTES - 1, Math.floor(afterMidnightMs / MINUTE_MS)))
}

/** A day that does not reach over noon (a repair, an outage, a clock that jumped) shows no rhythm and leaves no entry. */
function closeDay(track: LoggerTrack): DayEntries {
  const sun = solarDay(track, track.day)
  const [firstMs, lastMs] = [firstHeardMs(track), sun.startMs + track.lastMinute * MINUTE_MS]
  if (!(firstMs < sun.noonMs && lastMs > sun.noonMs)) return track.days
  const fromMidnight = track.firstMinute < MIDNIGHT_MINUTES
  const untilMidnight = track.lastMinute >= DAY_MINUTES - MIDNIGHT_MINUTES
  const isThrough = fromMidnight && untilMidnight && track.octants === ALL_OCTANTS
  if (isThrough && sun.midnightDeg < DARK_DEG) {
    return addDay(track.days, { day: track.day, wakeDeg: ANY_ELEVATION / 10, sleepDeg: ANY_ELEVATION / 10 })
  }
  return addDay(track.days, {
    day: track.day,
    wakeDeg: stoodDeg(sun, firstMs, fromMidnight),
    sleepDeg: stoodDeg(sun, lastMs, untilMidnight),
  })
}

function stoodDeg(sun: SolarDay, atMs: number, wasAwakeAtMidnight: boolean): number {
  const degrees = elevationDeg(sun, atMs)
  return wasAwakeAtMidnight ? Math.min(degrees, sun.midnightDeg) - UNSEEN_MARGIN_DEG : degrees
}
