-- What TimescaleDB says of itself (reference timescaledb.md section 4), as views that a role with pg_monitor may read.
-- Each view reads a function, for two reasons. The function looks at the moment of the read whether the extension is there, so the
-- views are empty without it and fill once it comes, and grants on them last. And nothing depends on the extension's own views:
-- its updates drop and make some of them anew, and a view of ours upon one would make ALTER EXTENSION timescaledb UPDATE fail.

CREATE SCHEMA monitoring;

CREATE FUNCTION monitoring.has_timescale() RETURNS boolean LANGUAGE sql STABLE AS
  $$ SELECT EXISTS (SELECT 1 FROM pg_catalog.pg_extension WHERE extname = 'timescaledb') $$;

-- Hypertables and continuous aggregates. The latter go by their own names everywhere, not by those of the hypertables that hold them.
CREATE FUNCTION monitoring.read_hypertables() RETURNS TABLE (
  hypertable_schema name, hypertable_name name, columnstore_enabled boolean, held_in_schema name, held_in_name name)
LANGUAGE plpgsql STABLE AS $f$
#variable_conflict use_column
BEGIN
  IF NOT monitoring.has_timescale() THEN RETURN; END IF;
  RETURN QUERY
    SELECT view_schema, view_name, compression_enabled, materialization_hypertable_schema, materialization_hypertable_name
    FROM timescaledb_information.continuous_aggregates
    UNION ALL
    SELECT h.hypertable_schema, h.hypertable_name, h.compression_enabled, h.hypertable_schema, h.hypertable_name
    FROM timescaledb_information.hypertables h
    WHERE NOT EXISTS (SELECT 1 FROM timescaledb_information.continuous_aggregates ca
                      WHERE (ca.materialization_hypertable_schema, ca.materialization_hypertable_name)
                          = (h.hypertable_schema, h.hypertable_name));
END $f$;

CREATE FUNCTION monitoring.read_hypertable_chunks() RETURNS TABLE (
  hypertable_schema name, hypertable_name name, columnstore_enabled boolean, chunks_total bigint, chunks_compressed bigint,
  chunks_uncompressed bigint, uncompressed_ratio float8, oldest_chunk_start timestamptz, newest_chunk_end timestamptz)
LANGUAGE plpgsql STABLE AS $f$
#variable_conflict use_column
BEGIN
  IF NOT monitoring.has_timescale() THEN RETURN; END IF;
  RETURN QUERY
    SELECT h.hypertable_schema, h.hypertable_name, h.columnstore_enabled,
           count(c.chunk_name), count(*) FILTER (WHERE c.is_compressed), count(*) FILTER (WHERE NOT c.is_compressed),
           coalesce((count(*) FILTER (WHERE NOT c.is_compressed))::float8 / nullif(count(c.chunk_name), 0), 0),
           min(c.range_start), max(c.range_end)
    FROM monitoring.read_hypertables() h
    LEFT JOIN timescaledb_information.chunks c
           ON c.hypertable_schema = h.held_in_schema AND c.hypertable_name = h.held_in_name
    GROUP BY 1, 2, 3;
END $f$;
CREATE VIEW monitoring.hypertable_chunks AS SELECT * FROM monitoring.read_hypertable_chunks();

-- Due are the chunks past the age of the policy, overdue those of them that are not compressed.
CREATE FUNCTION monitoring.read_columnstore_policy() RETURNS TABLE (
  hypertable_schema name, hypertable_name name, job_id integer, scheduled boolean, compress_after_seconds float8,
  chunks_due bigint, chunks_overdue bigint, lag_seconds float8)
LANGUAGE plpgsql STABLE AS $f$
#variable_conflict use_column
BEGIN
  IF NOT monitoring.has_timescale() THEN RETURN; END IF;
  RETURN QUERY
    WITH p AS (
      SELECT h.*, j.job_id, j.scheduled, (j.config->>'compress_after')::interval AS compress_after
      FROM timescaledb_information.jobs j
      JOIN monitoring.read_hypertables() h USING (hypertable_schema, hypertable_name)
      WHERE j.proc_name = 'policy_compression' AND j.config ? 'compress_after')
    SELECT p.hypertable_schema, p.hypertable_name, p.job_id, p.scheduled, extract(epoch FROM p.compress_after)::float8,
           count(c.chunk_name), count(*) FILTER (WHERE NOT c.is_compressed),
           coalesce(extract(epoch FROM now() - p.compress_after - min(c.range_end) FILTER (WHERE NOT c.is_compressed)), 0)::float8
    FROM p
    LEFT JOIN timescaledb_information.chunks c
           ON c.hypertable_schema = p.held_in_schema AND c.hypertable_name = p.held_in_name
          AND c.range_end <= now() - p.compress_after
    GROUP BY p.hypertable_schema, p.hypertable_name, p.job_id, p.scheduled, p.compress_after;
