// Tables of traces with the names and columns of SigNoz v0.138 (signoz-contract.md section 9).

/** For columns of few values. */
const LOW = 'LowCardinality(String)'

/** Attributes that SigNoz keeps as columns of their own, with the older names of those columns. */
const PROMOTED = [
  { map: 'resources_string', key: 'service.name', alias: 'serviceName' },
  { map: 'attributes_string', key: 'http.route', alias: 'httpRoute' },
  { map: 'attributes_string', key: 'messaging.system', alias: 'msgSystem' },
  { map: 'attributes_string', key: 'messaging.operation', alias: 'msgOperation' },
  { map: 'attributes_string', key: 'db.system', alias: 'dbSystem' },
  { map: 'attributes_string', key: 'rpc.system', alias: 'rpcSystem' },
  { map: 'attributes_string', key: 'rpc.service', alias: 'rpcService' },
  { map: 'attributes_string', key: 'rpc.method', alias: 'rpcMethod' },
  { map: 'attributes_string', key: 'peer.service', alias: 'peerService' },
]

/** Older names of columns, which statements of the web still use. */
const ALIASES = {
  traceID: 'trace_id',
  spanID: 'span_id',
  parentSpanID: 'parent_span_id',
  spanKind: 'kind_string',
  durationNano: 'duration_nano',
  statusCode: 'status_code',
  statusMessage: 'status_message',
  statusCodeString: 'status_code_string',
  references: 'links',
  responseStatusCode: 'response_status_code',
  externalHttpUrl: 'external_http_url',
  httpUrl: 'http_url',
  externalHttpMethod: 'external_http_method',
  httpMethod: 'http_method',
  httpHost: 'http_host',
  dbName: 'db_name',
  dbOperation: 'db_operation',
  hasError: 'has_error',
  isRemote: 'is_remote',
}

/** `settings` are those of every table of lens. */
export function traceTables(settings: string): string[] {
  return [
    'CREATE DATABASE IF NOT EXISTS signoz_traces ENGINE = Atomic',
    `CREATE TABLE IF NOT EXISTS signoz_traces.signoz_index_v3 (${[...spanColumns(), ...INDEXES].join(',')}
) ENGINE = MergeTree PARTITION BY intDiv(toUnixTimestamp(timestamp), 3600)
ORDER BY (ts_bucket_start, resource_fingerprint, has_error, name, timestamp) ${settings}`,
    resourceTable('signoz_traces.traces_v3_resource', settings),
    `CREATE VIEW IF NOT EXISTS signoz_traces.trace_summary AS
SELECT toString(trace_id) AS trace_id, min(timestamp) AS start, max(timestamp) AS end, count() AS num_spans
FROM signoz_traces.signoz_index_v3 GROUP BY trace_id`,
    "CREATE TABLE IF NOT EXISTS signoz_traces.distributed_signoz_index_v3 ENGINE = Alias('signoz_traces', 'signoz_index_v3')",
    "CREATE TABLE IF NOT EXISTS signoz_traces.distributed_traces_v3_resource ENGINE = Alias('signoz_traces', 'traces_v3_resource')",
    'CREATE VIEW IF NOT EXISTS signoz_traces.distributed_trace_summary AS SELECT * FROM signoz_traces.trace_summary',
  ]
}

/** The resources that spans or log lines of a half hour came from. */
export function resourceTable(name: string, settings: string): string {
  return `CREATE TABLE IF NOT EXISTS ${name} (
  labels String CODEC(ZSTD(5)),
  fingerprint String CODEC(ZSTD(1)),
  seen_at_ts_bucket_start Int64 CODEC(Delta(8), ZSTD(1))
) ENGINE = ReplacingMergeTree PARTITION BY intDiv(seen_at_ts_bucket_start, 3600)
ORDER BY (labels, fingerprint, seen_at_ts_bucket_start) ${settings}`
}

const INDEXES = [
  '\n  INDEX idx_trace_id trace_id TYPE tokenbf_v1(10000, 5, 0) GRANULARITY 1',
  '\n  INDEX idx_timestamp timestamp TYPE minmax GRANULARITY 1',
  '\n  INDEX idx_duration duration_nano TYPE minmax GRANULARITY 1',
]

function spanColumns(): string[] {
  const columns: [string, string][] = [
    ['ts_bucket_start', 'UInt64 CODEC(DoubleDelta, LZ4)'],
    ['resource_fingerprint', 'String CODEC(ZSTD(1))'],
    ['timestamp', 'DateTime64(9) CODEC(DoubleDelta, LZ4)'],
    ['trace_id', 'FixedString(32) CODEC(ZSTD(1))'],
    ['span_id', 'String CODEC(ZSTD(1))'],
    ['trace_state', 'String CODEC(ZSTD(1))'],
    ['parent_span_id', 'String CODEC(ZSTD(1))'],
    ['flags', 'UInt32 CODEC(T64, ZSTD(1))'],
    ['name', LOW],
    ['kind', 'Int8 CODEC(T64, ZSTD(1))'],
    ['kind_string', 'String CODEC(ZSTD(1))'],
    ['duration_nano', 'UInt64 CODEC(T64, ZSTD(1))'],
    ['status_code', 'Int16 CODEC(T64, ZSTD(1))'],
    ['status_message', 'String CODEC(ZSTD(1))'],
    ['status_code_string', 'String CODEC(ZSTD(1))'],
    ['attributes_string', `Map(${LOW}, String) CODEC(ZSTD(1))`],
    ['attributes_number', `Map(${LOW}, Float64) CODEC(ZSTD(1))`],
    ['attributes_bool', `Map(${LOW}, Bool) CODEC(ZSTD(1))`],
    ['attributes', 'JSON(max_dynamic_paths = 0)'],
    ['resources_string', `Map(${LOW}, String) CODEC(ZSTD(1))`],
    ['events', 'Array(String) CODEC(ZSTD(2))'],
    ['links', 'String CODEC(ZSTD(1))'],
    ['response_status_code', LOW],
    ['external_http_url', LOW],
    ['http_url', LOW],
    ['external_http_method', LOW],
    ['http_method', LOW],
    ['http_host', LOW],
    ['db_name', LOW],
    ['db_operation', LOW],
    ['has_error', 'Bool CODEC(T64, ZSTD(1))'],
    ['is_remote', LOW],
    ...PROMOTED.map(({ map, key }): [string, string] => [
      promotedName(map, key),
      `${LOW} DEFAULT ${map}['${key}']`,
    ]),
    ...PROMOTED.map(({ map, key }): [string, string] => [
      `${promotedName(map, key)}_exists`,
      `Bool DEFAULT mapContains(${map}, '${key}')`,
    ]),
    ...Object.entries(ALIASES).map(([alias, column]): [string, string] => [alias, `ALIAS ${column}`]),
    ...PROMOTED.map(({ map, key, alias }): [string, string] => [
      alias,
      `ALIAS \`${promotedName(map, key)}\``,
    ]),
    ['resource', 'JSON(max_dynamic_paths = 100)'],
    ['scope', 'JSON(max_dynamic_paths = 0, name String, version String)'],
  ]
  return columns.map(([name, type]) => `\n  \`${name}\` ${type}`)
}

/** SigNoz writes `$$` for a dot and names the kind of the map in the singular. */
function promotedName(map: string, key: string): string {
  const kind = map === 'resources_string' ? 'resource_string' : 'attribute_string'
  return `${kind}_${key.replaceAll('.', '$$$$')}`
}
