// SIGTERM at any moment, a database that starts late, a clock that jumps: no crash, no loss.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { System, until } from './system.ts'
import { TestLogger } from './test-logger.ts'

const serials = [3_830_000_001, 3_830_000_002, 3_830_000_003, 3_830_000_004]
const TERMINATIONS = 6
const HOUR_MS = 3_600_000

let directory: string
let system: System
let loggers: TestLogger[]

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'deye-hard-signals-'))
  const clock = join(directory, 'offset-ms')
  await writeFile(clock, '0')
  const preload = new URL('./shifted-clock.mjs', import.meta.url).href
  system = await System.start({
    loggerSerials: serials,
    collectorEnv: { NODE_OPTIONS: `--import ${preload}`, CLOCK_OFFSET_FILE: clock },
  })
  loggers = serials.map(serial => new TestLogger({ serial, port: system.collectorPort, inFlight: 4 }))
})
afterEach(async () => {
  for (const logger of loggers) logger.close()
  await system.stop()
  await rm(directory, { recursive: true, force: true })
})

test('services that are ended under load exit with 0 and lose nothing', async () => {
  for (let round = 0; round < TERMINATIONS; round += 1) {
    await moreAcks(50 * (round % 3))
    expect(await system.collector.end('SIGTERM')).toBe(0)
    if (round % 2 === 0) expect(await system.api.end('SIGTERM')).toBe(0)
    if (round % 2 === 0) await system.startApi()
    await system.startCollector()
  }
  await expectNothingLost()
})

test('data is acked and waits while the database is away', async () => {
  await system.stopDatabase()
  await moreAcks(200)
  expect(system.api.running).toBe(true)
  expect((await fetch(`${system.apiUrl}/health/live`)).status).toBe(200)
  expect((await fetch(`${system.apiUrl}/health/ready`)).status).toBe(503)
  await system.startDatabase()
  await until(
    60_000,
    'a ready API',
    async () => (await fetch(`${system.apiUrl}/health/ready`)).status === 200,
  )
  await expectNothingLost()
})

test('an API that starts before its database waits for it', async () => {
  await system.api.end('SIGTERM')
  await system.stopDatabase()
  await system.startApi()
  expect((await fetch(`${system.apiUrl}/health/ready`)).status).toBe(503)
  await moreAcks(100)
  await system.startDatabase()
  await until(
    60_000,
    'a ready API',
    async () => (await fetch(`${system.apiUrl}/health/ready`)).status === 200,
  )
  await expectNothingLost()
})

test('a clock that jumps drops no connection and loses nothing', async () => {
  for (const jumpMs of [2 * HOUR_MS, -3 * HOUR_MS, 0]) {
    await writeFile(join(directory, 'offset-ms'), String(jumpMs))
    await moreAcks(100)
  }
  expect(loggers.map(logger => logger.connections)).toEqual(serials.map(() => 1))
  await expectNothingLost()
})

async function moreAcks(count: number): Promise<void> {
  const before = acks()
  await until(60_000, `${count} more acks`, () => acks() >= before + count)
}

function acks(): number {
  return loggers.reduce((sum, logger) => sum + logger.acked.size, 0)
}

async function expectNothingLost(): Promise<void> {
  for (const logger of loggers) logger.finish()
  await until(60_000, 'the last acks', () => loggers.every(logger => logger.unacked === 0))
  const { ledger } = await system.drained(60_000)
  expect(ledger).toMatchObject({ waiting: 0, unaccounted: 0, quarantined: 0 })
  expect(ledger.stored).toBe(acks())
  expect(await system.store.ledger.countMeasurements()).toBe(acks())
}
