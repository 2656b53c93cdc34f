// A logger without a history, and a reader without a rhythm: default heights of the sun, and nobody is missing for them.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { evaluateContacts } from '../../src/index.ts'
import { follow, hear, judgeOne, plantAt, speak, stateOf } from './plant.ts'
import { awakeOn, DAY_MS, HOUR_MS, MINUTE_MS, solarDayAt, solarNoonMs } from './sun-follower.ts'

const BERLIN = { latitude: 52.5, longitude: 13.4 }
const STEP_MS = 10 * MINUTE_MS
const SUMMER = solarDayAt(BERLIN.longitude, Date.UTC(2026, 5, 21, 12))
const NOON_MS = solarNoonMs(BERLIN.longitude, SUMMER)

describe('a registered logger that was never heard', () => {
  it('is never seen, at any hour, and nothing is expected of it', () => {
    const plant = plantAt(BERLIN, { hasBattery: true })
    for (let hour = 0; hour < 24; hour += 1) {
      const verdict = judgeOne(plant, NOON_MS + hour * HOUR_MS)
      expect(verdict).toMatchObject({
        state: 'never_seen',
        reason: 'never_heard',
        expected: false,
        heardMs: null,
      })
    }
  })
})

describe('a new logger', () => {
  const anyNew = fc.record({
    latitude: fc.integer({ min: -55, max: 70 }),
    longitude: fc.integer({ min: -180, max: 180 }),
    neededDeg: fc.double({ min: 0, max: 6, noNaN: true }),
    noiseMs: fc.constant(45 * MINUTE_MS),
    seed: fc.nat(),
  })
  const anyDay = fc.integer({ min: 20_600, max: 20_600 + 3 * 366 })
  const anyShare = fc.double({ min: 0, max: 1, noNaN: true })

  it('is not missing in its first week, wherever it is and at whatever hour it was switched on', () => {
    const property = fc.property(anyNew, anyDay, anyShare, (follower, first, share) => {
      const plant = plantAt(follower)
      const found: string[] = []
      for (let day = first; day < first + 8; day += 1) {
        const awake = awakeOn(follower, day)
        if (awake === null) continue
        const fromMs =
          plant.track === null ? awake.fromMs + share * (awake.untilMs - awake.fromMs) : awake.fromMs
        for (let atMs = plant.track?.heardMs ?? fromMs; atMs < fromMs; atMs += STEP_MS) {
          if (judgeOne(plant, atMs).state === 'missing') found.push(new Date(atMs).toISOString())
        }
        speak(plant, fromMs, awake.untilMs)
      }
      expect(found).toEqual([])
    })
    fc.assert(property, { numRuns: 300, seed: 4 })
  })

  it('that stops on its first day at noon is late, then missing', () => {
    const plant = plantAt(BERLIN)
    speak(plant, NOON_MS - 2 * HOUR_MS, NOON_MS)
    expect(stateOf(plant, NOON_MS + 20 * MINUTE_MS)).toBe('late: overdue')
    expect(judgeOne(plant, NOON_MS + 61 * MINUTE_MS)).toMatchObject({
      state: 'missing',
      expectation: 'default',
    })
  })

  it('is expected by its own rhythm after a few days', () => {
    const plant = plantAt(BERLIN)
    follow(plant, { ...BERLIN, neededDeg: 3, noiseMs: 0, seed: 1 }, { from: SUMMER - 3, to: SUMMER })
    expect(judgeOne(plant, NOON_MS)).toMatchObject({ expectation: 'learned', daysKnown: 3, wakeDeg: 8 })
    follow(plant, { ...BERLIN, neededDeg: 3, noiseMs: 0, seed: 1 }, { from: SUMMER + 1, to: SUMMER + 3 })
    expect(judgeOne(plant, NOON_MS + 3 * DAY_MS)).toMatchObject({ expectation: 'learned', daysKnown: 6 })
    expect(judgeOne(plant, NOON_MS + 3 * DAY_MS).wakeDeg).toBeCloseTo(3, 0)
  })

  it('forgets what is older than a fortnight', () => {
    const plant = plantAt(BERLIN)
    follow(plant, { ...BERLIN, neededDeg: 3, noiseMs: 0, seed: 1 }, { from: SUMMER - 20, to: SUMMER })
    expect(judgeOne(plant, NOON_MS + 20 * DAY_MS)).toMatchObject({ expectation: 'default', daysKnown: 0 })
    hear(plant, NOON_MS + 20 * DAY_MS)
    expect(judgeOne(plant, NOON_MS + 20 * DAY_MS)).toMatchObject({ state: 'live', daysKnown: 0 })
  })
})

describe('a reader who knows the last message only', () => {
  const logger = plantAt(BERLIN, { siteId: 1 }).logger
  const stateAt = (heardMs: number | null, nowMs: number, change = {}) =>
    evaluateContacts([{ logger: { ...logger, ...change }, heardMs }], nowMs).verdicts[0]!.state

  it('gets the same states', () => {
    expect(stateAt(null, NOON_MS)).toBe('never_seen')
    expect(stateAt(NOON_MS, NOON_MS)).toBe('live')
    expect(stateAt(NOON_MS - 30 * MINUTE_MS, NOON_MS)).toBe('late')
    expect(stateAt(NOON_MS - 61 * MINUTE_MS, NOON_MS)).toBe('missing')
    expect(stateAt(NOON_MS, NOON_MS + DAY_MS / 2)).toBe('asleep')
    expect(stateAt(NOON_MS, NOON_MS + DAY_MS / 2, { hasBattery: true })).toBe('missing')
  })

  it('takes a message from the future as one of now', () => {
    expect(stateAt(NOON_MS + 30 * DAY_MS, NOON_MS)).toBe('live')
  })

  it('hears the neighbours too', () => {
    const winterNoonMs = solarNoonMs(
      BERLIN.longitude,
      solarDayAt(BERLIN.longitude, Date.UTC(2026, 0, 12, 12)),
    )
    const yesterdayMs = winterNoonMs - 21 * HOUR_MS
    const silent = { logger, heardMs: yesterdayMs }
    const others = [1, 2].map(serial => ({
      logger: { ...logger, loggerSerial: serial },
      heardMs: winterNoonMs,
    }))
    expect(evaluateContacts([silent, ...others], winterNoonMs).verdicts[0]!.state).toBe('missing')
    const darkOthers = others.map(({ logger }) => ({ logger, heardMs: yesterdayMs }))
    expect(evaluateContacts([silent, ...darkOthers], winterNoonMs).verdicts[0]).toMatchObject({
      state: 'asleep',
      reason: 'dark_day',
    })
  })
})
