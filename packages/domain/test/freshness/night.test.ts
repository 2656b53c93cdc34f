// Nights of all kinds: who may sleep through them, the polar ones, and what clocks and calendars do not change.
import { describe, expect, it } from 'vitest'
import { follow, hear, judgeOne, type Plant, plantAt, speak, stateOf } from './plant.ts'
import { DAY_MS, HOUR_MS, MINUTE_MS, solarDayAt, solarNoonMs } from './sun-follower.ts'

const BERLIN = { latitude: 52.5, longitude: 13.4 }
const AUCKLAND = { latitude: -36.8, longitude: 174.8 }
const TROMSO = { latitude: 69.6, longitude: 18.9 }
const FOLLOWS = { neededDeg: 2, noiseMs: 10 * MINUTE_MS, seed: 3 }
const SPRING = solarDayAt(BERLIN.longitude, Date.UTC(2026, 2, 20, 12))

const noonOf = (day: number, { longitude }: { longitude: number } = BERLIN) => solarNoonMs(longitude, day)
const midnightAfter = (day: number, place?: { longitude: number }) => noonOf(day, place) + DAY_MS / 2

function hoursFrom(startMs: number, plant: Plant): string[] {
  return Array.from({ length: 24 }, (_, hour) => stateOf(plant, startMs + hour * HOUR_MS))
}

describe('at night', () => {
  it('a logger on sunlight sleeps', () => {
    const plant = plantAt(BERLIN)
    follow(plant, { ...BERLIN, ...FOLLOWS }, { from: SPRING - 20, to: SPRING })
    expect(judgeOne(plant, midnightAfter(SPRING))).toMatchObject({
      state: 'asleep',
      reason: 'night',
      expected: false,
      silentSinceMs: null,
    })
  })

  it.each([
    [{ hasBattery: true }, 'battery'],
    [{ mainsPowered: true }, 'mains'],
  ])('one with %o is missing after an hour of silence', (power, expectation) => {
    const plant = plantAt(BERLIN, power)
    const midnightMs = midnightAfter(SPRING)
    hear(plant, midnightMs)
    expect(judgeOne(plant, midnightMs + HOUR_MS)).toMatchObject({
      state: 'late',
      expected: true,
      expectation,
    })
    expect(judgeOne(plant, midnightMs + HOUR_MS + 1)).toMatchObject({
      state: 'missing',
      reason: 'silent_though_always_on',
      expected: true,
      awakeFromMs: null,
    })
  })

  it('one that was heard through a week of nights has to speak at night too, until it sleeps for two', () => {
    const plant = plantAt(BERLIN)
    const startMs = noonOf(SPRING - 8)
    speak(plant, startMs, startMs + 4 * DAY_MS)
    expect(stateOf(plant, startMs + 4.5 * DAY_MS)).toBe('asleep: night_unheard')
    speak(plant, startMs + 4 * DAY_MS, startMs + 8.5 * DAY_MS)
    expect(judgeOne(plant, startMs + 8.5 * DAY_MS + 2 * HOUR_MS)).toMatchObject({
      state: 'missing',
      expectation: 'learned_always_on',
    })
    follow(plant, { ...BERLIN, ...FOLLOWS }, { from: SPRING + 1, to: SPRING + 3 })
    expect(stateOf(plant, midnightAfter(SPRING + 3))).toBe('asleep: night')
  })

  it('a logger that spoke in a night or two only may still sleep', () => {
    const plant = plantAt(BERLIN)
    follow(plant, { ...BERLIN, ...FOLLOWS }, { from: SPRING - 20, to: SPRING - 3 })
    speak(plant, noonOf(SPRING - 3), noonOf(SPRING))
    expect(stateOf(plant, midnightAfter(SPRING))).toMatch('asleep')
  })
})

it('in the morning a logger has three intervals before it is late, and an hour before it is missing', () => {
  const plant = plantAt(BERLIN)
  // High enough for weak light to explain nothing: it usually wakes at 20 degrees, behind a hill.
  follow(plant, { ...BERLIN, ...FOLLOWS, neededDeg: 20 }, { from: SPRING - 20, to: SPRING })
  const fromMs = judgeOne(plant, noonOf(SPRING + 1)).awakeFromMs!
  const states = [-1, 14, 16].map(minutes => stateOf(plant, fromMs + minutes * MINUTE_MS))
  expect(states).toEqual(['asleep: night', 'asleep: waking', 'late: weak_light'])
  expect(judgeOne(plant, fromMs + 14 * MINUTE_MS).expected).toBe(false)
  expect(stateOf(plant, noonOf(SPRING + 1))).toBe('missing: silent_in_daylight')
})

