// A year of a logger that follows the sun, anywhere from 55° south to 70° north: it is never called missing.
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { hear, judgeOne, type Plant, plantAt, speak } from './plant.ts'
import {
  awakeOn,
  chance,
  DAY_MS,
  HOUR_MS,
  heightDeg,
  MINUTE_MS,
  type SunFollower,
  solarDayAt,
} from './sun-follower.ts'

const DAYS = 380
const NOISE_MS = 45 * MINUTE_MS
const DAWN_STEP_MS = 8 * MINUTE_MS
/** Twilight is over; nothing changes soon. */
const NIGHT_DEG = -8
const NIGHT_STEP_MS = HOUR_MS

const anyFollower = fc.record({
  latitude: fc.integer({ min: -55, max: 70 }),
  longitude: fc.integer({ min: -180, max: 180 }),
  neededDeg: fc.double({ min: 0, max: 6, noNaN: true }),
  noiseMs: fc.constant(NOISE_MS),
  seed: fc.nat(),
})
const anyStart = fc.integer({ min: 0, max: 3 * 365 }).map(days => Date.UTC(2026, 0, 1) + days * DAY_MS)

it('without dark days, whatever its noise of 45 minutes does', { timeout: 60_000 }, () => {
  const property = fc.property(anyFollower, anyStart, (follower, startMs) => {
    expect(falselyMissing(follower, startMs)).toEqual([])
  })
  fc.assert(property, { numRuns: 30, seed: 4 })
})

it('with all of the noise for a fortnight and then all of the opposite', { timeout: 60_000 }, () => {
  const property = fc.property(anyFollower, anyStart, (follower, startMs) => {
    expect(falselyMissing({ ...follower, noiseDays: 14 }, startMs)).toEqual([])
  })
  fc.assert(property, { numRuns: 30, seed: 99 })
})

it('with a dark day or two in a row, without a neighbour', { timeout: 60_000 }, () => {
  const property = fc.property(anyFollower, anyStart, (follower, startMs) => {
    expect(falselyMissing({ ...follower, darkDeg: darkDays(follower.seed) }, startMs)).toEqual([])
  })
  fc.assert(property, { numRuns: 20, seed: 4 })
})

/** A fifth of all pairs of days is dark, every other pair at most: up to 6 degrees more sun are needed. */
function darkDays(seed: number): (day: number) => number {
  return day => {
    const pair = Math.floor(day / 2)
    const share = chance(seed + 1, pair)
    return pair % 2 === 0 && share < 0.4 ? share * 15 : 0
  }
}

/** Moments of its silence at which it was called missing. */
function falselyMissing(follower: SunFollower, startMs: number): string[] {
  const plant = plantAt(follower)
  const found: string[] = []
  const first = solarDayAt(follower.longitude, startMs)
  for (let day = first; day < first + DAYS; day += 1) {
    const awake = awakeOn(follower, day)
    if (awake === null) continue
    found.push(...missingUntil(plant, follower, awake.fromMs))
    speak(plant, awake.fromMs, awake.untilMs)
    hear(plant, awake.untilMs)
    if (judgeOne(plant, awake.untilMs).state !== 'live') found.push(`not live at ${iso(awake.untilMs)}`)
  }
  return found
}

function missingUntil(plant: Plant, follower: SunFollower, wakesMs: number): string[] {
  const found: string[] = []
  const heardMs = plant.track?.heardMs ?? wakesMs
  let atMs = heardMs
  while (atMs < wakesMs) {
    const isNight = heightDeg(follower, atMs) < NIGHT_DEG
    // The last moment before it speaks again is the hardest one.
    atMs = Math.min(atMs + (isNight ? NIGHT_STEP_MS : DAWN_STEP_MS), wakesMs - 1)
    if (judgeOne(plant, atMs).state === 'missing') found.push(`heard ${iso(heardMs)}, missing ${iso(atMs)}`)
    if (atMs === wakesMs - 1) break
  }
  return found
}

function iso(atMs: number): string {
  return new Date(atMs).toISOString()
}
