// The facts against a TimescaleDB in known states: chunks made, compressed and overdue, jobs run, aggregates refreshed.
import { databaseKinds, waitUntil } from '@deye-hard/testkit'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type MonitorFixture, openMonitorFixture, valuesOf } from '../../test/monitor-fixture.ts'

const [, timescale] = await databaseKinds()
const DAY_S = 86_400
const RETENTION_DAYS = 15
/** Each in a chunk of its own, in UTC days like the chunks. */
const DAYS_AGO = [20, 10, 0]
const TODAY_S = Math.floor(Date.now() / 1_000 / DAY_S) * DAY_S

describe.skipIf(timescale!.missing)('facts of TimescaleDB', () => {
  let fixture: MonitorFixture

  beforeAll(async () => {
    fixture = await openMonitorFixture(timescale!.create, { measurementRetentionDays: RETENTION_DAYS })
    // The jobs run by themselves a moment after the migration; here they run when the test says so.
    await waitUntil(async () => (await sumOf('timescaledb_job_runs_total')) >= 5, { timeoutMs: 30_000 })
    await fixture.pool.query(`SELECT alter_job(job_id, scheduled => false) FROM monitoring.jobs`)
  })

  afterAll(() => fixture.close())

  const values = async (metric: Parameters<typeof valuesOf>[1]) => valuesOf(await fixture.facts(), metric)

  async function sumOf(metric: Parameters<typeof valuesOf>[1]): Promise<number> {
    const samples = (await fixture.facts())[metric]
    return samples.reduce((sum, { value }) => sum + value, 0)
  }

  async function insertRows(): Promise<void> {
    for (const days of DAYS_AGO) {
      await fixture.pool.query(
        `INSERT INTO measurement (inverter_id, time, received_at, record_counter, dedupe_key, buffered, time_quality, ac_active_power_w)
         SELECT 1, to_timestamp($1) + n * interval '1 minute', now(), n, gen_random_uuid(), false, 'exact', n
         FROM generate_series(1, 60) AS n`,
        [TODAY_S - days * DAY_S],
      )
    }
  }

  /** The chunk of a day ends with it. */
  const ageOfChunkEndS = (days: number) => Date.now() / 1_000 - TODAY_S + (days - 1) * DAY_S

  it('says which jobs there are and that they are held back', async () => {
    expect(await values('timescaledb_job_scheduled')).toEqual({
      'policy_compression.measurement': 0,
      'policy_compression.measurement_15m': 0,
      'policy_refresh_continuous_aggregate.measurement_15m': 0,
      'policy_refresh_continuous_aggregate.measurement_daily': 0,
      'policy_retention.measurement': 0,
    })
    expect(await values('timescaledb_job_schedule_interval_seconds')).toMatchObject({
      'policy_compression.measurement': 6 * 3_600,
      'policy_retention.measurement': DAY_S,
    })
  })

  it('knows no lag of an aggregate that was never refreshed with rows, and its schedule all the same', async () => {
    expect(await values('timescaledb_continuous_aggregate_lag_seconds')).toEqual({})
    expect(await values('timescaledb_continuous_aggregate_schedule_interval_seconds')).toEqual({
      'public.measurement_15m': 900,
      'public.measurement_daily': 3_600,
    })
  })

  it('counts chunks, and how long the oldest is overdue', async () => {
    const before = await values('timescaledb_hypertable_size_bytes')
    await insertRows()
    expect(await values('timescaledb_hypertable_chunks_total')).toEqual({
      'public.measurement': 3,
      'public.measurement_15m': 0,
      'public.measurement_daily': 0,
    })
    const after = await values('timescaledb_hypertable_size_bytes')
    expect(after['public.measurement']).toBeGreaterThan(before['public.measurement']!)
    expect(await values('timescaledb_columnstore_chunks_due')).toMatchObject({ 'public.measurement': 2 })
    expect(await values('timescaledb_columnstore_chunks_overdue')).toMatchObject({ 'public.measurement': 2 })
    const lag = await values('timescaledb_columnstore_lag_seconds')
    expect(lag['public.measurement']).toBeCloseTo(ageOfChunkEndS(20) - 7 * DAY_S, -2)
    const overdue = await values('timescaledb_retention_overdue_seconds')
    expect(overdue['public.measurement']).toBeCloseTo(ageOfChunkEndS(20) - RETENTION_DAYS * DAY_S, -2)
  })

  it('sees at once what was compressed', async () => {
    await fixture.pool.query(
      `SELECT compress_chunk(c) FROM show_chunks('measurement', older_than => interval '15 days') AS c`,
    )
    expect(await values('timescaledb_hypertable_chunks_compressed')).toMatchObject({
      'public.measurement': 1,
    })
    expect(await values('timescaledb_hypertable_chunks_uncompressed')).toMatchObject({
      'public.measurement': 2,
    })
    expect(await values('timescaledb_columnstore_chunks_overdue')).toMatchObject({ 'public.measurement': 1 })
    const lag = await values('timescaledb_columnstore_lag_seconds')
    expect(lag['public.measurement']).toBeCloseTo(ageOfChunkEndS(10) - 7 * DAY_S, -2)
  })

  it('says up to when an aggregate is materialised', async () => {
    await fixture.pool.query(
      `CALL refresh_continuous_aggregate('measurement_15m', now() - interval '14 days', now() - interval '9 days')`,
    )
    const lag = await values('timescaledb_continuous_aggregate_lag_seconds')
    expect(Object.keys(lag)).toEqual(['public.measurement_15m'])
    expect(lag['public.measurement_15m']).toBeGreaterThan(9 * DAY_S - 900)
    expect(lag['public.measurement_15m']).toBeLessThan(11 * DAY_S)
    expect(await values('timescaledb_hypertable_chunks_total')).toMatchObject({ 'public.measurement_15m': 1 })
  })

  it('counts the runs of a job, and the failures', async () => {
    const runs = await sumOf('timescaledb_job_runs_total')
    await fixture.pool.query(
      `SELECT alter_job(job_id, scheduled => true, next_start => now()) FROM monitoring.jobs WHERE proc_name = 'policy_retention'`,
    )
    // A run is counted when it begins, and the success of the one before is seconds old.
    await waitUntil(
      async () => (await values('timescaledb_retention_overdue_seconds'))['public.measurement'] === 0,
      { timeoutMs: 20_000, what: 'the end of the retention job' },
    )
    expect(await sumOf('timescaledb_job_runs_total')).toBeGreaterThan(runs)
    const sinceSuccess = await values('timescaledb_job_seconds_since_success')
    expect(sinceSuccess['policy_retention.measurement']).toBeLessThan(30)
    expect(await sumOf('timescaledb_job_failures_total')).toBe(0)

    await fixture.pool.query(`
      CREATE PROCEDURE fails(job_id integer, config jsonb) LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''no''; END';
      SELECT add_job('fails', '1 h', initial_start => now())`)
    await waitUntil(async () => (await values('timescaledb_job_failures_total'))['fails.'] === 1, {
      timeoutMs: 20_000,
    })
    expect(await values('timescaledb_job_seconds_since_success')).not.toHaveProperty('fails.')
  })

  it('depends on nothing of the extension, so that ALTER EXTENSION UPDATE may drop its views', async () => {
    const { rows } = await fixture.pool.query(
      `SELECT DISTINCT refobjid::regclass AS needed
       FROM pg_depend d JOIN pg_rewrite r ON d.classid = 'pg_rewrite'::regclass AND d.objid = r.oid
       JOIN pg_class v ON v.oid = r.ev_class
       WHERE v.relnamespace = 'monitoring'::regnamespace AND refclassid = 'pg_class'::regclass
         AND refobjid NOT IN (SELECT oid FROM pg_class WHERE relnamespace = 'monitoring'::regnamespace)`,
    )
    expect(rows).toEqual([])
  })
})

describe.skipIf(timescale!.missing)('a database that gets the extension after its migrations', () => {
  it('shows it from the next read on, to the same role', async () => {
    const fixture = await openMonitorFixture(async () => {
      const database = await timescale!.create()
      const client = new pg.Client({ connectionString: database.url })
      await client.connect()
      await client.query('DROP EXTENSION timescaledb CASCADE')
      await client.end()
      return database
    })
    expect((await fixture.facts()).timescaledb_extension).toEqual([{ labels: {}, value: 0 }])
    // The first statement of its connection, or the library of the dropped one is still loaded.
    const client = new pg.Client({ connectionString: fixture.database.url })
    await client.connect()
    await client.query('CREATE EXTENSION timescaledb')
    await client.query(
      `CREATE TABLE late (time timestamptz NOT NULL); SELECT create_hypertable('late', by_range('time'))`,
    )
    await client.end()
    const facts = await waitUntil(async () => {
      const outcome = await fixture.monitor.read()
      return outcome.up && outcome.facts
    })
    expect(facts.timescaledb_extension).toEqual([{ labels: {}, value: 1 }])
    expect(valuesOf(facts, 'timescaledb_hypertable_chunks_total')).toEqual({ 'public.late': 0 })
    await fixture.close()
  })
})
