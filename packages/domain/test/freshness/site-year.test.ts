// A year of a site whose loggers live on the same sky: dark days, snowed-up weeks and noise of each; none is called missing.
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { hear, judgeAll, type Plant, plantAt } from './plant.ts'
import {
  type Awake,
  awakeOn,
  chance,
  DAY_MS,
  heightDeg,
  MINUTE_MS,
  type SunFollower,
  solarDayAt,
  solarNoonMs,
} from './sun-follower.ts'

const DAYS = 370
const STEP_MS = 15 * MINUTE_MS
const LOGGERS = 4
const DARKEST_DEG = 8
/** Snow lies for up to a week where the sun is this low at noon; no logger wakes under it. */
const SNOW_BELOW_DEG = 18
const SNOWED_UP_DEG = 100

const anySite = fc.record({
  latitude: fc.integer({ min: -55, max: 66 }),
  longitude: fc.integer({ min: -180, max: 180 }),
  seed: fc.nat(),
})

interface Member {
  plant: Plant
  follower: SunFollower
}

it('whatever the sky does to all of them', { timeout: 60_000 }, () => {
  const property = fc.property(anySite, site => {
    const darkDeg = skyOver(site)
    const members = Array.from({ length: LOGGERS }, (_, index) => {
      const seed = site.seed + index * 101
      const follower = { ...site, seed, neededDeg: chance(seed, 0) * 6, noiseMs: 45 * MINUTE_MS, darkDeg }
      return { plant: plantAt(site, { siteId: 1 }), follower }
    })
    expect(falselyMissing(members, solarDayAt(site.longitude, Date.UTC(2026, 2, 1)))).toEqual([])
  })
  fc.assert(property, { numRuns: 5, seed: 4 })
})

function skyOver(site: { latitude: number; longitude: number; seed: number }): (day: number) => number {
  return day => {
    const week = Math.floor(day / 7)
    const isSnowy = week % 2 === 0 && chance(site.seed, week) < 0.4
    const isLow = heightDeg(site, solarNoonMs(site.longitude, day)) < SNOW_BELOW_DEG
    if (isSnowy && isLow) return SNOWED_UP_DEG
    const share = chance(site.seed + 1, day)
    return share < 0.25 ? share * 4 * DARKEST_DEG : 0
  }
}

function falselyMissing(members: readonly Member[], firstDay: number): string[] {
  const found: string[] = []
  for (let day = firstDay; day < firstDay + DAYS; day += 1) {
    const days = members.map(({ follower }) => awakeOn(follower, day))
    const startMs = solarNoonMs(members[0]!.follower.longitude, day) - DAY_MS / 2
    for (let atMs = startMs; atMs < startMs + DAY_MS; atMs += STEP_MS) {
      members.forEach(({ plant }, index) => {
        hearBetween(plant, days[index]!, atMs - STEP_MS, atMs)
      })
      for (const { state, loggerSerial } of judgeAll(
        members.map(({ plant }) => plant),
        atMs,
      )) {
        if (state === 'missing') found.push(`${loggerSerial} ${new Date(atMs).toISOString()}`)
      }
    }
  }
  return found
}

/** Its last message in that time, and its first one if it woke in it. */
function hearBetween(plant: Plant, awake: Awake | null, fromMs: number, toMs: number): void {
  if (awake === null || awake.fromMs > toMs || awake.untilMs <= fromMs) return
  if (awake.fromMs > fromMs) hear(plant, awake.fromMs)
  hear(plant, Math.min(toMs, awake.untilMs))
}
