// Sun, clouds and power over days, at many latitudes.
import { describe, expect, test } from 'vitest'
import { cityOfSite, createFleet } from '../../src/fleet/fleet.ts'
import { productionAt } from '../../src/sky/production.ts'
import { nextCrossingMs, sunElevationDegrees } from '../../src/sky/sun.ts'
import { clearShare, smoothNoise } from '../../src/sky/weather.ts'

const HOUR_MS = 3_600_000
const JUNE_MS = Date.UTC(2026, 5, 21)

describe('sun', () => {
  test('the next crossing is where the sun passes the height, to the second', () => {
    const vienna = { latitude: 48.2, longitude: 16.35 }
    const sunrise = nextCrossingMs(vienna, JUNE_MS, 3, true)!
    expect(sunElevationDegrees(vienna, sunrise)).toBeGreaterThan(3)
    expect(sunElevationDegrees(vienna, sunrise - 2_000)).toBeLessThanOrEqual(3)
    // Sunrise in Vienna on 21 June is 02:54 UTC; 3 degrees above the horizon comes about 25 minutes later.
    expect(Math.abs(sunrise - (JUNE_MS + 3.33 * HOUR_MS))).toBeLessThan(0.25 * HOUR_MS)
  })

  test('now is the answer when it is so already; polar day and night have none', () => {
    const pole = { latitude: 80, longitude: 0 }
    expect(nextCrossingMs(pole, JUNE_MS, 3, true)).toBe(JUNE_MS)
    expect(nextCrossingMs(pole, JUNE_MS, 3, false)).toBeNull()
  })
})

describe('weather', () => {
  test('clouds leave between an eighth and all of the light, and do change it', () => {
    const shares = Array.from({ length: 2_000 }, (_, index) => clearShare(99, JUNE_MS + index * 600_000))
    expect(Math.min(...shares)).toBeGreaterThanOrEqual(0.12)
    expect(Math.max(...shares)).toBeLessThanOrEqual(1)
    expect(Math.max(...shares) - Math.min(...shares)).toBeGreaterThan(0.5)
  })

  test('noise is smooth: a hundredth of its period moves it by less than 0.05', () => {
    for (let step = 0; step < 5_000; step += 1) {
      const move = smoothNoise(5, (step + 1) * 10, 1_000) - smoothNoise(5, step * 10, 1_000)
      expect(Math.abs(move)).toBeLessThan(0.05)
    }
  })
})

describe('production over three days at many latitudes', () => {
  const { loggers } = createFleet({ loggers: 60, seed: 4 })

  test.each(loggers.map(logger => [logger.site.name, logger] as const))('%s stays in range', (_, logger) => {
    const city = cityOfSite(logger.site)
    const site = {
      place: logger.site,
      siteSeed: 1,
      deviceSeed: 2,
      ratedPowerW: logger.rated_power_w,
      mpptCount: logger.mppt_count,
      gridVoltageV: city.gridVoltageV,
      gridFrequencyHz: city.gridFrequencyHz,
    }
    let peakW = 0
    for (let atMs = JUNE_MS; atMs < JUNE_MS + 72 * HOUR_MS; atMs += 600_000) {
      const production = productionAt(site, atMs)
      peakW = Math.max(peakW, production.acPowerW)
      expect(production.acPowerW).toBeLessThanOrEqual(logger.rated_power_w)
      expect(Math.abs(production.gridVoltageV / city.gridVoltageV - 1)).toBeLessThan(0.05)
      expect(Math.abs(production.gridFrequencyHz - city.gridFrequencyHz)).toBeLessThan(0.1)
      for (const input of production.inputs) {
        expect(input.voltageV).toBeLessThan(50)
        expect(input.currentA).toBeLessThan(20)
      }
      if (sunElevationDegrees(logger.site, atMs) < 0) {
        expect(production.acPowerW).toBe(0)
      }
    }
    expect(peakW / logger.rated_power_w).toBeGreaterThan(0.05)
  })
})
