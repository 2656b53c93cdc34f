-- One wide row per message (reference/timescaledb.md section 3), and its sums by quarter hour and day.
-- With TimescaleDB: hypertable, columnstore, retention, continuous aggregates. Without: the same table and plain views.
-- A database that gets the extension after this ran stays plain: dump it and restore into a migrated empty one.

CREATE TABLE measurement (
  inverter_id            integer NOT NULL,      -- no foreign key: it costs 15 to 20 % of the insert rate
  time                   timestamptz NOT NULL,         -- acquired, or received where the logger had no clock
  received_at            timestamptz NOT NULL,
  record_counter         bigint NOT NULL,
  dedupe_key             uuid NOT NULL,
  buffered               boolean NOT NULL,
  time_quality           text NOT NULL CHECK (time_quality IN ('exact', 'estimated', 'unknown')),
  logger_clock_at        timestamptz,           -- what the logger's clock said; evidence where time differs
  inverter_clock         timestamp,             -- wall clock of the inverter: the moment of its sample, without a zone
  implausible            text[],
  -- Totals are counters and outgrow the 7 digits of a real.
  ac_active_power_w      real,
  pv_power_total_w       real,
  energy_today_kwh       real,
  energy_total_kwh       double precision,
  grid_voltage_l1_v      real,
  grid_voltage_l2_v      real,
  grid_voltage_l3_v      real,
  grid_current_l1_a      real,
  grid_frequency_hz      real,
  radiator_temperature_c real,
  pv1_voltage_v          real,
  pv1_current_a          real,
  pv1_power_w            real,
  pv1_energy_today_kwh   real,
  pv1_energy_total_kwh   double precision,
  pv2_voltage_v          real,
  pv2_current_a          real,
  pv2_power_w            real,
  pv2_energy_today_kwh   real,
  pv2_energy_total_kwh   double precision,
  pv3_voltage_v          real,
  pv3_current_a          real,
  pv3_power_w            real,
  pv3_energy_today_kwh   real,
  pv3_energy_total_kwh   double precision,
  pv4_voltage_v          real,
  pv4_current_a          real,
  pv4_power_w            real,
  pv4_energy_today_kwh   real,
  pv4_energy_total_kwh   double precision,
  PRIMARY KEY (inverter_id, time, dedupe_key)
);

DO $$
DECLARE
  zone      text     := current_setting('deye.fleet_timezone');
  chunk     interval := make_interval(secs => current_setting('deye.chunk_interval_s')::double precision);
  packed    interval := make_interval(secs => current_setting('deye.columnstore_after_s')::double precision);
  kept      interval := make_interval(days => current_setting('deye.retention_days')::integer);
  quarter   text     := $v$
      SELECT inverter_id, %s AS bucket,
             avg(ac_active_power_w) AS ac_active_power_avg_w, max(ac_active_power_w) AS ac_active_power_max_w,
             avg(pv_power_total_w) AS pv_power_total_avg_w, max(radiator_temperature_c) AS radiator_temperature_max_c,
             max(energy_today_kwh) AS energy_today_kwh, min(energy_total_kwh) AS energy_total_min_kwh,
             max(energy_total_kwh) AS energy_total_max_kwh, count(*) AS samples
      FROM measurement GROUP BY 1, 2$v$;
  daily     text     := $v$
      SELECT inverter_id, %s AS bucket,
             max(ac_active_power_max_w) AS ac_active_power_max_w, max(radiator_temperature_max_c) AS radiator_temperature_max_c,
             max(energy_today_kwh) AS energy_today_kwh, min(energy_total_min_kwh) AS energy_total_min_kwh,
             max(energy_total_max_kwh) AS energy_total_max_kwh, sum(samples) AS samples
      FROM measurement_15m GROUP BY 1, 2$v$;
  aggregate text     := 'CREATE MATERIALIZED VIEW %I WITH (timescaledb.continuous, timescaledb.materialized_only = false) AS %s WITH NO DATA';
BEGIN
  IF NOT EXISTS (SELECT 1 FROM pg_extension WHERE extname = 'timescaledb') THEN
    EXECUTE format('CREATE VIEW measurement_15m AS %s',
                   format(quarter, $b$date_bin('15 minutes', time, timestamptz '2000-01-01 00:00Z')$b$));
    EXECUTE format('CREATE VIEW measurement_daily AS %s', format(daily, format('date_trunc(%L, bucket, %L)', 'day', zone)));
    RETURN;
  END IF;

  EXECUTE format('SELECT create_hypertable(%L, by_range(%L, %L::interval), create_default_indexes => false)',
                 'measurement', 'time', chunk);
  EXECUTE $q$ALTER TABLE measurement SET (timescaledb.enable_columnstore,
             timescaledb.segmentby = 'inverter_id', timescaledb.orderby = 'time DESC')$q$;
  EXECUTE format('CALL add_columnstore_policy(%L, after => %L::interval, schedule_interval => interval %L)',
                 'measurement', packed, '6 hours');
  EXECUTE format('SELECT add_retention_policy(%L, drop_after => %L::interval)', 'measurement', kept);

  EXECUTE format(aggregate, 'measurement_15m', format(quarter, $b$time_bucket(INTERVAL '15 minutes', time)$b$));
  EXECUTE format(aggregate, 'measurement_daily',
                 format(daily, format('time_bucket(INTERVAL %L, bucket, %L)', '1 day', zone)));
  EXECUTE $q$SELECT add_continuous_aggregate_policy('measurement_15m', start_offset => INTERVAL '7 days',
             end_offset => INTERVAL '15 minutes', schedule_interval => INTERVAL '15 minutes')$q$;
  EXECUTE $q$SELECT add_continuous_aggregate_policy('measurement_daily', start_offset => INTERVAL '10 days',
             end_offset => INTERVAL '1 hour', schedule_interval => INTERVAL '1 hour')$q$;
  EXECUTE $q$ALTER MATERIALIZED VIEW measurement_15m SET (timescaledb.enable_columnstore,
             timescaledb.segmentby = 'inverter_id', timescaledb.orderby = 'bucket DESC')$q$;
  EXECUTE $q$CALL add_columnstore_policy('measurement_15m', after => INTERVAL '30 days')$q$;
END $$;