describe('where the sun does not rise', () => {
  const december = solarDayAt(TROMSO.longitude, Date.UTC(2026, 11, 21, 12))

  it('a logger on sunlight sleeps all day, however long it has been silent', () => {
    const plant = plantAt(TROMSO)
    follow(plant, { ...TROMSO, ...FOLLOWS }, { from: december - 60, to: december - 30 })
    expect(new Set(hoursFrom(midnightAfter(december), plant))).toEqual(new Set(['asleep: polar_night']))
    const february = solarDayAt(TROMSO.longitude, Date.UTC(2027, 1, 1, 12))
    expect(stateOf(plant, noonOf(february, TROMSO))).toBe('asleep: sun_too_low')
  })

  it('a battery has to speak', () => {
    const plant = plantAt(TROMSO, { hasBattery: true })
    hear(plant, noonOf(december, TROMSO))
    expect(judgeOne(plant, noonOf(december, TROMSO) + 2 * HOUR_MS).state).toBe('missing')
  })
})

describe('where the sun does not set', () => {
  const june = solarDayAt(TROMSO.longitude, Date.UTC(2026, 5, 21, 12))

  it('a logger that speaks around the clock has to, at any hour, and is missing across midnight too', () => {
    const plant = plantAt(TROMSO)
    const untilMs = noonOf(june, TROMSO)
    follow(plant, { ...TROMSO, ...FOLLOWS }, { from: june - 20, to: june - 1 })
    speak(plant, noonOf(june, TROMSO) - DAY_MS / 2, untilMs)
    const states = Array.from({ length: 20 }, (_, hour) => judgeOne(plant, untilMs + hour * HOUR_MS))
    expect(states.map(({ state }) => state)).toEqual(['live', 'late', ...Array(18).fill('missing')])
    expect(states.every(({ expected }) => expected)).toBe(true)
  })

  it('one whose roof shades the midnight sun may sleep under it', () => {
    const plant = plantAt(TROMSO)
    follow(plant, { ...TROMSO, ...FOLLOWS, neededDeg: 6 }, { from: june - 20, to: june })
    expect(stateOf(plant, midnightAfter(june, TROMSO))).toBe('asleep: night')
  })
})

describe('the calendar', () => {
  it.each([
    ['summer time begins and ends', Date.UTC(2026, 0, 15)],
    ['a leap day', Date.UTC(2028, 0, 15)],
  ])('does not move the window: %s', (_, startMs) => {
    const plant = plantAt(BERLIN)
    const first = solarDayAt(BERLIN.longitude, startMs)
    const steps: number[] = []
    let before: { fromMs: number; untilMs: number } | null = null
    for (let day = first; day < first + 300; day += 1) {
      speak(plant, noonOf(day) - 3 * HOUR_MS, noonOf(day) + 3 * HOUR_MS, HOUR_MS)
      const { awakeFromMs, awakeUntilMs, daysKnown } = judgeOne(plant, noonOf(day) + 3 * HOUR_MS)
      expect(daysKnown).toBe(Math.min(14, day - first))
      const window = { fromMs: awakeFromMs! - noonOf(day), untilMs: awakeUntilMs! - noonOf(day) }
      // The first weeks still change from the default to what was learned.
      if (before !== null && day > first + 14) {
        steps.push(Math.abs(window.fromMs - before.fromMs), Math.abs(window.untilMs - before.untilMs))
      }
      before = window
    }
    expect(Math.max(...steps)).toBeLessThan(6 * MINUTE_MS)
  })
})

describe('a site that moves', () => {
  it('has a day to speak from its new place, and learns anew', () => {
    const plant = plantAt(BERLIN)
    follow(plant, { ...BERLIN, ...FOLLOWS }, { from: SPRING - 20, to: SPRING })
    const movedMs = plant.track!.heardMs + HOUR_MS
    Object.assign(plant.logger, AUCKLAND)
    const firstDay = hoursFrom(movedMs, plant)
    expect(firstDay.filter(state => state.startsWith('missing'))).toEqual([])
    expect(firstDay).toContain('asleep: moved')
    expect(judgeOne(plant, movedMs)).toMatchObject({ expectation: 'default', daysKnown: 0, wakeDeg: 8 })
    const states = Array.from({ length: 72 }, (_, hour) => judgeOne(plant, movedMs + hour * HOUR_MS).state)
    expect(states).toContain('missing')

    const arrived = solarDayAt(AUCKLAND.longitude, movedMs) + 1
    follow(plant, { ...AUCKLAND, ...FOLLOWS }, { from: arrived, to: arrived + 6 })
    expect(judgeOne(plant, noonOf(arrived + 6, AUCKLAND))).toMatchObject({
      expectation: 'learned',
      daysKnown: 6,
    })
  })

  it('by a few kilometres stays the same place', () => {
    const plant = plantAt(BERLIN)
    follow(plant, { ...BERLIN, ...FOLLOWS }, { from: SPRING - 20, to: SPRING })
    plant.logger.latitude = BERLIN.latitude + 0.1
    expect(judgeOne(plant, midnightAfter(SPRING))).toMatchObject({ reason: 'night', daysKnown: 14 })
  })
})

it('a logger without coordinates is live or asleep', () => {
  const plant = plantAt(BERLIN, { latitude: null, longitude: null })
  hear(plant, noonOf(SPRING))
  expect(stateOf(plant, noonOf(SPRING))).toBe('live: heard')
  expect(stateOf(plant, noonOf(SPRING) + 3 * HOUR_MS)).toBe('asleep: no_place')
})
