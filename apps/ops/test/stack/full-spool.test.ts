// The spool is full while the API is away: new data is not acked, old data is safe, the reason shows, and it recovers by itself.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { System, until } from './system.ts'
import { TestLogger } from './test-logger.ts'

const serials = [3_820_000_001, 3_820_000_002]

let system: System

beforeAll(async () => {
  system = await System.start({ loggerSerials: serials, collectorEnv: { SPOOL_MAX_BYTES: '1MiB' } })
})
afterAll(() => system?.stop())

test('a full spool refuses new data and recovers when the API is back', async () => {
  await system.api.end('SIGKILL')
  const loggers = serials.map(serial => new TestLogger({ serial, port: system.collectorPort, inFlight: 32 }))
  await until(30_000, 'a full spool', async () => (await system.status()).spool.full)
  await until(10_000, 'refused frames', async () => refused(await system.status()) > 0)
  const full = await system.status()
  const ackedWhileDown = loggers.map(logger => logger.acked.size)
  expect(full.ledger.waiting).toBe(full.spool.messages)
  expect(full.ledger.received).toBeGreaterThanOrEqual(ackedWhileDown.reduce((sum, count) => sum + count))

  await system.startApi()
  await until(60_000, 'room in the spool', async () => !(await system.status()).spool.full)
  // A logger repeats what was not acked; here a reconnect does it.
  for (const logger of loggers) logger.reconnectNow()
  await until(30_000, 'acks again', () =>
    loggers.every((logger, index) => logger.acked.size > (ackedWhileDown[index] ?? 0)),
  )
  for (const logger of loggers) logger.finish()
  await until(60_000, 'the last acks', () => loggers.every(logger => nudge(logger)))
  const after = await system.drained(60_000)
  for (const logger of loggers) logger.close()
  expect(after.ledger.unaccounted).toBe(0)
  const acked = loggers.reduce((sum, logger) => sum + logger.acked.size, 0)
  expect(await system.store.ledger.countMeasurements()).toBe(acked)
})

function nudge(logger: TestLogger): boolean {
  if (logger.unacked > 0) logger.reconnectNow()
  return logger.unacked === 0
}

function refused(status: Awaited<ReturnType<System['status']>>): number {
  return JSON.stringify(status.counters).match(/"spool_full":(\d+)/)?.[1] ? 1 : 0
}
