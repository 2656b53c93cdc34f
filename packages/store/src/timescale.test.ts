// What only the real TimescaleDB can show: late data in compressed chunks, aggregates over late data, background jobs.
import { databaseKinds, waitUntil } from '@deye-hard/testkit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  batchOf,
  DAY_MS,
  type Fixture,
  MINUTE_MS,
  NOW,
  openFixture,
  range,
  reading,
} from '../test/fixture.ts'

const [, timescale] = await databaseKinds()
const TEN_DAYS_AGO_MIN = 10 * 24 * 60

describe.skipIf(timescale!.missing)('TimescaleDB', () => {
  let fixture: Fixture
  let serial: number
  let inverterId: number

  beforeAll(async () => {
    fixture = await openFixture(timescale!.create)
    const logger = await fixture.addLogger()
    serial = logger.serial
    inverterId = logger.id
  })

  afterAll(() => fixture.close())

  const old = (counter: number, watt = 100) =>
    reading(serial, counter, {
      minutesAgo: TEN_DAYS_AGO_MIN + counter,
      buffered: true,
      values: { ac_active_power_w: watt, energy_total_kwh: 1000 + counter },
    })

  async function compressedChunks(): Promise<number> {
    const { rows } = await fixture.pool.query(
      `SELECT count(*)::int AS n FROM timescaledb_information.chunks WHERE hypertable_name = 'measurement' AND is_compressed`,
    )
    return rows[0].n as number
  }

  async function aggregated(view: string): Promise<{ samples: number; most: number }> {
    const { rows } = await fixture.pool.query(
      `SELECT coalesce(sum(samples), 0)::int AS samples, max(ac_active_power_max_w)::float AS most FROM ${view}
       WHERE inverter_id = $1 AND bucket < $2`,
      [inverterId, new Date(NOW.getTime() - 8 * DAY_MS)],
    )
    return rows[0]
  }

  /** From a bounded start: from NULL it would delete the history that retention has already dropped below. */
  async function refresh(view: string): Promise<void> {
    const window = [new Date(NOW.getTime() - 13 * DAY_MS), new Date(NOW.getTime() - 7 * DAY_MS)]
    // A refresh by the policy may run at the same moment; the second one fails at once (reference timescaledb.md 3.2).
    await waitUntil(async () => {
      await fixture.pool.query(
        `CALL refresh_continuous_aggregate('${view}', $1::timestamptz, $2::timestamptz)`,
        window,
      )
      return true
    })
  }

  it('takes late rows and duplicates into compressed chunks, and the ledger stays equal to the rows', async () => {
    await fixture.store.ingest.ingest(
      batchOf(
        range(60).map(n => old(n)),
        'late',
      ),
      NOW,
    )
    await fixture.pool.query(`SELECT count(compress_chunk(chunk)) FROM show_chunks('measurement') AS chunk`)
    expect(await compressedChunks()).toBeGreaterThan(0)

    const again = [...range(60).map(n => old(n)), ...range(30).map(n => old(60 + n))]
    const outcomes = await fixture.store.ingest.ingest(batchOf(again, 'late'), NOW)
    expect(outcomes.filter(({ outcome }) => outcome === 'stored')).toHaveLength(30)
    expect(outcomes.filter(({ outcome }) => outcome === 'duplicate')).toHaveLength(60)
    expect(await compressedChunks()).toBeGreaterThan(0)
    expect(await fixture.rowCount(inverterId)).toBe(90)
    expect(await fixture.ledgerOf('late')).toMatchObject({ stored: 90, duplicates: 60 })
  })

  it('recognises rows in compressed chunks whose message key was purged', async () => {
    await fixture.pool.query('DELETE FROM message_key')
    const outcomes = await fixture.store.ingest.ingest(batchOf([old(5), old(95), old(6)]), NOW)
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(['duplicate', 'stored', 'duplicate'])
    expect(await fixture.rowCount(inverterId)).toBe(91)
  })

  it('shows late rows in both aggregates after a refresh, bottom first', async () => {
    await refresh('measurement_15m')
    await refresh('measurement_daily')
    expect(await aggregated('measurement_15m')).toEqual({ samples: 91, most: 100 })
    expect(await aggregated('measurement_daily')).toEqual({ samples: 91, most: 100 })

    await fixture.store.ingest.ingest(batchOf(range(10).map(n => old(200 + n, 777))), NOW)
    expect(await aggregated('measurement_daily')).toEqual({ samples: 91, most: 100 })
    await refresh('measurement_15m')
    await refresh('measurement_daily')
    expect(await aggregated('measurement_15m')).toEqual({ samples: 101, most: 777 })
    expect(await aggregated('measurement_daily')).toEqual({ samples: 101, most: 777 })
  })

  it('gives the same buckets from compressed chunks', async () => {
    const buckets = await fixture.store.measurements.buckets({
      inverterId,
      from: new Date(NOW.getTime() - (TEN_DAYS_AGO_MIN + 90) * MINUTE_MS),
      to: new Date(NOW.getTime() - TEN_DAYS_AGO_MIN * MINUTE_MS),
      fields: ['ac_active_power_w', 'energy_total_kwh'],
      bucketS: 3_600,
      limit: 10,
    })
    expect(buckets.map(({ samples }) => samples)).toEqual([30, 60])
    expect(buckets[0]?.values).toEqual({ ac_active_power_w: 100, energy_total_kwh: 1090 })
  })

  // Reference timescaledb.md section 1: on PostgreSQL's minors of November 2026 older versions do the work and record Failed.
  it('runs the retention job with success', async () => {
    const status = await waitUntil(
      async () => {
        const { rows } = await fixture.pool.query(
          `SELECT last_run_status FROM timescaledb_information.job_stats
           WHERE hypertable_name = 'measurement' AND last_run_status IS NOT NULL
             AND job_id IN (SELECT job_id FROM timescaledb_information.jobs WHERE proc_name = 'policy_retention')`,
        )
        return rows[0]?.last_run_status as string | undefined
      },
      { timeoutMs: 20_000, what: 'the first run of the retention job' },
    )
    expect(status).toBe('Success')
  })
})