END $f$;
CREATE VIEW monitoring.columnstore_policy AS SELECT * FROM monitoring.read_columnstore_policy();

CREATE FUNCTION monitoring.read_retention_policy() RETURNS TABLE (
  hypertable_schema name, hypertable_name name, job_id integer, drop_after_seconds float8, oldest_data_age_seconds float8,
  chunks_overdue bigint, overdue_seconds float8)
LANGUAGE plpgsql STABLE AS $f$
#variable_conflict use_column
BEGIN
  IF NOT monitoring.has_timescale() THEN RETURN; END IF;
  RETURN QUERY
    WITH p AS (
      SELECT h.*, j.job_id, (j.config->>'drop_after')::interval AS drop_after
      FROM timescaledb_information.jobs j
      JOIN monitoring.read_hypertables() h USING (hypertable_schema, hypertable_name)
      WHERE j.proc_name = 'policy_retention' AND j.config ? 'drop_after')
    SELECT p.hypertable_schema, p.hypertable_name, p.job_id, extract(epoch FROM p.drop_after)::float8,
           coalesce(extract(epoch FROM now() - min(c.range_start)), 0)::float8,
           count(*) FILTER (WHERE c.range_end <= now() - p.drop_after),
           coalesce(greatest(0, extract(epoch FROM now() - p.drop_after - min(c.range_end))), 0)::float8
    FROM p
    LEFT JOIN timescaledb_information.chunks c
           ON c.hypertable_schema = p.held_in_schema AND c.hypertable_name = p.held_in_name
    GROUP BY p.hypertable_schema, p.hypertable_name, p.job_id, p.drop_after;
END $f$;
CREATE VIEW monitoring.retention_policy AS SELECT * FROM monitoring.read_retention_policy();

-- Before the first success seconds_since_success is NULL: -infinity or nothing stands there.
CREATE FUNCTION monitoring.read_jobs() RETURNS TABLE (
  job_id integer, proc_name name, hypertable_schema name, hypertable_name name, total_runs bigint, total_failures bigint,
  last_run_failed boolean, scheduled boolean, schedule_interval_seconds float8, seconds_since_success float8,
  last_run_duration_seconds float8, start_delay_seconds float8)
LANGUAGE plpgsql STABLE AS $f$
#variable_conflict use_column
BEGIN
  IF NOT monitoring.has_timescale() THEN RETURN; END IF;
  RETURN QUERY
    SELECT j.job_id, j.proc_name, coalesce(j.hypertable_schema, ''), coalesce(j.hypertable_name, ''),
           coalesce(s.total_runs, 0), coalesce(s.total_failures, 0), s.last_run_status IS NOT DISTINCT FROM 'Failed', j.scheduled,
           extract(epoch FROM j.schedule_interval)::float8,
           CASE WHEN s.last_successful_finish > '-infinity' THEN extract(epoch FROM now() - s.last_successful_finish)::float8 END,
           coalesce(extract(epoch FROM s.last_run_duration), 0)::float8,
           CASE WHEN s.job_status = 'Scheduled' AND s.next_start > '-infinity'
                THEN greatest(0, extract(epoch FROM now() - s.next_start))::float8 ELSE 0 END
    FROM timescaledb_information.jobs j
    LEFT JOIN timescaledb_information.job_stats s USING (job_id)
    WHERE j.job_id >= 1000;                     -- lower ones are TimescaleDB's own
END $f$;
CREATE VIEW monitoring.jobs AS SELECT * FROM monitoring.read_jobs();

