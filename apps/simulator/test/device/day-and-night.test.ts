// Loggers live by the sun of their site: they fall silent without a word and come back in a storm.
import { describe, expect, test } from 'vitest'
import type { FleetLogger } from '../../src/fleet/fleet.ts'
import { sunElevationDegrees } from '../../src/sky/sun.ts'
import { HOUR_MS, setStage, viennaLogger } from '../harness.ts'

const START_MS = Date.UTC(2026, 2, 20)
const DAY_MS = 24 * HOUR_MS

const PLACES: readonly FleetLogger['site'][] = [
  { name: 'Quito 01', latitude: -0.2, longitude: -78.5, timezone: 'America/Guayaquil' },
  { name: 'Vienna 01', latitude: 48.2, longitude: 16.35, timezone: 'Europe/Vienna' },
  { name: 'Tromso 01', latitude: 69.65, longitude: 18.96, timezone: 'Europe/Oslo' },
  { name: 'Hamilton 01', latitude: -37.78, longitude: 175.28, timezone: 'Pacific/Auckland' },
]

describe.each(PLACES.map(site => [site.name, site] as const))('%s', (_, site) => {
  test('is heard by day only, one login a day, and leaves without FIN', () => {
    const stage = setStage({ loggers: [viennaLogger({ site })], startMs: START_MS })
    stage.schedule.advance(3 * DAY_MS)
    for (const { atMs } of stage.network.heard) {
      expect(sunElevationDegrees(site, atMs)).toBeGreaterThan(2.9)
    }
    const brightHours = Array.from({ length: 72 }, (_unused, hour) => START_MS + hour * HOUR_MS).filter(
      atMs => sunElevationDegrees(site, atMs) > 6 && sunElevationDegrees(site, atMs + HOUR_MS) > 6,
    )
    const uploads = stage.of('data')
    for (const hourMs of brightHours) {
      const heard = uploads.filter(({ atMs }) => atMs >= hourMs && atMs < hourMs + HOUR_MS)
      expect(heard.length).toBeGreaterThanOrEqual(59)
    }
    expect(stage.network.abandoned).toBe(3)
    // What the evening left behind goes when the logger is heard again.
    expect(stage.network.closed).toBe(stage.simulation.stats.asleep === 1 ? 2 : 3)
  })
})

test('polar night and polar day: silent all through, or never', () => {
  const svalbard = viennaLogger({
    site: { name: 'Svalbard 01', latitude: 78.2, longitude: 15.6, timezone: 'Arctic/Longyearbyen' },
  })
  const winter = setStage({ loggers: [svalbard], startMs: Date.UTC(2026, 11, 10) })
  winter.schedule.advance(4 * DAY_MS)
  expect(winter.network.heard).toEqual([])
  const summer = setStage({ loggers: [svalbard], startMs: Date.UTC(2026, 5, 10) })
  summer.schedule.advance(4 * DAY_MS)
  expect(summer.network.abandoned).toBe(0)
  expect(summer.of('data').length).toBeGreaterThan(4 * 24 * 59)
})

test('the morning comes by longitude: logins of two cities lie apart as their suns do', () => {
  const cities = PLACES.slice(1, 2).concat({ ...PLACES[1]!, name: 'Vienna 02', longitude: -13.65 })
  const loggers = cities.flatMap((site, place) =>
    Array.from({ length: 20 }, (_, index) =>
      viennaLogger({
        site,
        logger_serial: 3_900_000_000 + place * 100 + index,
        inverter_serial: String(2_200_000_000 + place * 100 + index),
      }),
    ),
  )
  const stage = setStage({ loggers, startMs: START_MS })
  stage.schedule.advance(10 * HOUR_MS)
  const firsts = new Map<number, number>()
  for (const { frame, atMs } of stage.of('hello')) {
    firsts.set(frame.loggerSerial, firsts.get(frame.loggerSerial) ?? atMs)
  }
  const times = loggers.map(logger => firsts.get(logger.logger_serial)!)
  const [east, west] = [times.slice(0, 20), times.slice(20)]
  for (const storm of [east, west]) {
    const spreadMs = Math.max(...storm) - Math.min(...storm)
    expect(spreadMs).toBeGreaterThan(60_000)
    expect(spreadMs).toBeLessThan(25 * 60_000)
  }
  const average = (storm: number[]) => storm.reduce((sum, atMs) => sum + atMs, 0) / storm.length
  expect(Math.abs(average(west) - average(east) - 2 * HOUR_MS)).toBeLessThan(0.2 * HOUR_MS)
})

test('at speed 1440 a day passes in a minute', () => {
  const stage = setStage({ startMs: START_MS, speed: 1_440 })
  stage.schedule.advance(3 * 60_000)
  expect(stage.network.abandoned).toBe(3)
})
