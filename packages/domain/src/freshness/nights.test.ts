// Nights for pictures: down where suncalc has the sun down, one after another, whatever the place.
import fc from 'fast-check'
import { getPosition } from 'suncalc'
import { expect, it } from 'vitest'
import { nightsBetween } from './nights.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const BERLIN = { latitude: 52.5, longitude: 13.4 }
const TROMSO = { latitude: 69.6, longitude: 18.9 }

it('a night of Berlin in November lasts from about 16 to 7 o’clock', () => {
  const noonMs = Date.UTC(2026, 10, 25, 11)
  const [night, ...others] = nightsBetween(BERLIN, noonMs, noonMs + DAY_MS)
  expect(others).toEqual([])
  expect(Math.abs(night!.startMs - Date.UTC(2026, 10, 25, 14, 58))).toBeLessThan(10 * 60_000)
  expect(Math.abs(night!.endMs - Date.UTC(2026, 10, 26, 6, 46))).toBeLessThan(10 * 60_000)
})

it('has none at midsummer in the far north, and one that fills the time at midwinter', () => {
  const summer = Date.UTC(2026, 5, 20)
  expect(nightsBetween(TROMSO, summer, summer + 3 * DAY_MS)).toEqual([])
  const winter = Date.UTC(2026, 11, 20)
  const endMs = winter + 3 * DAY_MS
  expect(nightsBetween(TROMSO, winter, endMs)).toEqual([{ startMs: winter, endMs }])
})

it('is where the sun is down, away from the moments of rise and set', () => {
  const place = fc.record({
    latitude: fc.double({ min: -75, max: 75, noNaN: true }),
    longitude: fc.double({ min: -180, max: 180, noNaN: true }),
  })
  const start = fc.integer({ min: Date.UTC(2025, 0, 1), max: Date.UTC(2030, 0, 1) })
  fc.assert(
    fc.property(place, start, fc.integer({ min: 1, max: 60 }), (at, startMs, hours) => {
      const endMs = startMs + hours * HOUR_MS
      const nights = nightsBetween(at, startMs, endMs)
      for (const [index, night] of nights.entries()) {
        expect(night.startMs).toBeGreaterThanOrEqual(index === 0 ? startMs : nights[index - 1]!.endMs)
        expect(night.endMs).toBeGreaterThan(night.startMs)
        expect(night.endMs).toBeLessThanOrEqual(endMs)
      }
      for (let atMs = startMs; atMs < endMs; atMs += HOUR_MS / 2) {
        const { altitude } = getPosition(new Date(atMs), at.latitude, at.longitude)
        const isNight = nights.some(night => night.startMs <= atMs && atMs < night.endMs)
        if (Math.abs(altitude + 0.833) > 1) expect([atMs, isNight]).toEqual([atMs, altitude < -0.833])
      }
    }),
  )
})
