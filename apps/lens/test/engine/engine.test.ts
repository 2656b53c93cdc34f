// The engine: tables of SigNoz's names, statements under limits, one process per folder, and no query in the way of rows.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { waitUntil } from '@deye-hard/testkit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Engine, openEngine } from '../../src/engine/engine.ts'
import { engineForTest, engineOptions, sample, temporaryFolder } from './engine-for-tests.ts'

const SLOW = 'SELECT sum(sipHash64(number)) AS x FROM numbers(1000000000000)'

let engine: Engine
const shared = mkdtempSync(join(tmpdir(), 'lens-engine-'))

beforeAll(async () => {
  engine = await openEngine(engineOptions(shared))
})

afterAll(async () => {
  await engine.close()
  rmSync(shared, { recursive: true })
})

describe('statements', () => {
  it('see rows under every name that SigNoz has for them', async () => {
    await engine.insert('signoz_metrics.samples_v4', [
      sample('18446744073709551615', 0, 1.5),
      sample(2, 1, 3),
    ])
    for (const table of ['samples_v4', 'distributed_samples_v4']) {
      const rows = await engine.query(`SELECT fingerprint, value FROM signoz_metrics.${table} ORDER BY value`)
      expect(rows).toEqual([
        { fingerprint: '18446744073709551615', value: 1.5 },
        { fingerprint: '2', value: 3 },
      ])
    }
    const [coarse] = await engine.query(
      'SELECT sum(sum) AS sum, sum(count) AS n FROM signoz_metrics.distributed_samples_v4_agg_5m',
    )
    expect(coarse).toEqual({ sum: 4.5, n: '2' })
    const names = await engine.query(
      "SELECT concat(database, '.', name) AS name FROM system.tables WHERE database LIKE 'signoz_%'",
    )
    expect(names.map(({ name }) => name)).toEqual(
      expect.arrayContaining([
        'signoz_traces.distributed_signoz_index_v3',
        'signoz_traces.distributed_trace_summary',
        'signoz_traces.distributed_traces_v3_resource',
        'signoz_logs.distributed_logs_v2',
        'signoz_logs.distributed_logs_v2_resource',
        'signoz_metrics.distributed_time_series_v4',
        'signoz_metrics.distributed_time_series_v4_6hrs',
        'signoz_metrics.distributed_time_series_v4_1day',
        'signoz_metrics.distributed_time_series_v4_1week',
      ]),
    )
  })

  it('have the quantile function of SigNoz', async () => {
    const [row] = await engine.query(`SELECT
      histogramQuantile([0.1, 0.5, 1, 10, inf], [1, 3, 3, 6, 6], 0.5) AS inside,
      histogramQuantile([10, 0.1, 0.5, 1, inf], [6, 1, 3, 3, 7], 0.99) AS above,
      histogramQuantile([1, 2, inf], [5, 4, 6], 0.8) AS bent,
      histogramQuantile([-1, 2, inf], [5, 6, 6], 0.2) AS negative,
      histogramQuantile([0.1, inf], [0, 0], 0.5) AS empty,
      histogramQuantile([0.1, 1], [1, 2], 0.5) AS unbounded`)
    // What the program of SigNoz v0.138 gave for the same arguments.
    expect(row).toMatchObject({ inside: 0.5, above: 10, negative: -1, empty: null, unbounded: null })
    expect(row?.bent).toBeCloseTo(0.96, 9)
  })

  it('write nothing, and say what is wrong with them', async () => {
    const write = engine.query("INSERT INTO signoz_metrics.samples_v4 (metric_name) VALUES ('x')")
    await expect(write).rejects.toMatchObject({ code: 'statement_refused' })
    await expect(engine.query('SET readonly = 0')).rejects.toMatchObject({ code: 'statement_refused' })
    await expect(engine.query('SELECT nothing')).rejects.toThrow(/nothing/)
    expect(engine.status().queries.failed).toEqual({ statement_refused: 3 })
  })

  it('end at their limits of time, memory and rows, each counted', async () => {
    const engine = await engineForTest({
      queryTimeoutMs: 300,
      queryMemoryBytes: 50_000_000,
      queryRows: 1_000,
    })
    await expect(engine.query(SLOW)).rejects.toMatchObject({ code: 'query_timeout' })
    const large = engine.query('SELECT length(groupArray(number)) AS n FROM numbers(100000000)')
    await expect(large).rejects.toMatchObject({ code: 'query_memory' })
    const many = engine.query('SELECT number FROM numbers(1000000)')
    await expect(many).rejects.toMatchObject({ code: 'query_rows' })
    expect(engine.status().queries.failed).toEqual({ query_timeout: 1, query_memory: 1, query_rows: 1 })
  })

  it('that are slow hold up neither rows nor, while a reader is free, each other; too many are refused', async () => {
    const folder = temporaryFolder()
    const engine = await openEngine({
      ...engineOptions(folder, { queryTimeoutMs: 1_500 }),
      queriesWaiting: 1,
    })
    const order: string[] = []
    const slow = engine.query(SLOW).catch(() => order.push('slow'))
    const other = engine.query('SELECT 1 AS one').then(() => order.push('other'))
    const rows = engine.insert('signoz_metrics.samples_v4', [sample(1, 0, 1)]).then(() => order.push('rows'))
    await Promise.all([slow, other, rows])
    expect(order.at(-1)).toBe('slow')
    const crowd = await Promise.allSettled(Array.from({ length: 4 }, () => engine.query('SELECT sleep(0.3)')))
    expect(crowd.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'fulfilled', 'rejected'])
    expect(engine.status().queries.failed.queries_waiting).toBe(1)
    await engine.close()
  })
})

