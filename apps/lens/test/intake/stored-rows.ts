// What the tables hold of the sample requests, in the columns that lens shares with SigNoz; the same statements go to either engine.

/** All but what the receiving side makes: ids of log lines, hashes, times of arrival. */
export const STATEMENTS = {
  series: (
    marker: string,
  ) => `SELECT env, temporality, metric_name, description, unit, type, is_monotonic, unix_milli,
      toJSONString(mapSort(attrs)) AS attributes, toJSONString(mapSort(scope_attrs)) AS scopes,
      toJSONString(mapSort(mapFilter((k, v) -> k NOT LIKE 'host.%' AND k NOT LIKE 'os.%', resource_attrs))) AS resource,
      toJSONString(mapSort(mapFilter((k, v) -> k NOT LIKE 'host.%' AND k NOT LIKE 'os.%', JSONExtract(labels, 'Map(String, String)')))) AS all_labels
    FROM signoz_metrics.distributed_time_series_v4 WHERE resource_attrs['service.name'] = '${marker}' ORDER BY all_labels`,
  samples: (
    marker: string,
  ) => `SELECT s.env AS env, s.temporality AS temporality, s.metric_name AS metric_name, t.attributes AS attributes, s.unix_milli AS unix_milli,
      toString(s.value) AS number, s.flags AS flags
    FROM signoz_metrics.distributed_samples_v4 AS s INNER JOIN (
      SELECT DISTINCT fingerprint, toJSONString(mapSort(attrs)) AS attributes FROM signoz_metrics.time_series_v4
      WHERE resource_attrs['service.name'] = '${marker}') AS t ON s.fingerprint = t.fingerprint
    ORDER BY metric_name, attributes`,
  spans: (
    marker: string,
  ) => `SELECT * EXCEPT (resource_fingerprint, attributes_string, attributes_number, attributes_bool, resources_string, attributes, resource),
      toJSONString(mapSort(attributes_string)) AS strings, toJSONString(mapSort(attributes_number)) AS numbers,
      toJSONString(mapSort(attributes_bool)) AS flags_of, toJSONString(mapSort(resources_string)) AS resources,
      extract(resource_fingerprint, '(.*)hash=') AS origin, resource.\`service.name\`::String AS service, resource.\`deployment.environment\`::String AS environment,
      serviceName, httpRoute, durationNano, hasError
    FROM signoz_traces.distributed_signoz_index_v3 WHERE resources_string['service.name'] = '${marker}' ORDER BY span_id`,
  logs: (
    marker: string,
  ) => `SELECT ts_bucket_start, timestamp, trace_id, span_id, trace_flags, severity_text, severity_number, body,
      toJSONString(mapSort(attributes_string)) AS strings, toJSONString(mapSort(attributes_number)) AS numbers,
      toJSONString(mapSort(attributes_bool)) AS flags_of, toJSONString(mapSort(resources_string)) AS resources,
      scope_name, scope_version, toJSONString(mapSort(scope_string)) AS scopes, extract(resource_fingerprint, '(.*)hash=') AS origin,
      resource.\`service.name\`::String AS service
    FROM signoz_logs.distributed_logs_v2 WHERE resources_string['service.name'] = '${marker}' ORDER BY timestamp, body`,
  traceResources: (
    marker: string,
  ) => `SELECT DISTINCT labels, extract(fingerprint, '(.*)hash=') AS origin, seen_at_ts_bucket_start
    FROM signoz_traces.distributed_traces_v3_resource WHERE labels LIKE '%${marker}%'`,
  logResources: (
    marker: string,
  ) => `SELECT DISTINCT labels, extract(fingerprint, '(.*)hash=') AS origin, seen_at_ts_bucket_start
    FROM signoz_logs.distributed_logs_v2_resource WHERE labels LIKE '%${marker}%'`,
  summary: (
    marker: string,
  ) => `SELECT start, end, num_spans FROM signoz_traces.distributed_trace_summary WHERE trace_id IN (
    SELECT trace_id FROM signoz_traces.signoz_index_v3 WHERE resources_string['service.name'] = '${marker}')`,
} as const

export type StatementName = keyof typeof STATEMENTS
