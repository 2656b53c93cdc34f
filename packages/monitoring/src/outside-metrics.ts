// Metrics that our services do not make: those of postgres_exporter, of every scrape, of the host, and of SigNoz's collector.
import { SERVICES } from '@deye-hard/telemetry-schema'
import { POSTGRES_METRICS } from './postgres-metrics.ts'

export interface OutsideMetric {
  kind: 'counter' | 'updown' | 'gauge' | 'histogram'
  /** UCUM as in telemetry-schema; absent where a unit is not known. */
  unit?: string
  labels: readonly string[]
  from: 'exporter' | 'scrape' | 'host' | 'collector' | 'spans'
}

/** What is scraped, by the `job_name` of otel/collector.yaml, which becomes `service.name`. */
export const SCRAPE_JOBS = ['solar-api', 'solar-collector', 'postgres-exporter', 'otel-collector']

/** Settings of PostgreSQL that otel/collector.yaml keeps, each under `pg_settings_`; the exporter has 363. */
export const KEPT_SETTINGS = [
  'max_connections',
  'superuser_reserved_connections',
  'reserved_connections',
  'shared_buffers_bytes',
  'max_wal_size_bytes',
]

/** What `service.name` can be. */
export const SERVICES_OF: Readonly<Record<OutsideMetric['from'], readonly string[]>> = {
  exporter: ['postgres-exporter'],
  scrape: SCRAPE_JOBS,
  host: ['host'],
  collector: ['otel-collector'],
  spans: SERVICES,
}

/** Kinds and labels of the last four as a collector v0.144.7 stored them, without the `device` that otel/collector.yaml takes away. */
const TABLE: readonly (readonly [
  OutsideMetric['from'],
  OutsideMetric['kind'],
  unit: string,
  labels: string,
  names: string,
])[] = [
  ['scrape', 'gauge', '1', '', 'up'],
  ['scrape', 'gauge', 's', '', 'scrape_duration_seconds'],
  [
    'scrape',
    'gauge',
    '{sample}',
    '',
    'scrape_samples_post_metric_relabeling scrape_samples_scraped scrape_series_added',
  ],
  [
    'host',
    'gauge',
    '{thread}',
    '',
    'system.cpu.load_average.1m system.cpu.load_average.5m system.cpu.load_average.15m',
  ],
  ['host', 'counter', 's', 'cpu state', 'system.cpu.time'],
  ['host', 'updown', 'By', 'state', 'system.memory.usage'],
  ['host', 'gauge', '1', 'state', 'system.memory.utilization'],
  ['host', 'counter', 'By', 'direction', 'system.disk.io system.network.io'],
  ['host', 'counter', 's', '', 'system.disk.io_time system.disk.weighted_io_time'],
  ['host', 'counter', 's', 'direction', 'system.disk.operation_time'],
  ['host', 'counter', '{operation}', 'direction', 'system.disk.merged system.disk.operations'],
  ['host', 'updown', '{operation}', '', 'system.disk.pending_operations'],
  ['host', 'updown', 'By', 'mode mountpoint state type', 'system.filesystem.usage'],
  ['host', 'updown', '{inode}', 'mode mountpoint state type', 'system.filesystem.inodes.usage'],
  ['host', 'gauge', '1', 'mode mountpoint type', 'system.filesystem.utilization'],
  ['host', 'updown', '{connection}', 'protocol state', 'system.network.connections'],
  [
    'host',
    'counter',
    '{packet}',
    'direction',
    'system.network.dropped system.network.errors system.network.packets',
  ],
  [
    'collector',
    'gauge',
    '{batch}',
    'exporter data_type',
    'otelcol_exporter_queue_capacity otelcol_exporter_queue_size',
  ],
  [
    'collector',
    'counter',
    '{item}',
    'exporter',
    `otelcol_exporter_sent_log_records_total otelcol_exporter_sent_metric_points_total otelcol_exporter_sent_spans_total
    otelcol_exporter_send_failed_log_records_total otelcol_exporter_send_failed_metric_points_total
    otelcol_exporter_send_failed_spans_total otelcol_exporter_enqueue_failed_log_records_total
    otelcol_exporter_enqueue_failed_metric_points_total otelcol_exporter_enqueue_failed_spans_total`,
  ],
  [
    'collector',
    'counter',
    '{item}',
    'receiver transport',
    `otelcol_receiver_accepted_log_records_total otelcol_receiver_accepted_metric_points_total
    otelcol_receiver_accepted_spans_total otelcol_receiver_failed_log_records_total
    otelcol_receiver_failed_metric_points_total otelcol_receiver_failed_spans_total
    otelcol_receiver_refused_log_records_total otelcol_receiver_refused_metric_points_total
    otelcol_receiver_refused_spans_total`,
  ],
  [
    'collector',
    'counter',
    '{item}',
    'receiver scraper',
    'otelcol_scraper_errored_metric_points_total otelcol_scraper_scraped_metric_points_total',
  ],
  [
    'collector',
    'counter',
    '{item}',
    'processor otel.signal',
    'otelcol_processor_incoming_items_total otelcol_processor_outgoing_items_total',
  ],
  ['collector', 'counter', '{send}', 'processor', 'otelcol_processor_batch_timeout_trigger_send_total'],
  ['collector', 'counter', 's', '', 'otelcol_process_uptime_seconds_total otelcol_process_cpu_seconds_total'],
  [
    'collector',
    'gauge',
    'By',
    '',
    'otelcol_process_memory_rss_bytes otelcol_process_runtime_heap_alloc_bytes',
  ],
  [
    'spans',
    'counter',
    '{call}',
    'service.name operation span.kind status.code http.status_code deployment.environment service.version',
    'signoz_calls_total',
  ],
  [
    'spans',
    'histogram',
    'ms',
    'service.name operation span.kind status.code deployment.environment service.version',
    'signoz_latency',
  ],
]

