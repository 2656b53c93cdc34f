// A logger that stops while the sun is up: late after three intervals, missing after an hour, and again the next morning.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { evaluateFleet } from '../../src/index.ts'
import {
  follow,
  hear,
  INTERVAL_S,
  judgeAll,
  judgeOne,
  listeningSinceEver,
  type Plant,
  plantAt,
  stateOf,
} from './plant.ts'
import {
  DAY_MS,
  HOUR_MS,
  heightDeg,
  MINUTE_MS,
  type SunFollower,
  solarDayAt,
  solarNoonMs,
} from './sun-follower.ts'

const LATE_MS = 3 * INTERVAL_S * 1_000
const NOISE_MS = 45 * MINUTE_MS
const BERLIN = { latitude: 52.5, longitude: 13.4, neededDeg: 3, noiseMs: 15 * MINUTE_MS, seed: 7 }
const MIDSUMMER = solarDayAt(BERLIN.longitude, Date.UTC(2026, 5, 21, 12))

const anyFollower = fc.record({
  latitude: fc.integer({ min: -55, max: 60 }),
  longitude: fc.integer({ min: -180, max: 180 }),
  neededDeg: fc.double({ min: 0, max: 6, noNaN: true }),
  noiseMs: fc.constant(NOISE_MS),
  seed: fc.nat(),
})

function livedUntilNoon(follower: SunFollower, day: number): { plant: Plant; noonMs: number } {
  const plant = plantAt(follower)
  const noonMs = solarNoonMs(follower.longitude, day)
  follow(plant, follower, { from: day - 20, to: day }, noonMs)
  hear(plant, noonMs)
  return { plant, noonMs }
}

describe('a logger that stops at noon', () => {
  it('is late after 3 intervals and missing after 1 hour, anywhere that the sun reaches 16 degrees', () => {
    const anyDay = fc.integer({ min: 20_600, max: 20_600 + 3 * 366 })
    const property = fc.property(anyFollower, anyDay, (follower, day) => {
      fc.pre(heightDeg(follower, solarNoonMs(follower.longitude, day)) > 16)
      const { plant, noonMs } = livedUntilNoon(follower, day)
      const states = [LATE_MS, LATE_MS + 1, HOUR_MS, HOUR_MS + 1].map(
        silentMs => judgeOne(plant, noonMs + silentMs).state,
      )
      expect(states).toEqual(['live', 'late', 'late', 'missing'])
    })
    fc.assert(property, { numRuns: 150, seed: 4 })
  })

  it('is so in Scotland at midwinter too, where the noon sun is no higher than a dark evening elsewhere', () => {
    const edinburgh = { ...BERLIN, latitude: 56, longitude: -3.2 }
    const { plant, noonMs } = livedUntilNoon(edinburgh, solarDayAt(-3.2, Date.UTC(2026, 11, 21, 12)))
    expect(judgeOne(plant, noonMs).sunDeg).toBeLessThan(12)
    expect(stateOf(plant, noonMs + HOUR_MS + 1)).toBe('missing: silent_in_daylight')
  })

  it('sleeps at night, as it was silent before, and is missing again the next morning whatever the light', () => {
    const winter = solarDayAt(BERLIN.longitude, Date.UTC(2026, 0, 20, 12))
    const { plant, noonMs } = livedUntilNoon(BERLIN, winter)
    expect(stateOf(plant, noonMs + 2 * HOUR_MS)).toBe('missing: silent_in_daylight')
    expect(stateOf(plant, noonMs + 12 * HOUR_MS)).toBe('asleep: night_unheard')
    expect(stateOf(plant, noonMs + 19 * HOUR_MS)).toBe('asleep: night_unheard')
    expect(stateOf(plant, noonMs + DAY_MS)).toBe('missing: silent_in_daylight')
    expect(judgeOne(plant, noonMs + DAY_MS).sunDeg).toBeLessThan(20)
  })

  it('is live again with its next message', () => {
    const { plant, noonMs } = livedUntilNoon(BERLIN, MIDSUMMER)
    hear(plant, noonMs + 2 * HOUR_MS)
    expect(stateOf(plant, noonMs + 2 * HOUR_MS)).toBe('live: heard')
  })
})

