// Ten thousand loggers in one process: all of them are served, and what each costs in memory stays small.
import { expect, test } from 'vitest'
import { createFleet } from '../src/fleet/fleet.ts'
import { MINUTE_MS, NOON_MS, setStage } from './harness.ts'

const LOGGERS = 10_000
/** Measured 26 kB, the recorded frames of this test and garbage included; a leak per frame or timer would show as several times that. */
const HEAP_PER_LOGGER_MAX_BYTES = 60_000

test('10,000 loggers live through a minute', () => {
  const { loggers } = createFleet({ loggers: LOGGERS, seed: 1 })
  const before = process.memoryUsage()
  const stage = setStage({ loggers, startMs: NOON_MS })
  stage.schedule.advance(MINUTE_MS)
  const { connected, asleep, data_acked, restarts } = stage.simulation.stats
  expect(connected + asleep).toBe(LOGGERS)
  expect(connected).toBeGreaterThan(LOGGERS / 3)
  expect(data_acked).toBeGreaterThanOrEqual(connected)
  expect(restarts).toBe(0)
  const after = process.memoryUsage()
  const grown = after.heapUsed + after.external - before.heapUsed - before.external
  expect(grown / LOGGERS).toBeLessThan(HEAP_PER_LOGGER_MAX_BYTES)
})