/** What the name of an exporter's metric does not say, or says wrongly. */
const EXPORTER_UNITS: Readonly<Record<string, string | undefined>> = {
  pg_stat_activity_max_tx_duration: 's',
  pg_stat_checkpointer_sync_time_total: 'ms',
  pg_stat_checkpointer_write_time_total: 'ms',
  pg_stat_database_blk_read_time: 'ms',
  pg_stat_database_blk_write_time: 'ms',
  pg_replication_slots_pg_wal_lsn_diff: 'By',
  pg_stat_replication_pg_wal_lsn_diff: 'By',
  // Ages in transactions, whatever they are called.
  pg_database_wraparound_age_datfrozenxid_seconds: '{transaction}',
  pg_database_wraparound_age_datminmxid_seconds: '{transaction}',
}

export const OUTSIDE_METRICS: ReadonlyMap<string, OutsideMetric> = new Map([
  ...POSTGRES_METRICS.flatMap(([kind, labels, names]) =>
    words(names).map(name => [name, exporterMetric(name, kind, words(labels))] as const),
  ),
  ...KEPT_SETTINGS.map(setting => {
    const name = `pg_settings_${setting}`
    return [name, exporterMetric(name, 'gauge', [])] as const
  }),
  ...TABLE.flatMap(([from, kind, unit, labels, names]) =>
    words(names).map(name => [name, { kind, unit, labels: words(labels), from }] as const),
  ),
])

function exporterMetric(name: string, kind: 'counter' | 'gauge', labels: readonly string[]): OutsideMetric {
  const unit = EXPORTER_UNITS[name] ?? unitInName(name)
  return { kind, labels, from: 'exporter', ...(unit === undefined ? {} : { unit }) }
}

function unitInName(name: string): string | undefined {
  if (/_seconds(_total)?$/.test(name)) return 's'
  return /_bytes(_total)?$/.test(name) ? 'By' : undefined
}

function words(text: string): string[] {
  return text.split(/\s+/).filter(word => word !== '')
}
