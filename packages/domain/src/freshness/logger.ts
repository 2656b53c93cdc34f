// What freshness has to know of a registered logger, and the limits of patience with it.
import type { Place } from './solar-day.ts'

/** The vendor's default, see reference solarman-v5.md 3.3; for a logger registered without one. */
const DEFAULT_INTERVAL_S = 300

export interface FreshnessLogger {
  loggerSerial: number
  /** Null: belongs to no site; it has no neighbours there and enters no sum of a site. */
  siteId: number | string | null
  latitude: number | null
  longitude: number | null
  hasBattery: boolean
  /** The logger is fed by the grid, as in string inverters with a standby supply; absent: by the modules. */
  mainsPowered?: boolean
  uploadIntervalS: number | null
}

export interface FreshnessLimits {
  /** Live: heard within so many intervals and the grace. */
  liveIntervals: number
  /** Time for the repeats of a frame, 11 s apart (reference solarman-v5.md 3.4), ms. */
  retryGraceMs: number
  /** Late: silent for more than so many intervals while it should speak. */
  lateIntervals: number
  /** Missing: silent for more than this while it should speak, ms; never before it was late for an interval. */
  missingAfterMs: number
}

export const DEFAULT_FRESHNESS_LIMITS: FreshnessLimits = {
  liveIntervals: 2,
  retryGraceMs: 30_000,
  lateIntervals: 3,
  missingAfterMs: 3_600_000,
}

export interface Patience {
  liveMs: number
  lateMs: number
  missingMs: number
}

/** The limits for one logger; one that uploads every half hour cannot be missing after an hour. */
export function patienceWith(logger: FreshnessLogger, limits: FreshnessLimits): Patience {
  const intervalS = logger.uploadIntervalS ?? 0
  const intervalMs = (intervalS > 0 ? intervalS : DEFAULT_INTERVAL_S) * 1_000
  const lateMs = limits.lateIntervals * intervalMs
  return {
    liveMs: limits.liveIntervals * intervalMs + limits.retryGraceMs,
    lateMs,
    missingMs: Math.max(limits.missingAfterMs, lateMs + intervalMs),
  }
}

/** Null without coordinates: nothing can be said about its sun. */
export function placeOf({
  latitude,
  longitude,
}: Pick<FreshnessLogger, 'latitude' | 'longitude'>): Place | null {
  return isWithin(latitude, 90) && isWithin(longitude, 180) ? { latitude, longitude } : null
}

function isWithin(value: number | null, limit: number): value is number {
  return value !== null && Math.abs(value) <= limit
}
