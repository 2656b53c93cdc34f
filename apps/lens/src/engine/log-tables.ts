// Tables of log lines with the names and columns of SigNoz v0.138 (signoz-contract.md section 9).
import { resourceTable } from './trace-tables.ts'

/** `settings` are those of every table of lens. */
export function logTables(settings: string): string[] {
  return [
    'CREATE DATABASE IF NOT EXISTS signoz_logs ENGINE = Atomic',
    `CREATE TABLE IF NOT EXISTS signoz_logs.logs_v2 (
  ts_bucket_start UInt64 CODEC(DoubleDelta, LZ4),
  resource_fingerprint String CODEC(ZSTD(1)),
  timestamp UInt64 CODEC(DoubleDelta, LZ4),
  observed_timestamp UInt64 CODEC(DoubleDelta, LZ4),
  id String CODEC(ZSTD(1)),
  trace_id String CODEC(ZSTD(1)),
  span_id String CODEC(ZSTD(1)),
  trace_flags UInt32,
  severity_text LowCardinality(String) CODEC(ZSTD(1)),
  severity_number UInt8,
  body String CODEC(ZSTD(2)),
  body_v2 JSON(max_dynamic_paths = 0, message String) CODEC(ZSTD(1)),
  attributes_string Map(LowCardinality(String), String) CODEC(ZSTD(1)),
  attributes_number Map(LowCardinality(String), Float64) CODEC(ZSTD(1)),
  attributes_bool Map(LowCardinality(String), Bool) CODEC(ZSTD(1)),
  resources_string Map(LowCardinality(String), String) CODEC(ZSTD(1)),
  scope_name String CODEC(ZSTD(1)),
  scope_version String CODEC(ZSTD(1)),
  scope_string Map(LowCardinality(String), String) CODEC(ZSTD(1)),
  _retention_days UInt16 DEFAULT 1,
  _retention_days_cold UInt16 DEFAULT 0,
  resource JSON(max_dynamic_paths = 100) CODEC(ZSTD(1)),
  INDEX trace_id_idx trace_id TYPE tokenbf_v1(10000, 5, 0) GRANULARITY 1,
  INDEX severity_number_idx severity_number TYPE set(25) GRANULARITY 4
) ENGINE = MergeTree PARTITION BY intDiv(timestamp, 3600000000000)
ORDER BY (ts_bucket_start, resource_fingerprint, severity_text, timestamp, id) ${settings}`,
    resourceTable('signoz_logs.logs_v2_resource', settings),
    "CREATE TABLE IF NOT EXISTS signoz_logs.distributed_logs_v2 ENGINE = Alias('signoz_logs', 'logs_v2')",
    "CREATE TABLE IF NOT EXISTS signoz_logs.distributed_logs_v2_resource ENGINE = Alias('signoz_logs', 'logs_v2_resource')",
  ]
}