it('says why: since when it should have spoken, how high the sun stands, and what is usual', () => {
  const { plant, noonMs } = livedUntilNoon(BERLIN, MIDSUMMER)
  const verdict = judgeOne(plant, noonMs + 2 * HOUR_MS)
  expect(verdict).toMatchObject({
    loggerSerial: plant.logger.loggerSerial,
    siteId: plant.logger.siteId,
    state: 'missing',
    expected: true,
    heardMs: noonMs,
    silentSinceMs: noonMs,
    expectation: 'learned',
    daysKnown: 14,
    neighbours: { light: 'doubt', others: 0, speaking: 0 },
  })
  expect(verdict.sunDeg).toBeCloseTo(heightDeg(BERLIN, noonMs + 2 * HOUR_MS), 0)
  expect(verdict.wakeDeg).toBeGreaterThan(2)
  expect(verdict.wakeDeg).toBeLessThan(6)
  expect(verdict.awakeFromMs).toBeLessThan(noonMs - 6 * HOUR_MS)
  expect(verdict.awakeUntilMs).toBeGreaterThan(noonMs + 6 * HOUR_MS)
})

it('a slow logger is not missing before it was late', () => {
  const plant = plantAt(BERLIN, { uploadIntervalS: 1_800 })
  const noonMs = solarNoonMs(BERLIN.longitude, MIDSUMMER)
  hear(plant, noonMs)
  const states = [1.5, 1.6, 2, 2.1].map(hours => judgeOne(plant, noonMs + hours * HOUR_MS).state)
  expect(states).toEqual(['live', 'late', 'late', 'missing'])
})

describe('a whole site that dies at noon', () => {
  it('is missing after an hour, all of it', () => {
    const siteId = 'site-1'
    const plants = [1, 2, 3, 4].map(seed => {
      const { plant } = livedUntilNoon({ ...BERLIN, seed }, MIDSUMMER)
      plant.logger.siteId = siteId
      return plant
    })
    const nowMs = solarNoonMs(BERLIN.longitude, MIDSUMMER) + HOUR_MS + 1
    const { verdicts, fleet } = evaluateFleet(plants, { nowMs, watch: listeningSinceEver(nowMs) })
    expect(verdicts.map(({ state }) => state)).toEqual(Array(4).fill('missing'))
    expect(verdicts[0]!.neighbours).toEqual({ light: 'dark', others: 3, speaking: 0 })
    expect(fleet.all).toMatchObject({ expected: 4, silent: 4, silentShare: 1 })
    expect(fleet.bySite.get(siteId)).toMatchObject({ expected: 4, silent: 4, silentShare: 1 })
  })

  it('also in winter, when the sun stands low at noon', () => {
    const winter = solarDayAt(BERLIN.longitude, Date.UTC(2026, 11, 21, 12))
    const plants = [1, 2, 3].map(seed => livedUntilNoon({ ...BERLIN, seed }, winter).plant)
    for (const plant of plants) plant.logger.siteId = 'site-1'
    const nowMs = solarNoonMs(BERLIN.longitude, winter) + HOUR_MS + 1
    expect(judgeAll(plants, nowMs).map(({ state }) => state)).toEqual(['missing', 'missing', 'missing'])
  })
})

describe('the gauges', () => {
  it('count what should speak, and of that what is missing; late and never seen are not silent', () => {
    const noonMs = solarNoonMs(BERLIN.longitude, MIDSUMMER)
    const [live, late, missing, never, elsewhere] = [1, 2, 3, 4, 5].map(() => plantAt(BERLIN, { siteId: 1 }))
    for (const plant of [late!, missing!, live!]) hear(plant, noonMs - DAY_MS)
    hear(missing!, noonMs - 3 * HOUR_MS)
    hear(late!, noonMs - 30 * MINUTE_MS)
    hear(live!, noonMs)
    elsewhere!.logger.siteId = null
    // The others send every five minutes.
    missing!.logger.uploadIntervalS = null
    never!.logger.uploadIntervalS = 1
    elsewhere!.logger.uploadIntervalS = 0
    hear(elsewhere!, noonMs)
    const all = [live!, late!, missing!, never!, elsewhere!]
    const { fleet } = evaluateFleet(all, { nowMs: noonMs, watch: listeningSinceEver(noonMs) })
    expect(fleet.bySite.get(1)).toEqual({
      expected: 3,
      expectedRate: 1.4,
      silent: 1,
      silentShare: 1 / 3,
      states: { live: 1, asleep: 0, late: 1, missing: 1, never_seen: 1 },
    })
    expect(fleet.all).toMatchObject({ expected: 4, expectedRate: 2.4, silent: 1, silentShare: 1 / 4 })
    expect([...fleet.bySite.keys()]).toEqual([1])
  })

  it('say 0 while nobody should speak', () => {
    const plant = plantAt(BERLIN)
    const noonMs = solarNoonMs(BERLIN.longitude, MIDSUMMER)
    hear(plant, noonMs)
    const nowMs = noonMs + DAY_MS / 2
    const { fleet } = evaluateFleet([plant], { nowMs, watch: listeningSinceEver(nowMs) })
    expect(fleet.all).toMatchObject({ expected: 0, expectedRate: 0, silent: 0, silentShare: 0 })
  })
})