-- The watermark asks for SELECT on the aggregate, which a reader has not: so it is read as their owner. Before the first refresh it
-- stands in 4714 BC and is left out.
CREATE FUNCTION monitoring.cagg_materialized_until() RETURNS TABLE (view_schema name, view_name name, materialized_until timestamptz)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $f$
#variable_conflict use_column
BEGIN
  IF NOT monitoring.has_timescale() THEN RETURN; END IF;
  RETURN QUERY
    SELECT c.user_view_schema, c.user_view_name, w.at
    FROM _timescaledb_catalog.continuous_agg c
    CROSS JOIN LATERAL (SELECT _timescaledb_functions.to_timestamp(_timescaledb_functions.cagg_watermark(c.mat_hypertable_id)) AS at) w
    WHERE w.at > '1970-01-01';
END $f$;

CREATE FUNCTION monitoring.read_continuous_aggregate() RETURNS TABLE (
  view_schema name, view_name name, materialized_only boolean, materialized_until timestamptz, lag_seconds float8,
  seconds_since_refresh float8, end_offset_seconds float8, schedule_interval_seconds float8)
LANGUAGE plpgsql STABLE AS $f$
#variable_conflict use_column
BEGIN
  IF NOT monitoring.has_timescale() THEN RETURN; END IF;
  RETURN QUERY
    SELECT ca.view_schema, ca.view_name, ca.materialized_only, w.materialized_until,
           extract(epoch FROM now() - w.materialized_until)::float8,
           CASE WHEN s.last_successful_finish > '-infinity' THEN extract(epoch FROM now() - s.last_successful_finish)::float8 END,
           extract(epoch FROM (j.config->>'end_offset')::interval)::float8, extract(epoch FROM j.schedule_interval)::float8
    FROM timescaledb_information.continuous_aggregates ca
    LEFT JOIN monitoring.cagg_materialized_until() w USING (view_schema, view_name)
    LEFT JOIN timescaledb_information.jobs j ON j.proc_name = 'policy_refresh_continuous_aggregate'
          AND j.hypertable_schema = ca.view_schema AND j.hypertable_name = ca.view_name
    LEFT JOIN timescaledb_information.job_stats s ON s.job_id = j.job_id;
END $f$;
CREATE VIEW monitoring.continuous_aggregate AS SELECT * FROM monitoring.read_continuous_aggregate();

-- Waits for whoever holds an ACCESS EXCLUSIVE lock on a chunk: readers need a lock_timeout.
CREATE FUNCTION monitoring.read_hypertable_size() RETURNS TABLE (
  hypertable_schema name, hypertable_name name, table_bytes bigint, index_bytes bigint, toast_bytes bigint, total_bytes bigint)
LANGUAGE plpgsql STABLE AS $f$
#variable_conflict use_column
BEGIN
  IF NOT monitoring.has_timescale() THEN RETURN; END IF;
  RETURN QUERY
    SELECT h.hypertable_schema, h.hypertable_name, s.table_bytes, s.index_bytes, s.toast_bytes, s.total_bytes
    FROM monitoring.read_hypertables() h
    CROSS JOIN LATERAL hypertable_approximate_detailed_size(format('%I.%I', h.held_in_schema, h.held_in_name)::regclass) s;
END $f$;
CREATE VIEW monitoring.hypertable_size AS SELECT * FROM monitoring.read_hypertable_size();

-- Also for what later migrations add. Called here, and by ensureMonitorRole for a role that comes after this migration.
CREATE FUNCTION monitoring.grant_to(reader name) RETURNS void LANGUAGE plpgsql AS $f$
DECLARE
  owner name := (SELECT pg_catalog.pg_get_userbyid(nspowner) FROM pg_catalog.pg_namespace WHERE nspname = 'monitoring');
BEGIN
  EXECUTE format('GRANT USAGE ON SCHEMA monitoring TO %I', reader);
  EXECUTE format('GRANT SELECT ON ALL TABLES IN SCHEMA monitoring TO %I', reader);
  EXECUTE format('GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA monitoring TO %I', reader);
  EXECUTE format('ALTER DEFAULT PRIVILEGES FOR ROLE %I IN SCHEMA monitoring GRANT SELECT ON TABLES TO %I', owner, reader);
  EXECUTE format('ALTER DEFAULT PRIVILEGES FOR ROLE %I IN SCHEMA monitoring GRANT EXECUTE ON FUNCTIONS TO %I', owner, reader);
END $f$;

DO $$
BEGIN
  IF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'otel_monitor') THEN
    PERFORM monitoring.grant_to('otel_monitor');
  END IF;
END $$;
