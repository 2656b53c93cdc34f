// Fleets: the same for a seed, plausible for a human, lit at any hour, and readable from a file.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadVectors } from '@deye-hard/solarman-v5/testing'
import { afterAll, expect, test } from 'vitest'
import { CITIES } from '../../src/fleet/cities.ts'
import { cityOfSite, createFleet, FIRST_LOGGER_SERIAL } from '../../src/fleet/fleet.ts'
import { readFleetFile } from '../../src/fleet/fleet-file.ts'
import { MODELS } from '../../src/fleet/models.ts'
import { sunElevationDegrees } from '../../src/sky/sun.ts'

const folder = mkdtempSync(join(tmpdir(), 'fleet-'))
afterAll(() => rmSync(folder, { recursive: true }))

function fleetFile(content: unknown): string {
  const file = join(folder, 'fleet.json')
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content))
  return file
}

test('the same seed gives the same fleet, another seed another one', () => {
  const fleet = createFleet({ loggers: 120, seed: 7 })
  expect(createFleet({ loggers: 120, seed: 7 })).toEqual(fleet)
  const serials = new Set(fleet.loggers.map(logger => logger.logger_serial))
  const others = createFleet({ loggers: 120, seed: 8 }).loggers
  expect(others.filter(logger => serials.has(logger.logger_serial))).toEqual([])
})

test('120 loggers stand on 100 sites, some of which have two inverters', () => {
  const { loggers } = createFleet({ loggers: 120, seed: 1 })
  const sites = Map.groupBy(loggers, logger => logger.site.name)
  expect(sites.size).toBe(100)
  expect([...sites.values()].filter(group => group.length === 2)).toHaveLength(20)
})

test.each([1, 120, 100_000])('%i loggers have serials of their own, far from those of the vectors', count => {
  const { loggers } = createFleet({ loggers: count, seed: 299 })
  expect(new Set(loggers.map(logger => logger.logger_serial)).size).toBe(count)
  expect(new Set(loggers.map(logger => logger.inverter_serial)).size).toBe(count)
  for (const logger of loggers) {
    expect(logger.logger_serial).toBeGreaterThanOrEqual(FIRST_LOGGER_SERIAL)
    expect(logger.logger_serial).toBeLessThan(2 ** 32)
    expect(logger.inverter_serial).toMatch(/^\d{10}$/)
  }
  const captured = loadVectors().map(vector => Number(vector.expect.logger_serial ?? 0))
  expect(Math.max(...captured)).toBeLessThan(FIRST_LOGGER_SERIAL)
})

test('models, zones and cities are real ones', () => {
  for (const logger of createFleet({ loggers: 500, seed: 3 }).loggers) {
    const model = MODELS.find(candidate => candidate.name === logger.model)
    expect(model?.ratedPowerW).toBe(logger.rated_power_w)
    expect(model?.mpptCount).toBe(logger.mppt_count)
    const city = cityOfSite(logger.site)
    expect(city.timezone).toBe(logger.site.timezone)
    expect(Math.abs(city.latitude - logger.site.latitude)).toBeLessThan(0.06)
    expect(() => new Intl.DateTimeFormat('en', { timeZone: logger.site.timezone })).not.toThrow()
  }
})

test('at any hour of the year at least a tenth of the default fleet has sun, and some has none', () => {
  const sites = createFleet({ loggers: 120, seed: 1 }).loggers.map(logger => logger.site)
  for (let atMs = Date.UTC(2026, 0, 1); atMs < Date.UTC(2027, 0, 1); atMs += 11 * 3_600_000) {
    const lit = sites.filter(site => sunElevationDegrees(site, atMs) > 6).length
    expect(lit, new Date(atMs).toISOString()).toBeGreaterThanOrEqual(12)
    expect(lit).toBeLessThan(120)
  }
})

test('the table of cities is in the order of the sun', () => {
  const longitudes = CITIES.map(city => city.longitude)
  expect(longitudes).toEqual(longitudes.toSorted((a, b) => a - b))
})

test('a printed fleet is read back as it was', () => {
  const fleet = createFleet({ loggers: 5, seed: 2 })
  expect(readFleetFile(fleetFile(fleet))).toEqual(fleet)
})

test.each([
  ['{', /Cannot read the fleet file .*JSON/],
  [{ seed: 1 }, /expected \{"seed"/],
  [{ seed: 1, loggers: [] }, /expected 1 to 100000 loggers, found 0/],
  [{ seed: 1, loggers: [{ logger_serial: -1 }] }, /loggers\[0\]\.logger_serial must be/],
])('a broken fleet file is named with its fault: %j', (content, message) => {
  expect(() => readFleetFile(fleetFile(content))).toThrow(message)
})

test('a serial that stands twice is refused', () => {
  const fleet = createFleet({ loggers: 2, seed: 2 })
  fleet.loggers[1] = fleet.loggers[0]!
  expect(() => readFleetFile(fleetFile(fleet))).toThrow(/stands in it twice/)
})