describe('the folder', () => {
  it('belongs to one engine at a time, and is kept', async () => {
    const folder = temporaryFolder()
    const first = await openEngine(engineOptions(folder))
    await first.insert('signoz_metrics.samples_v4', [sample(1, 0, 1)])
    await expect(openEngine(engineOptions(folder, { lockPatienceMs: 50 }))).rejects.toMatchObject({
      code: 'folder_locked',
      message: expect.stringContaining(folder),
    })
    await first.close()
    await expect(first.query('SELECT 1')).rejects.toMatchObject({ code: 'engine_closed' })
    const second = await engineForTest({}, folder)
    expect(await second.query('SELECT count() AS n FROM signoz_metrics.samples_v4')).toEqual([{ n: '1' }])
    expect(second.status().emptied).toBe(false)
  })

  it('with tables of another version starts empty, and the status says so', async () => {
    const folder = temporaryFolder()
    const first = await openEngine(engineOptions(folder))
    await first.insert('signoz_metrics.samples_v4', [sample(1, 0, 1)])
    await first.close()
    const version = join(folder, 'tables-version')
    writeFileSync(version, `${readFileSync(version, 'utf8')}x`)
    const second = await engineForTest({}, folder)
    expect(second.status().emptied).toBe(true)
    expect(await second.query('SELECT count() AS n FROM signoz_metrics.samples_v4')).toEqual([{ n: '0' }])
  })

  it('that cannot be used is an error, and no process is left', async () => {
    const file = join(temporaryFolder(), 'file')
    writeFileSync(file, '')
    await expect(openEngine(engineOptions(file))).rejects.toMatchObject({ code: 'engine_failed' })
  })
})

it('rows that come twice are stored once', async () => {
  const rows = [sample(1, 0, 1), sample(2, 0, 2)].map(row => ({ ...row, metric_name: 'twice' }))
  await engine.insert('signoz_metrics.samples_v4', rows)
  await engine.insert('signoz_metrics.samples_v4', rows)
  const count = "SELECT count() AS n FROM signoz_metrics.samples_v4 WHERE metric_name = 'twice'"
  expect(await engine.query(count)).toEqual([{ n: '2' }])
})

it('rows that do not fit are refused whole, and the engine goes on', async () => {
  const rows = engine.insertLines('signoz_metrics.samples_v4', ['{"metric_name":"unfit"}', '{"value":"x"}'])
  await expect(rows).rejects.toMatchObject({ code: 'rows_refused' })
  const count = "SELECT count() AS n FROM signoz_metrics.samples_v4 WHERE metric_name = 'unfit'"
  expect(await engine.query(count)).toEqual([{ n: '0' }])
  expect(engine.status().inserts.failed).toBe(1)
})

describe('old and surplus hours', () => {
  const hoursAgo = (hours: number, n: number) =>
    Array.from({ length: n }, (_, i) => ({
      ...sample(i, 60 - hours * 60, Math.random()),
      value: Math.random(),
    }))
  const hours =
    'SELECT uniqExact(intDiv(unix_milli, 3600000)) AS hours, count() AS n FROM signoz_metrics.samples_v4'

  it('go by age', async () => {
    const engine = await engineForTest({ retentionMs: 3 * 3_600_000 })
    for (const hour of [0, 1, 2, 5, 30]) await engine.insert('signoz_metrics.samples_v4', hoursAgo(hour, 10))
    expect(await engine.sweep()).toMatchObject({ expired: 2, evicted: 0 })
    expect(await engine.query(hours)).toEqual([{ hours: '3', n: '30' }])
    expect(engine.status().disk.expiredPartitions).toBe(2)
  })

  it('go by size, the oldest first, and by themselves', async () => {
    const engine = await engineForTest({ diskBytes: 150_000, sweepIntervalMs: 200 })
    for (const hour of [4, 3, 2, 1, 0])
      await engine.insert('signoz_metrics.samples_v4', hoursAgo(hour, 5_000))
    await waitUntil(() => engine.status().disk.evictedPartitions > 0)
    const { disk } = engine.status()
    expect(disk.bytes).toBeLessThanOrEqual(150_000)
    const [left] = await engine.query(
      'SELECT min(intDiv(unix_milli, 3600000)) AS oldest, max(intDiv(unix_milli, 3600000)) AS newest FROM signoz_metrics.samples_v4',
    )
    expect(Number(left?.newest)).toBe(Math.floor(Date.now() / 3_600_000))
    expect(Number(left?.oldest)).toBeGreaterThan(Number(left?.newest) - 4)
  })
})
