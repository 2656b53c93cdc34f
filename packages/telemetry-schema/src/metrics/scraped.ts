// Metrics of `/metrics`, scraped and not pushed: what the process is, and what TimescaleDB says of itself.
import { bounded, oneOf } from '../domain-of-label.ts'
import { counter, gauge, histogram } from '../metric.ts'
import { API, BOTH } from '../services.ts'

const text = (max: number, because: string) => bounded('string', max, because)
const table = {
  schema: text(10, 'schemas that hold hypertables'),
  hypertable: text(20, 'hypertables and continuous aggregates of packages/store/migrations'),
} as const
const job = {
  job_id: text(40, 'jobs that the migrations make'),
  proc_name: text(10, 'kinds of jobs of TimescaleDB'),
  hypertable: table.hypertable,
} as const
const view = { schema: table.schema, view: text(10, 'continuous aggregates of the migrations') } as const

const chunks = (about: string) => gauge({ unit: '{chunk}', about, labels: table, by: API })
const seconds = (about: string, labels: typeof table | typeof job | typeof view) =>
  gauge({ unit: 's', about, labels, by: API })

/** Ours. Names are those of reference timescaledb.md section 5.4. */
export const scrapedMetrics = {
  solar_build_info: gauge({
    unit: '1',
    about: 'Always 1; the labels say what runs',
    labels: {
      version: text(1, 'one version runs'),
      node_version: text(1, 'one Node runs'),
      service: oneOf(BOTH),
    },
    by: BOTH,
  }),
  timescaledb_up: gauge({
    unit: '1',
    about: '1 when the facts below were read at the last attempt, 0 when not; also 1 without the extension',
    by: API,
  }),
  timescaledb_extension: gauge({ unit: '1', about: '1 when the database has the extension', by: API }),
  timescaledb_last_success_timestamp_seconds: gauge({
    unit: 's',
    about: 'When the facts below were read last, since 1970',
    by: API,
  }),
  timescaledb_hypertable_chunks_total: chunks('Chunks of a hypertable'),
  timescaledb_hypertable_chunks_compressed: chunks('Chunks in the columnstore'),
  timescaledb_hypertable_chunks_uncompressed: chunks('Chunks that are not in the columnstore'),
  timescaledb_hypertable_size_bytes: gauge({
    unit: 'By',
    about: 'Size of a hypertable with its indexes',
    labels: table,
    by: API,
  }),
  timescaledb_columnstore_chunks_due: chunks('Chunks past the age of the columnstore policy'),
  timescaledb_columnstore_chunks_overdue: chunks('Those of them that are not in the columnstore'),
  timescaledb_columnstore_lag_seconds: seconds('How long the oldest of them is overdue', table),
  timescaledb_retention_overdue_seconds: seconds('How long the oldest chunk is past its retention', table),
  timescaledb_job_runs_total: counter({
    unit: '{run}',
    about: 'Runs of a background job',
    labels: job,
    by: API,
  }),
  timescaledb_job_failures_total: counter({ unit: '{run}', about: 'Runs that failed', labels: job, by: API }),
  timescaledb_job_seconds_since_success: seconds(
    'Time since a job last succeeded; absent before the first time',
    job,
  ),
  timescaledb_job_schedule_interval_seconds: seconds('How often a job should run', job),
  timescaledb_job_scheduled: gauge({ unit: '1', about: '1 when the job may run', labels: job, by: API }),
  timescaledb_continuous_aggregate_lag_seconds: seconds(
    'Age of the newest bucket that is materialised',
    view,
  ),
  timescaledb_continuous_aggregate_seconds_since_refresh: seconds('Time since the last refresh', view),
  timescaledb_continuous_aggregate_schedule_interval_seconds: seconds(
    'How often it should be refreshed',
    view,
  ),
} as const

const library = (about: string, unit: 's' | 'By' | '1' | `{${string}}`) => gauge({ unit, about, by: BOTH })
const lag = (which: string) => library(`Delay of the event loop: ${which}`, 's')
const kind = { type: text(20, 'kinds that Node knows') } as const

/** The default metrics of prom-client, under its names. */
export const libraryMetrics = {
  process_cpu_user_seconds_total: counter({ unit: 's', about: 'Processor time in user mode', by: BOTH }),
  process_cpu_system_seconds_total: counter({ unit: 's', about: 'Processor time in system calls', by: BOTH }),
  process_cpu_seconds_total: counter({ unit: 's', about: 'Processor time in all', by: BOTH }),
  process_start_time_seconds: library('Start of the process, since 1970', 's'),
  process_resident_memory_bytes: library('Memory in use', 'By'),
  process_virtual_memory_bytes: library('Address space', 'By'),
  process_heap_bytes: library('Heap of the process', 'By'),
  process_open_fds: library('Open file descriptors', '{descriptor}'),
  process_max_fds: library('Most file descriptors', '{descriptor}'),
  nodejs_eventloop_lag_seconds: lag('now'),
  nodejs_eventloop_lag_min_seconds: lag('least'),
  nodejs_eventloop_lag_max_seconds: lag('most'),
  nodejs_eventloop_lag_mean_seconds: lag('mean'),
  nodejs_eventloop_lag_stddev_seconds: lag('standard deviation'),
  nodejs_eventloop_lag_p50_seconds: lag('p50'),
  nodejs_eventloop_lag_p90_seconds: lag('p90'),
  nodejs_eventloop_lag_p99_seconds: lag('p99'),
  nodejs_active_resources: gauge({
    unit: '{resource}',
    about: 'What keeps the process alive',
    labels: kind,
    by: BOTH,
  }),
  nodejs_active_resources_total: library('The same, added up', '{resource}'),
  nodejs_active_handles: gauge({ unit: '{handle}', about: 'Open handles', labels: kind, by: BOTH }),
  nodejs_active_handles_total: library('The same, added up', '{handle}'),
  nodejs_active_requests: gauge({
    unit: '{request}',
    about: 'Requests to the system',
    labels: kind,
    by: BOTH,
  }),
  nodejs_active_requests_total: library('The same, added up', '{request}'),
  nodejs_heap_size_total_bytes: library('Heap of V8', 'By'),
  nodejs_heap_size_used_bytes: library('Used heap of V8', 'By'),
  nodejs_external_memory_bytes: library('Memory outside of the heap', 'By'),
  nodejs_heap_space_size_total_bytes: gauge({
    unit: 'By',
    about: 'Heap by space',
    labels: { space: kind.type },
    by: BOTH,
  }),
  nodejs_heap_space_size_used_bytes: gauge({
    unit: 'By',
    about: 'Used heap by space',
    labels: { space: kind.type },
    by: BOTH,
  }),
  nodejs_heap_space_size_available_bytes: gauge({
    unit: 'By',
    about: 'Free heap by space',
    labels: { space: kind.type },
    by: BOTH,
  }),
  nodejs_version_info: gauge({
    unit: '1',
    about: 'Always 1; the labels say which Node',
    labels: {
      version: text(1, 'one Node runs'),
      major: text(1, 'the same'),
      minor: text(1, 'the same'),
      patch: text(1, 'the same'),
    },
    by: BOTH,
  }),
  nodejs_gc_duration_seconds: histogram({
    unit: 's',
    about: 'Garbage collections',
    labels: { kind: oneOf(['major', 'minor', 'incremental', 'weakcb']) },
    buckets: [0.001, 0.01, 0.1, 1, 2, 5],
    by: BOTH,
  }),
} as const
