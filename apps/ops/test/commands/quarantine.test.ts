// `ops quarantine` and `ops ledger` on real frames: what stays, what is stored after a fix, and that the counts agree.
import { createServer, type Server } from 'node:http'
import { buildDeyeMicroData, buildFrame } from '@deye-hard/solarman-v5/testing'
import { openStore } from '@deye-hard/store'
import { createTestDatabase, type TestDatabase } from '@deye-hard/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { answerOf, runOps } from '../run-ops.ts'

const KNOWN_LATER = 2_700_000_010
const STRANGER = 2_700_000_011
const COLLECTOR = 'collector-1'
const BOOT = { workTimeS: 1_000_000, powerOnS: 600 }
let database: TestDatabase
let store: ReturnType<typeof openStore>
let env: Record<string, string>
let collector: Server
/** What the collector would say that it received; the database is counted by itself. */
let received: number

interface Listed {
  counts: { reason: string; messages: number }[]
  entries: { id: number; logger_serial: number; reason: string; frame: string }[]
}
interface Replayed {
  dry_run: boolean
  counts: Record<string, number>
  entries: { logger_serial: number; outcome: string; reason?: string }[]
}

beforeAll(async () => {
  database = await createTestDatabase()
  store = openStore({ databaseUrl: database.url, databasePoolMax: 2 })
  collector = createServer((_, response) => {
    const ledger = { received, waiting: 0 }
    response.end(JSON.stringify({ collector_id: COLLECTOR, ledger }))
  })
  await new Promise<void>(done => collector.listen(0, '127.0.0.1', done))
  const { port } = collector.address() as { port: number }
  env = { DATABASE_URL: database.url, COLLECTOR_STATUS_URL: `http://127.0.0.1:${port}/status` }
  await answerOf(['migrate'], { env })
  await answerOf(['user', 'add', 'anna@example.org'], { env, stdin: 'correct horse battery\n' })
  await quarantineAll()
})
afterAll(async () => {
  collector?.close()
  await store?.close()
  await database?.drop()
})

test('list counts by reason and shows the bytes', async () => {
  const { counts, entries } = await list()
  expect(counts.map(({ reason, messages }) => [reason, messages])).toEqual([['unknown_logger', 4]])
  expect(entries).toHaveLength(4)
  expect(entries[0]!.frame).toBe(liveFrame(KNOWN_LATER).toString('hex'))
  const filtered = await list('--logger-serial', String(STRANGER))
  expect(filtered.entries.map(entry => entry.logger_serial)).toEqual([STRANGER])
})

test('ledger balances while all are in quarantine', async () => {
  expect(await answerOf(['ledger'], { env })).toMatchObject({
    collector_id: COLLECTOR,
    at_rest: true,
    ledger: { received: 4, stored: 0, duplicates: 0, quarantined: 4, waiting: 0, unaccounted: 0 },
  })
})

test('replay of strangers changes nothing and ends with 1', async () => {
  const { code, stdout } = await runOps(['quarantine', 'replay', '--json'], { env })
  expect(code).toBe(1)
  expect((JSON.parse(stdout) as Replayed).counts).toEqual({ quarantined: 4 })
  expect((await list()).entries).toHaveLength(4)
})

test('after the logger is registered: a dry run foresees it, the replay stores live and buffered records', async () => {
  const place = ['--site', 'A', '--latitude', '52', '--longitude', '13', '--timezone', 'Europe/Berlin']
  const serial = String(KNOWN_LATER)
  const named = ['--logger-serial', serial, '--user', 'anna@example.org', '--name', 'Garage']
  const { id } = await answerOf(['inverter', 'add', ...named, ...place], { env })

  const dry = await replay(['--dry-run'])
  expect(dry).toMatchObject({ dry_run: true, counts: { would_be_stored: 2, quarantined: 2 } })
  expect((await list()).entries).toHaveLength(4)

  const real = await replay([])
  expect(real.counts).toEqual({ stored: 2, quarantined: 2 })
  const reasons = real.entries.filter(entry => entry.outcome === 'quarantined').map(entry => entry.reason)
  expect(reasons).toEqual(['unsupported_sensor_list', 'unknown_logger'])
  const rows = await store.measurements.range({
    inverterId: id as number,
    from: new Date(Date.now() - 86_400_000),
    to: new Date(Date.now() + 60_000),
    fields: ['ac_active_power_w'],
    limit: 10,
  })
  // The buffered record has no clock of its own: that of the live one in the same boot dates it.
  expect(rows.map(row => [row.buffered, row.timeQuality, row.values.ac_active_power_w])).toEqual([
    [true, 'estimated', 400],
    [false, 'exact', 400],
  ])
})

