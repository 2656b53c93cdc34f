// The curve through two heights of suncalc: close to suncalc itself, in every latitude and season, and free of civil time.
import fc from 'fast-check'
import { getPosition } from 'suncalc'
import { describe, expect, it } from 'vitest'
import {
  DAY_MS,
  elevationDeg,
  halfDayAboveMs,
  solarDay,
  solarDayNumber,
  solarDayStartMs,
} from './solar-day.ts'

const anyPlace = fc.record({
  latitude: fc.double({ min: -90, max: 90, noNaN: true }),
  longitude: fc.double({ min: -180, max: 180, noNaN: true }),
})
const anyTime = fc.integer({ min: Date.UTC(2024, 0, 1), max: Date.UTC(2040, 0, 1) })

describe('a solar day', () => {
  it('is at every moment within 0.6 degrees of suncalc', () => {
    const property = fc.property(anyPlace, anyTime, (place, atMs) => {
      const sun = solarDay(place, solarDayNumber(place.longitude, atMs))
      const { altitude } = getPosition(new Date(atMs), place.latitude, place.longitude)
      expect(Math.abs(elevationDeg(sun, atMs) - altitude)).toBeLessThan(0.6)
    })
    fc.assert(property, { numRuns: 3_000, seed: 4 })
  })

  it('has its highest sun at noon, within 17 minutes of the mean noon', () => {
    const property = fc.property(anyPlace, anyTime, (place, atMs) => {
      const sun = solarDay(place, solarDayNumber(place.longitude, atMs))
      expect(Math.abs(sun.noonMs - sun.startMs - DAY_MS / 2)).toBeLessThan(17 * 60_000)
      expect(sun.noonDeg).toBeGreaterThanOrEqual(sun.midnightDeg - 0.3)
    })
    fc.assert(property, { numRuns: 500, seed: 4 })
  })

  it('follows the one before without a gap, over leap days and clock changes', () => {
    const start = Date.UTC(2028, 1, 20)
    for (let hour = 0; hour < 24 * 60; hour += 1) {
      const atMs = start + hour * 3_600_000
      const day = solarDayNumber(13.4, atMs)
      expect(atMs).toBeGreaterThanOrEqual(solarDayStartMs(13.4, day))
      expect(atMs).toBeLessThan(solarDayStartMs(13.4, day + 1))
    }
    expect(solarDayNumber(13.4, start + 60 * DAY_MS) - solarDayNumber(13.4, start)).toBe(60)
  })
})

describe('half a day above a height', () => {
  const berlin = { latitude: 52.5, longitude: 13.4 }
  const tromso = { latitude: 69.6, longitude: 18.9 }
  const midsummer = solarDayNumber(13.4, Date.UTC(2026, 5, 21, 12))
  const midwinter = solarDayNumber(13.4, Date.UTC(2026, 11, 21, 12))

  it('ends where the sun stands at that height', () => {
    const property = fc.property(fc.double({ min: -10, max: 60, noNaN: true }), degrees => {
      const sun = solarDay(berlin, midsummer)
      const endMs = sun.noonMs + halfDayAboveMs(sun, degrees)
      expect(elevationDeg(sun, endMs)).toBeCloseTo(degrees, 6)
    })
    fc.assert(property, { numRuns: 200, seed: 4 })
  })

  it('is nothing in polar night and all of it in polar day', () => {
    expect(halfDayAboveMs(solarDay(tromso, midwinter), 0)).toBe(0)
    expect(halfDayAboveMs(solarDay(tromso, midsummer), 0)).toBe(DAY_MS / 2)
    const pole = solarDay({ latitude: 90, longitude: 0 }, midsummer)
    expect([halfDayAboveMs(pole, 5), halfDayAboveMs(pole, 40)]).toEqual([DAY_MS / 2, 0])
  })
})
