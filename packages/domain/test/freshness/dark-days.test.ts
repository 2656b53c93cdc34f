// Dark days: silent neighbours excuse a silent logger in weak light, speaking ones do not, and no excuse lasts for ever.
import { describe, expect, it } from 'vitest'
import type { FreshnessLogger, Verdict } from '../../src/index.ts'
import { follow, judgeAll, judgeOne, type Plant, plantAt, speak, stateOf } from './plant.ts'
import { DAY_MS, HOUR_MS, MINUTE_MS, solarDayAt, solarNoonMs } from './sun-follower.ts'

const BERLIN = { latitude: 52.5, longitude: 13.4 }
const NEEDS = { neededDeg: 3, noiseMs: 20 * MINUTE_MS }
const WINTER = solarDayAt(BERLIN.longitude, Date.UTC(2026, 0, 12, 12))
const SUMMER = solarDayAt(BERLIN.longitude, Date.UTC(2026, 5, 21, 12))
const STEP_MS = 10 * MINUTE_MS

/** Some weeks of ordinary days behind it, the last of them `day`. */
function grownUp(day: number, seed: number, change: Partial<FreshnessLogger> = {}): Plant {
  const plant = plantAt(BERLIN, { siteId: 'site-1', ...change })
  follow(plant, { ...BERLIN, ...NEEDS, seed }, { from: day - 20, to: day })
  return plant
}

const noonOf = (day: number) => solarNoonMs(BERLIN.longitude, day)

/** Judged every ten minutes from a noon to another. */
function judgedBetween(plants: readonly Plant[], fromDay: number, toDay: number): Verdict[] {
  const verdicts: Verdict[] = []
  for (let atMs = noonOf(fromDay); atMs <= noonOf(toDay); atMs += STEP_MS)
    verdicts.push(...judgeAll(plants, atMs))
  return verdicts
}

describe('a dark winter week', () => {
  it('of a whole site is sleep and nothing else', () => {
    const site = [1, 2, 3].map(seed => grownUp(WINTER, seed))
    const states = new Set(judgedBetween(site, WINTER + 1, WINTER + 7).map(({ state }) => state))
    expect(states).toEqual(new Set(['asleep']))
    expect(judgeAll(site, noonOf(WINTER + 4)).map(({ reason, expected }) => ({ reason, expected }))).toEqual(
      Array(3).fill({ reason: 'dark_day', expected: false }),
    )
  })

  it('of a region is sleep for a site of one logger', () => {
    const region = [1, 2, 3].map(seed => grownUp(WINTER, seed, { siteId: `site-${seed}` }))
    expect(judgedBetween(region, WINTER + 1, WINTER + 7).map(({ state }) => state)).not.toContain('missing')
    expect(judgeAll(region, noonOf(WINTER + 4))[0]).toMatchObject({
      reason: 'dark_day',
      neighbours: { light: 'dark', others: 2, speaking: 0 },
    })
  })

  it('does not last for ever', () => {
    const site = [1, 2, 3].map(seed => grownUp(WINTER, seed))
    expect(judgeAll(site, noonOf(WINTER + 10)).map(({ state }) => state)).toEqual(Array(3).fill('missing'))
  })

  it('is no excuse while a neighbour or two speak', () => {
    const [dead, ...others] = [1, 2, 3].map(seed => grownUp(WINTER, seed))
    for (const plant of others) speak(plant, noonOf(WINTER + 1) - 3 * HOUR_MS, noonOf(WINTER + 1))
    expect(judgeAll([dead!, ...others], noonOf(WINTER + 1)).map(({ state }) => state)).toEqual([
      'missing',
      'live',
      'live',
    ])
  })

  it('is doubtful for a site that is silent while its region speaks, and for a lone logger: late, then missing', () => {
    const site = [1, 2].map(seed => grownUp(WINTER, seed))
    const around = [3, 4].map(seed => grownUp(WINTER, seed, { siteId: `site-${seed}` }))
    for (const plant of around) speak(plant, noonOf(WINTER + 1) - 3 * HOUR_MS, noonOf(WINTER + 1))
    expect(judgeAll([...site, ...around], noonOf(WINTER + 1))[0]).toMatchObject({
      state: 'late',
      reason: 'weak_light',
      expected: true,
      neighbours: { light: 'doubt' },
    })
    const alone = grownUp(WINTER, 5)
    const noons = [1, 2, 3, 4].map(days => stateOf(alone, noonOf(WINTER + days)))
    expect(noons).toEqual([...Array(3).fill('late: weak_light'), 'missing: silent_in_daylight'])
  })
})