test('ledger still balances; a lost message is told and ends with 1; no collector is an answer', async () => {
  expect(await answerOf(['ledger'], { env })).toMatchObject({
    ledger: { received: 4, stored: 2, quarantined: 2, unaccounted: 0 },
  })
  received += 1
  const { code, stdout } = await runOps(['ledger'], { env })
  expect(code).toBe(1)
  expect(stdout).toContain('1 messages are missing from the database')
  received -= 1
  const alone = await answerOf(['ledger'], {
    env: { ...env, COLLECTOR_STATUS_URL: 'http://127.0.0.1:1/status' },
  })
  expect(alone).toMatchObject({ ledger: null, database: [{ collector_id: COLLECTOR, stored: 2 }] })
})

test('purge wants to know what, counts with --dry-run, deletes what fits, keeps the ledger', async () => {
  const { code, stderr } = await runOps(['quarantine', 'purge'], { env })
  expect([code, stderr]).toEqual([2, expect.stringContaining('This would delete every entry')])
  expect(await answerOf(['quarantine', 'purge', '--older-than', '1h'], { env })).toMatchObject({ entries: 0 })
  const args = ['quarantine', 'purge', '--logger-serial', String(STRANGER)]
  expect(await answerOf([...args, '--dry-run'], { env })).toEqual({ outcome: 'dry_run', entries: 1 })
  expect(await answerOf(args, { env })).toEqual({ outcome: 'purged', entries: 1 })
  expect((await list()).entries.map(entry => entry.logger_serial)).toEqual([KNOWN_LATER])
  expect(await answerOf(['ledger'], { env })).toMatchObject({ ledger: { quarantined: 2, unaccounted: 0 } })
})

function list(...filter: string[]): Promise<Listed> {
  return answerOf(['quarantine', 'list', ...filter], { env }) as unknown as Promise<Listed>
}

async function replay(args: string[]): Promise<Replayed> {
  const { code, stdout } = await runOps(['quarantine', 'replay', '--json', ...args], { env })
  expect(code).toBe(1)
  return JSON.parse(stdout) as Replayed
}

/** Live, buffered without a clock, of an unsupported sensor list, and of a logger that stays unknown. */
async function quarantineAll(): Promise<void> {
  const frames = [
    [KNOWN_LATER, liveFrame(KNOWN_LATER)],
    [KNOWN_LATER, microFrame(KNOWN_LATER, { frameType: 0x81, recordCounter: 6, agoS: 300, offsetS: 0 })],
    [KNOWN_LATER, buildFrame({ loggerSerial: KNOWN_LATER, code: 0x42, payload: Buffer.alloc(60, 1) })],
    [STRANGER, liveFrame(STRANGER)],
  ] as const
  received = frames.length
  const messages = frames.map(([serial, frame], index) => ({
    seq: index + 1,
    logger_serial: serial,
    received_at: new Date().toISOString(),
    control_code: '0x4210',
    frame: frame.toString('base64'),
    kind: 'undecodable' as const,
    reason: 'unknown_logger' as const,
  }))
  const batch = { batch_id: crypto.randomUUID(), collector_id: COLLECTOR, messages }
  const outcomes = await store.ingest.ingest(batch, new Date())
  expect(outcomes.map(outcome => outcome.outcome)).toEqual(Array(4).fill('quarantined'))
}

const startedS = Math.floor(Date.now() / 1000)

function liveFrame(serial: number): Buffer {
  return microFrame(serial, {
    frameType: 0x01,
    recordCounter: 7,
    agoS: 0,
    offsetS: startedS - BOOT.workTimeS,
  })
}

function microFrame(
  loggerSerial: number,
  record: { frameType: 0x01 | 0x81; recordCounter: number; agoS: number; offsetS: number },
): Buffer {
  return buildDeyeMicroData({
    loggerSerial,
    frameType: record.frameType,
    workTimeS: BOOT.workTimeS - record.agoS,
    powerOnS: BOOT.powerOnS - record.agoS,
    offsetS: record.offsetS,
    recordCounter: record.recordCounter,
    inverterSerial: '2200000010',
    measured: {
      energy_today_kwh: 1.5,
      energy_total_kwh: 1200,
      grid_voltage_v: 231,
      grid_current_a: 1.7,
      grid_frequency_hz: 50,
      active_power_w: 400,
      radiator_temperature_c: 30,
      pv: [{ voltage_v: 33, current_a: 6, energy_today_kwh: 0.7, energy_total_kwh: 600 }],
    },
    device: { rated_power_w: 800, mppt_count: 2, phase_count: 1 },
  })
}
