// Clouds, temperature and grid wobble at a site: smooth, seeded, and a function of time alone.
import { noiseAt, seedOf } from '../random.ts'
import type { Place } from './sun.ts'

const MINUTE_MS = 60_000
const DAY_MS = 86_400_000
/** Under the thickest clouds about an eighth of the clear-sky light is left. */
const DARKEST_SHARE = 0.12

/** Value noise: random heights on a lattice of `periodMs`, joined by a smooth curve; result in [0, 1). */
export function smoothNoise(seed: number, atMs: number, periodMs: number): number {
  const step = Math.floor(atMs / periodMs)
  const part = atMs / periodMs - step
  const ease = part * part * (3 - 2 * part)
  return noiseAt(seed, step) * (1 - ease) + noiseAt(seed, step + 1) * ease
}

/**
 * The share of clear-sky light that reaches the ground, 0.12 … 1. Days differ (first term), fronts pass in hours
 * (second), single clouds in minutes (third) and only on days that have any.
 */
export function clearShare(siteSeed: number, atMs: number): number {
  const day = smoothNoise(siteSeed, atMs, DAY_MS)
  const front = smoothNoise(siteSeed + 1, atMs, 150 * MINUTE_MS)
  const cloud = smoothNoise(siteSeed + 2, atMs, 11 * MINUTE_MS)
  const cover = clamp(1.25 * day + 0.5 * front - 0.65, 0, 1)
  const passing = cover * (1 - cover) * 2.4 * (cloud - 0.5)
  return clamp(1 - cover * (1 - DARKEST_SHARE) - passing, DARKEST_SHARE, 1)
}

/** Air temperature in °C: warm near the equator, seasons by hemisphere, warmest two hours after solar noon. */
export function airTemperatureC(place: Place, siteSeed: number, atMs: number): number {
  const yearPart = (atMs % (365.25 * DAY_MS)) / (365.25 * DAY_MS)
  const season = -Math.cos(2 * Math.PI * (yearPart - 0.06)) * Math.sign(place.latitude || 1)
  const solarHour = (atMs / 3_600_000 + place.longitude / 15) % 24
  const daily = -Math.cos((2 * Math.PI * (solarHour - 2)) / 24)
  const distance = Math.abs(place.latitude)
  const spell = 8 * (smoothNoise(siteSeed + 3, atMs, 3 * DAY_MS) - 0.5)
  return 27 - 0.34 * distance + 0.22 * distance * season + 4.5 * daily + spell
}

/** A site's seed: two inverters on one roof live under the same clouds. */
export function siteSeedOf(fleetSeed: number, siteName: string): number {
  return seedOf(fleetSeed, 'site', siteName)
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value))
}
