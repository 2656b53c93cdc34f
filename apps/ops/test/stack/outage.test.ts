// The API is away for as long as ten minutes of a fleet's data: no connection drops, nothing is lost, memory stays flat, live data comes first.
import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { System, until } from './system.ts'
import { TestLogger } from './test-logger.ts'

const LOGGERS = 40
const IN_FLIGHT = 8
/** 120 loggers × 1 message/min × 10 min, times ten, so that the backlog outlasts the first live frames. */
const OUTAGE_MESSAGES = 12_000
const PAGE_BYTES = 4_096
const MEMORY_GROWTH_LIMIT_BYTES = 64 * 1_024 * 1_024
const serials = Array.from({ length: LOGGERS }, (_, index) => 3_810_000_000 + index)
const lateSerial = 3_819_999_999

let system: System

beforeAll(async () => {
  system = await System.start({
    loggerSerials: [...serials, lateSerial],
    collectorEnv: { SHIP_BATCH_MESSAGES: '100' },
  })
})
afterAll(() => system?.stop())

test('an API outage costs nothing but time', async () => {
  const loggers = serials.map(
    serial => new TestLogger({ serial, port: system.collectorPort, inFlight: IN_FLIGHT }),
  )
  const acks = () => loggers.reduce((sum, logger) => sum + logger.acked.size, 0)
  await until(30_000, 'rows before the outage', async () => (await system.status()).ledger.stored > 200)

  await system.api.end('SIGKILL')
  const ackedBefore = acks()
  await until(30_000, 'the start of the outage', async () => !(await system.status()).api.reachable)
  await until(60_000, 'a tenth of the outage', () => acks() > ackedBefore + OUTAGE_MESSAGES / 10)
  const memoryAtStart = await residentBytes(system.collector.pid)
  await until(120_000, 'the whole outage', () => acks() > ackedBefore + OUTAGE_MESSAGES)
  const memoryAtEnd = await residentBytes(system.collector.pid)
  for (const logger of loggers) logger.finish()
  await until(30_000, 'the last acks', () => loggers.every(logger => logger.unacked === 0))
  const during = await system.status()

  expect(during.ledger.waiting).toBeGreaterThanOrEqual(OUTAGE_MESSAGES)
  expect(loggers.map(logger => logger.connections)).toEqual(serials.map(() => 1))
  expect(memoryAtEnd - memoryAtStart).toBeLessThan(MEMORY_GROWTH_LIMIT_BYTES)

  await system.startApi()
  const late = new TestLogger({ serial: lateSerial, port: system.collectorPort, inFlight: 1 })
  await until(60_000, 'a live row', async () => (await liveRows()) > 0)
  const waitingWhenLiveArrived = (await system.status()).ledger.waiting
  late.finish()
  const after = await system.drained(120_000)
  for (const logger of [...loggers, late]) logger.close()

  expect(waitingWhenLiveArrived).toBeGreaterThan(OUTAGE_MESSAGES / 10)
  expect(after.ledger).toMatchObject({ waiting: 0, unaccounted: 0, quarantined: 0 })
  expect(await system.store.ledger.countMeasurements()).toBe(after.ledger.stored)
  expect(after.ledger.stored).toBeGreaterThanOrEqual(acks())
})

async function liveRows(): Promise<number> {
  const rows = await system.query<{ count: string }>(
    `SELECT count(*) FROM measurement JOIN inverter ON inverter.id = inverter_id WHERE logger_serial = ${lateSerial}`,
  )
  return Number(rows[0]?.count)
}

/** Linux only; elsewhere the comparison is of zero with zero. */
async function residentBytes(pid: number): Promise<number> {
  if (process.platform !== 'linux') return 0
  const pages = (await readFile(`/proc/${pid}/statm`, 'utf8')).split(' ')[1]
  return Number(pages) * PAGE_BYTES
}
