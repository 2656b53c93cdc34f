// What the tables hold of a scraped job; the same statements go to SigNoz's engine and to ours.

/** Without what tells one run from another: ports, times, and the version of the collector's own build. */
export const PAGE_STATEMENTS = {
  series: (job: string) => `SELECT env, temporality, metric_name, description, unit, type, is_monotonic,
      toJSONString(mapSort(attrs)) AS attributes, scope_attrs['__scope.name__'] AS scope,
      toJSONString(mapSort(mapFilter((k, v) -> k NOT IN ('server.port', 'service.instance.id'), resource_attrs))) AS resource
    FROM signoz_metrics.distributed_time_series_v4 WHERE resource_attrs['service.name'] = '${job}'
    GROUP BY ALL ORDER BY metric_name, attributes`,
  samples: (
    job: string,
  ) => `SELECT s.metric_name AS name, t.attributes AS attributes, arraySort(groupUniqArray((s.flags, toString(s.value)))) AS seen
    FROM signoz_metrics.distributed_samples_v4 AS s INNER JOIN (
      SELECT DISTINCT fingerprint, toJSONString(mapSort(attrs)) AS attributes FROM signoz_metrics.time_series_v4
      WHERE resource_attrs['service.name'] = '${job}') AS t ON s.fingerprint = t.fingerprint
    WHERE s.metric_name != 'scrape_duration_seconds' GROUP BY name, attributes ORDER BY name, attributes`,
} as const
