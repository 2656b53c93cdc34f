// Tables of metrics with the names and columns of SigNoz v0.138 (signoz-contract.md section 9), made for one machine and short history.

/** Partitions are hours, so that age and size are kept by dropping whole ones. */
const BY_HOUR = 'intDiv(unix_milli, 3600000)'

const SERIES_COLUMNS = `
  env LowCardinality(String) DEFAULT 'default',
  temporality LowCardinality(String) DEFAULT 'Unspecified',
  metric_name LowCardinality(String),
  description LowCardinality(String) DEFAULT '',
  unit LowCardinality(String) DEFAULT '',
  type LowCardinality(String) DEFAULT '',
  is_monotonic Bool DEFAULT false,
  fingerprint UInt64 CODEC(Delta(8), ZSTD(1)),
  unix_milli Int64 CODEC(Delta(8), ZSTD(1)),
  labels String CODEC(ZSTD(5)),
  attrs Map(LowCardinality(String), String) DEFAULT map(),
  scope_attrs Map(LowCardinality(String), String) DEFAULT map(),
  resource_attrs Map(LowCardinality(String), String) DEFAULT map(),
  __normalized Bool DEFAULT true,
  inserted_at_unix_milli Int64 DEFAULT toUnixTimestamp64Milli(now64(3))`

const SAMPLE_COLUMNS = `
  env LowCardinality(String) DEFAULT 'default',
  temporality LowCardinality(String) DEFAULT 'Unspecified',
  metric_name LowCardinality(String),
  fingerprint UInt64 CODEC(Delta(8), ZSTD(1)),
  unix_milli Int64 CODEC(DoubleDelta, ZSTD(1)),
  value Float64 CODEC(Gorilla(8), ZSTD(1)),
  flags UInt32 DEFAULT 0 CODEC(ZSTD(1)),
  inserted_at_unix_milli Int64 DEFAULT toUnixTimestamp64Milli(now64(3)) CODEC(ZSTD(1))`

const ORDER = 'ORDER BY (env, temporality, metric_name, fingerprint, unix_milli)'

/** Series by a coarser step: SigNoz keeps copies for long ranges, a day of history needs none. */
const COARSE_SERIES = { '6hrs': 21_600_000, '1day': 86_400_000, '1week': 604_800_000 }
const COARSE_SAMPLES = { '5m': 300_000, '30m': 1_800_000 }

/** `settings` are those of every table of lens. */
export function metricTables(settings: string): string[] {
  return [
    'CREATE DATABASE IF NOT EXISTS signoz_metrics ENGINE = Atomic',
    `CREATE TABLE IF NOT EXISTS signoz_metrics.samples_v4 (${SAMPLE_COLUMNS}
) ENGINE = MergeTree PARTITION BY ${BY_HOUR} ${ORDER} ${settings}`,
    `CREATE TABLE IF NOT EXISTS signoz_metrics.time_series_v4 (${SERIES_COLUMNS}
) ENGINE = ReplacingMergeTree PARTITION BY ${BY_HOUR} ${ORDER} ${settings}`,
    ...Object.entries(COARSE_SERIES).map(([name, stepMs]) => coarseSeries(name, stepMs)),
    ...Object.entries(COARSE_SAMPLES).map(([name, stepMs]) => coarseSamples(name, stepMs)),
    ...distributed(),
  ]
}

function coarseSeries(name: string, stepMs: number): string {
  return `CREATE VIEW IF NOT EXISTS signoz_metrics.time_series_v4_${name} AS
SELECT * REPLACE (intDiv(unix_milli, ${stepMs}) * ${stepMs} AS unix_milli) FROM signoz_metrics.time_series_v4`
}

function coarseSamples(name: string, stepMs: number): string {
  return `CREATE VIEW IF NOT EXISTS signoz_metrics.samples_v4_agg_${name} AS
SELECT env, temporality, metric_name, fingerprint, intDiv(s.unix_milli, ${stepMs}) * ${stepMs} AS unix_milli,
  argMax(s.value, s.unix_milli) AS last, min(s.value) AS min, max(s.value) AS max, sum(s.value) AS sum, count() AS count
FROM signoz_metrics.samples_v4 AS s WHERE bitAnd(s.flags, 1) = 0
GROUP BY env, temporality, metric_name, fingerprint, unix_milli`
}

function distributed(): string[] {
  const coarse = [
    ...Object.keys(COARSE_SERIES).map(name => `time_series_v4_${name}`),
    ...Object.keys(COARSE_SAMPLES).map(name => `samples_v4_agg_${name}`),
  ]
  return [
    ...['samples_v4', 'time_series_v4'].map(
      name =>
        `CREATE TABLE IF NOT EXISTS signoz_metrics.distributed_${name} ENGINE = Alias('signoz_metrics', '${name}')`,
    ),
    ...coarse.map(
      name =>
        `CREATE VIEW IF NOT EXISTS signoz_metrics.distributed_${name} AS SELECT * FROM signoz_metrics.${name}`,
    ),
  ]
}
