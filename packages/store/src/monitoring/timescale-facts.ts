// What TimescaleDB says of itself, under the names and labels of the metrics that show it.
import type { LabelsFor, OWN_SCRAPED_METRICS, OwnScrapedName } from '@deye-hard/telemetry-schema'
import type { Client } from '../database.ts'

/** The two others of this name say how the reading went; see MonitorOutcome. */
export type TimescaleMetric = Exclude<
  Extract<OwnScrapedName, `timescaledb_${string}`>,
  'timescaledb_up' | 'timescaledb_last_success_timestamp_seconds'
>

export interface Sample<N extends TimescaleMetric> {
  labels: LabelsFor<(typeof OWN_SCRAPED_METRICS)[N]['labels']>
  value: number
}

/** A metric of the list that is missing here does not compile. Without the extension all but the first are empty. */
export type TimescaleFacts = { readonly [N in TimescaleMetric]: readonly Sample<N>[] }

interface TableRow {
  hypertable_schema: string
  hypertable_name: string
}

/** The columns of the views that become metrics (migration 0005_monitoring). */
interface FactsRow {
  extension: boolean
  chunks: (TableRow & { chunks_total: number; chunks_compressed: number; chunks_uncompressed: number })[]
  sizes: (TableRow & { total_bytes: number })[]
  columnstore: (TableRow & { chunks_due: number; chunks_overdue: number; lag_seconds: number })[]
  retention: (TableRow & { overdue_seconds: number })[]
  jobs: (TableRow & {
    job_id: number
    proc_name: string
    total_runs: number
    total_failures: number
    seconds_since_success: number | null
    schedule_interval_seconds: number | null
    scheduled: boolean
  })[]
  aggregates: {
    view_schema: string
    view_name: string
    lag_seconds: number | null
    seconds_since_refresh: number | null
    schedule_interval_seconds: number | null
  }[]
}

/** One statement, so that one timeout covers all and all is of one moment. */
export async function readTimescaleFacts(client: Client): Promise<TimescaleFacts> {
  const { rows } = await client.query<FactsRow>('monitoring.timescale', READ_FACTS)
  return toFacts(rows[0] as FactsRow)
}

const READ_FACTS = `
  SELECT monitoring.has_timescale() AS extension,
         (SELECT coalesce(json_agg(v), '[]') FROM monitoring.hypertable_chunks v) AS chunks,
         (SELECT coalesce(json_agg(v), '[]') FROM monitoring.hypertable_size v) AS sizes,
         (SELECT coalesce(json_agg(v), '[]') FROM monitoring.columnstore_policy v) AS columnstore,
         (SELECT coalesce(json_agg(v), '[]') FROM monitoring.retention_policy v) AS retention,
         (SELECT coalesce(json_agg(v), '[]') FROM monitoring.jobs v) AS jobs,
         (SELECT coalesce(json_agg(v), '[]') FROM monitoring.continuous_aggregate v) AS aggregates`

function toFacts({
  extension,
  chunks,
  sizes,
  columnstore,
  retention,
  jobs,
  aggregates,
}: FactsRow): TimescaleFacts {
  return {
    timescaledb_extension: [{ labels: {}, value: Number(extension) }],
    timescaledb_hypertable_chunks_total: samples(chunks, ofTable, row => row.chunks_total),
    timescaledb_hypertable_chunks_compressed: samples(chunks, ofTable, row => row.chunks_compressed),
    timescaledb_hypertable_chunks_uncompressed: samples(chunks, ofTable, row => row.chunks_uncompressed),
    timescaledb_hypertable_size_bytes: samples(sizes, ofTable, row => row.total_bytes),
    timescaledb_columnstore_chunks_due: samples(columnstore, ofTable, row => row.chunks_due),
    timescaledb_columnstore_chunks_overdue: samples(columnstore, ofTable, row => row.chunks_overdue),
    timescaledb_columnstore_lag_seconds: samples(columnstore, ofTable, row => row.lag_seconds),
    timescaledb_retention_overdue_seconds: samples(retention, ofTable, row => row.overdue_seconds),
    timescaledb_job_runs_total: samples(jobs, ofJob, row => row.total_runs),
    timescaledb_job_failures_total: samples(jobs, ofJob, row => row.total_failures),
    timescaledb_job_seconds_since_success: samples(jobs, ofJob, row => row.seconds_since_success),
    timescaledb_job_schedule_interval_seconds: samples(jobs, ofJob, row => row.schedule_interval_seconds),
    timescaledb_job_scheduled: samples(jobs, ofJob, row => Number(row.scheduled)),
    timescaledb_continuous_aggregate_lag_seconds: samples(aggregates, ofView, row => row.lag_seconds),
    timescaledb_continuous_aggregate_seconds_since_refresh: samples(
      aggregates,
      ofView,
      row => row.seconds_since_refresh,
    ),
    timescaledb_continuous_aggregate_schedule_interval_seconds: samples(
      aggregates,
      ofView,
      row => row.schedule_interval_seconds,
    ),
  }
}

/** Null is what has not happened yet: a job without success, an aggregate without refresh. It has no sample. */
function samples<R, L>(
  rows: readonly R[],
  labels: (row: R) => L,
  value: (row: R) => number | null,
): { labels: L; value: number }[] {
  return rows.flatMap(row => {
    const number = value(row)
    return number !== null && Number.isFinite(number) ? [{ labels: labels(row), value: number }] : []
  })
}

function ofTable({ hypertable_schema, hypertable_name }: TableRow) {
  return { schema: hypertable_schema, hypertable: hypertable_name }
}

function ofJob({ job_id, proc_name, hypertable_name }: FactsRow['jobs'][number]) {
  return { job_id: String(job_id), proc_name, hypertable: hypertable_name }
}

function ofView({ view_schema, view_name }: FactsRow['aggregates'][number]) {
  return { schema: view_schema, view: view_name }
}
