// Ten thousand loggers: judged in steps between which others have their turn, in time that grows with the fleet and not with its square.
import { frameOf } from '@deye-hard/solarman-v5'
import { createLogger } from '@deye-hard/telemetry'
import { expect, it } from 'vitest'
import { Fleet } from '../../src/fleet/fleet.ts'
import type { RegisteredLogger } from '../../src/shipper/api-client.ts'
import { openSpool } from '../../src/spool/spool.ts'
import { settingsOf, TestClock, temporaryFolder } from '../harness.ts'
import { HOUR_MS, heartbeat, NOON_MS, registered, SERIAL } from './fleet-here.ts'

const LOGGERS = 10_000
const FEW = 1_000
const ROUNDS = 5
const MAX_BYTES = 64 * 2 ** 20

/** All have spoken this morning, and half of them are silent by noon. */
async function largeFleet(loggers: number, folder = temporaryFolder()) {
  const spool = await openSpool({ folder, maxBytes: MAX_BYTES })
  const clock = new TestClock()
  clock.now = NOON_MS - 3 * HOUR_MS
  const list = Array.from({ length: loggers }, (_, index) =>
    registered(SERIAL + index, { site_id: index % 3_000 }),
  )
  const registry = { revision: 1, loggers: () => list as RegisteredLogger[] }
  const settings = settingsOf({ SPOOL_DIR: folder })
  const logger = createLogger({ service: 'solar-collector', level: 'silent' })
  const fleet = new Fleet({ settings, registry, spool, logger, clock })
  const stop = async () => {
    await fleet.stop()
    await spool.close()
  }
  const hear = (which: (index: number) => boolean) => {
    for (let index = 0; index < loggers; index += 1)
      if (which(index)) fleet.heard(frameOf(heartbeat(SERIAL + index)))
  }
  hear(() => true)
  await fleet.evaluate()
  clock.now = NOON_MS
  hear(index => index % 2 === 0)
  return { fleet, folder, stop }
}

it('frames have their turn between the steps', async () => {
  const { fleet, stop } = await largeFleet(LOGGERS)
  let turns = 0
  let isDone = false
  const count = () => {
    turns += 1
    if (!isDone) setImmediate(count)
  }
  setImmediate(count)
  await fleet.evaluate()
  isDone = true
  expect(turns).toBeGreaterThanOrEqual(3)
  const { loggers } = fleet.status()
  expect(loggers.live).toBe(LOGGERS / 2)
  expect(loggers.late + loggers.missing).toBe(LOGGERS / 2)
  await stop()
})

it('ten times the loggers take about ten times as long', async () => {
  const [large, small] = [await largeFleet(LOGGERS), await largeFleet(FEW)]
  const costs: Record<'large' | 'small', number[]> = { large: [], small: [] }
  for (let round = 0; round < ROUNDS; round += 1) {
    costs.large.push((await durationMs(large.fleet)) / LOGGERS)
    costs.small.push((await durationMs(small.fleet)) / FEW)
  }
  expect(Math.min(...costs.large)).toBeLessThan(5 * Math.min(...costs.small))
  await Promise.all([large.stop(), small.stop()])
})

it('all tracks come back, from notes none of which is large', async () => {
  const first = await largeFleet(LOGGERS)
  await first.stop()
  const spool = await openSpool({ folder: first.folder, maxBytes: MAX_BYTES })
  const sizes = Array.from({ length: 256 }, (_, note) => spool.readNote(`fleet:${note}`)!.length)
  expect(Math.max(...sizes)).toBeLessThan(64 * 1_024)
  await spool.close()
  const second = await largeFleet(FEW, first.folder)
  expect(second.fleet.status().tracks).toMatchObject({ restored: LOGGERS, refused: 0 })
  await second.stop()
})

async function durationMs(fleet: Fleet): Promise<number> {
  const startMs = performance.now()
  await fleet.evaluate()
  return performance.now() - startMs
}