describe('high sun', () => {
  it('excuses nobody: a site that did not wake in summer is missing', () => {
    const site = [1, 2, 3].map(seed => grownUp(SUMMER, seed))
    const beforeNoon = noonOf(SUMMER + 1) - 2 * HOUR_MS
    expect(judgeAll(site, beforeNoon).map(({ state }) => state)).toEqual(Array(3).fill('missing'))
    const early = noonOf(SUMMER + 1) - 6 * HOUR_MS
    expect(judgeAll(site, early)[0]).toMatchObject({ state: 'asleep', reason: 'dark_day' })
  })
})

describe('a morning on which the neighbours wake late', () => {
  it('lets the last of them need as much more sun as most of them did, and no more', () => {
    const plants = [1, 2, 3, 4, 5].map(seed => grownUp(SUMMER - 1, seed))
    const [, ...others] = plants
    const usualMs = judgeOne(plants[0]!, noonOf(SUMMER)).awakeFromMs!
    const wakesMs = usualMs + HOUR_MS
    for (const plant of others) speak(plant, wakesMs, wakesMs + HOUR_MS, 5 * MINUTE_MS)
    expect(judgeAll(plants, wakesMs + HOUR_MS)[0]).toMatchObject({
      state: 'late',
      neighbours: { light: 'light', others: 4, speaking: 4 },
    })
    for (const plant of others) speak(plant, wakesMs + HOUR_MS, wakesMs + 2 * HOUR_MS, 5 * MINUTE_MS)
    expect(judgeAll(plants, wakesMs + 2 * HOUR_MS)[0]).toMatchObject({ state: 'missing' })
  })
})

describe('an evening on which all fall silent early', () => {
  it('is sleep in weak light', () => {
    const site = [1, 2, 3].map(seed => grownUp(SUMMER - 1, seed))
    const { awakeFromMs, awakeUntilMs } = judgeOne(site[0]!, noonOf(SUMMER))
    for (const plant of site) speak(plant, awakeFromMs! - 30 * MINUTE_MS, awakeUntilMs! - 90 * MINUTE_MS)
    const verdicts = judgeAll(site, awakeUntilMs! - MINUTE_MS)
    expect(verdicts.map(({ reason }) => reason)).toEqual(Array(3).fill('dark_day'))
  })
})

describe('who says nothing about the light', () => {
  const nowMs = noonOf(WINTER + 1)

  it('a battery, that speaks in any light', () => {
    const [silent, battery] = [grownUp(WINTER, 1), grownUp(WINTER, 2, { hasBattery: true })]
    speak(battery!, nowMs - 3 * HOUR_MS, nowMs)
    expect(judgeAll([silent!, battery!], nowMs)[0]!.neighbours).toEqual({
      light: 'doubt',
      others: 0,
      speaking: 0,
    })
  })

  it('a logger that is dead for long', () => {
    const [silent, dead] = [grownUp(WINTER, 1), grownUp(WINTER - 20, 2)]
    expect(judgeAll([silent!, dead!], nowMs)[0]!.neighbours!.others).toBe(0)
  })

  it('a neighbour that is far away', () => {
    const far = plantAt({ latitude: 48.1, longitude: 11.6 }, { siteId: 'site-2' })
    speak(far, nowMs - 3 * HOUR_MS, nowMs)
    expect(judgeAll([grownUp(WINTER, 1), far], nowMs)[0]!.neighbours!.others).toBe(0)
  })

  it('nobody is asked at night', () => {
    const plants = [grownUp(WINTER, 1), grownUp(WINTER, 2)]
    expect(judgeAll(plants, nowMs + DAY_MS / 2).map(({ neighbours }) => neighbours)).toEqual([null, null])
  })
})
