// Rows while the engine is away, slow or refuses them: kept within bounds, then dropped and counted; nothing twice.
import { waitUntil } from '@deye-hard/testkit'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { newIntakeCounts } from '../../src/intake/counts.ts'
import type { Entry } from '../../src/intake/entries.ts'
import { RowQueue } from '../../src/intake/queue.ts'
import { type IntakeForTests, intakeForTests, QUEUE, sendHttp } from './intake-for-tests.ts'

let lens: IntakeForTests

beforeEach(async () => {
  lens = await intakeForTests({ queue: { rows: 50, intervalMs: 50 } })
})

afterEach(() => lens.stop())

let serial = 0
async function sendLogs(count: number): Promise<string> {
  const logRecords = Array.from({ length: count }, () => {
    serial += 1
    return { timeUnixNano: String(BigInt(Date.now()) * 1_000_000n), body: { intValue: String(serial) } }
  })
  const message = JSON.stringify({ resourceLogs: [{ scopeLogs: [{ logRecords }] }] })
  return (await sendHttp(lens.intake.ports.http, 'logs', message)).text()
}

async function storedLogs(): Promise<unknown> {
  const [row] = await lens.engine.query(
    'SELECT count() AS n, uniqExact(body) AS distinct FROM signoz_logs.logs_v2',
  )
  return row
}

it('while the engine is dead rows wait, the surplus is dropped, and what waited is stored once', async () => {
  await sendLogs(5)
  await lens.intake.flush()
  process.kill(lens.engine.status().pid ?? 0, 'SIGKILL')
  await waitUntil(() => lens.engine.status().state === 'down')
  // The row of the resource is known to be stored, so 50 rows are 50 lines.
  expect(await sendLogs(50)).toBe('{}')
  expect(await sendLogs(7)).toContain('queue_full: 7')
  expect(lens.intake.status().queue).toMatchObject({ rows: 50, rowsPeak: 50 })
  await lens.engine.ready()
  await lens.intake.flush()
  expect(await storedLogs()).toEqual({ n: '55', distinct: '55' })
  expect(lens.intake.status().signals.logs).toMatchObject({
    received: 62,
    stored: 55,
    dropped: { queue_full: 7, insert_failed: 0 },
  })
})

it('a death in the middle of inserts loses nothing and stores nothing twice', async () => {
  let stop = false
  const sending = (async () => {
    while (!stop) await sendLogs(3)
  })()
  for (let deaths = 1; deaths <= 3; deaths += 1) {
    await lens.engine.ready()
    const before = lens.intake.status().queue.batches
    await waitUntil(() => lens.intake.status().queue.batches > before + 2)
    process.kill(lens.engine.status().pid ?? 0, 'SIGKILL')
    await waitUntil(() => lens.engine.status().deaths === deaths)
  }
  stop = true
  await sending
  await lens.engine.ready()
  await lens.intake.flush()
  const { received, stored, dropped } = lens.intake.status().signals.logs
  expect(received).toBe(stored + dropped.queue_full)
  expect(await storedLogs()).toEqual({ n: String(stored), distinct: String(stored) })
})

it('stops with everything stored that was taken, and takes nothing after', async () => {
  await sendLogs(30)
  await lens.intake.stop()
  expect(await storedLogs()).toEqual({ n: '30', distinct: '30' })
  await expect(sendLogs(1)).rejects.toThrow()
  expect(lens.intake.receiveMetrics({ resourceMetrics: [] })).toEqual({ rejected: 0, message: '' })
})

it('what was taken and has no engine any more is given up and counted', async () => {
  await lens.engine.close()
  await sendLogs(4)
  await lens.intake.flush()
  expect(lens.intake.status().signals.logs).toMatchObject({
    received: 4,
    stored: 0,
    dropped: { insert_failed: 4 },
  })
})

it('a row that the engine cannot read goes alone, and what others refer to is written again', async () => {
  const counts = newIntakeCounts()
  let lost = 0
  const queue = new RowQueue(lens.engine, { ...QUEUE, intervalMs: 60_000 }, counts.signals, () => {
    lost += 1
  })
  const entry = (value: string): Entry => ({
    table: 'signoz_metrics.samples_v4',
    line: `{"metric_name":"poison","unix_milli":${Date.now()},"value":${value}}`,
    records: 1,
  })
  expect(queue.offer(['1', '2', '"no number"', '4', '5'].map(entry))).toBe(true)
  await queue.stop(10_000)
  expect(counts.signals.metrics).toMatchObject({ stored: 4, dropped: { insert_failed: 1 } })
  expect(lost).toBe(1)
  expect(queue.status()).toMatchObject({ rows: 0, bytes: 0 })
  const rows = await lens.engine.query(
    "SELECT value FROM signoz_metrics.samples_v4 WHERE metric_name = 'poison' ORDER BY value",
  )
  expect(rows.map(({ value }) => value)).toEqual([1, 2, 4, 5])
})
