// When a logger has to speak: half an hour inside of its usual day, and not at all on days that hardly reach its height.
import { describe, expect, it } from 'vitest'
import { awakeWindow } from './awake-window.ts'
import { DAY_MS, elevationDeg, solarDay, solarDayNumber } from './solar-day.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS

function windowAt(latitude: number, month: number, wakeDeg: number, sleepDeg = wakeDeg) {
  const place = { latitude, longitude: 13.4 }
  const sun = solarDay(place, solarDayNumber(place.longitude, Date.UTC(2026, month - 1, 21, 11)))
  return { sun, window: awakeWindow(sun, () => solarDay(place, sun.day - 1), { wakeDeg, sleepDeg }) }
}

describe('the window', () => {
  it('begins half an hour after the usual first message and ends half an hour before the usual last one', () => {
    const { sun, window } = windowAt(52.5, 3, 3, 6)
    expect(elevationDeg(sun, window!.fromMs - 30 * MINUTE_MS)).toBeCloseTo(3, 6)
    expect(elevationDeg(sun, window!.untilMs + 30 * MINUTE_MS)).toBeCloseTo(6, 6)
    expect(window!.fromMs).toBeLessThan(sun.noonMs)
    expect(window!.untilMs).toBeGreaterThan(sun.noonMs)
  })

  it('is none on a day that reaches the height for a short while only', () => {
    expect(windowAt(52.5, 12, 5).window).not.toBe(null)
    const { sun, window } = windowAt(52.5, 12, 13)
    expect(sun.noonDeg).toBeGreaterThan(13)
    expect(window).toBe(null)
  })

  it('is none where the sun stays below 5 degrees, even for a logger that lives on less', () => {
    expect(windowAt(63, 12, 1).sun.noonDeg).toBeLessThan(5)
    expect(windowAt(63, 12, 1).window).toBe(null)
    expect(windowAt(60, 12, 1).window).not.toBe(null)
  })

  it('goes on over midnight while the sun stays up', () => {
    const { sun, window } = windowAt(70, 6, 2)
    expect(window).toEqual({ fromMs: sun.startMs - DAY_MS, untilMs: sun.startMs + DAY_MS })
  })

  it('begins after a midnight that is bright enough for waking, where the evening was not', () => {
    const { sun, window } = windowAt(70, 6, 2, 6)
    expect(window!.fromMs).toBe(sun.startMs + 30 * MINUTE_MS)
    expect(window!.untilMs).toBeLessThan(sun.startMs + DAY_MS - HOUR_MS)
  })
})
