// Metrics of postgres_exporter 0.20.1 with the flags of docker-compose.yml, as it exposed them against PostgreSQL 17.10 and TimescaleDB 2.29.2:
// kind, labels, names. Facts of `reference/postgres_exporter_0.20_metrics.txt`; those of its settings stand in outside-metrics.ts.

export const POSTGRES_METRICS: readonly (readonly [
  kind: 'counter' | 'gauge',
  labels: string,
  names: string,
])[] = [
  [
    'counter',
    '',
    `
    pg_exporter_scrapes_total pg_stat_archiver_archived_count pg_stat_archiver_failed_count
    pg_stat_bgwriter_buffers_alloc_total pg_stat_bgwriter_buffers_clean_total
    pg_stat_bgwriter_maxwritten_clean_total pg_stat_bgwriter_stats_reset_total
    pg_stat_checkpointer_buffers_written_total pg_stat_checkpointer_num_requested_total
    pg_stat_checkpointer_num_timed_total pg_stat_checkpointer_restartpoints_done_total
    pg_stat_checkpointer_restartpoints_req_total pg_stat_checkpointer_restartpoints_timed_total
    pg_stat_checkpointer_stats_reset_total pg_stat_checkpointer_sync_time_total
    pg_stat_checkpointer_write_time_total
    `,
  ],
  [
    'counter',
    'datid datname',
    `
    pg_stat_database_active_time_seconds_total pg_stat_database_blk_read_time
    pg_stat_database_blk_write_time pg_stat_database_blks_hit pg_stat_database_blks_read
    pg_stat_database_conflicts pg_stat_database_deadlocks pg_stat_database_stats_reset
    pg_stat_database_temp_bytes pg_stat_database_temp_files pg_stat_database_tup_deleted
    pg_stat_database_tup_fetched pg_stat_database_tup_inserted pg_stat_database_tup_returned
    pg_stat_database_tup_updated pg_stat_database_xact_commit pg_stat_database_xact_rollback
    `,
  ],
  [
    'counter',
    'datid datname server',
    `
    pg_stat_database_conflicts_confl_bufferpin pg_stat_database_conflicts_confl_deadlock
    pg_stat_database_conflicts_confl_lock pg_stat_database_conflicts_confl_snapshot
    pg_stat_database_conflicts_confl_tablespace
    `,
  ],
  [
    'counter',
    'datname queryid user',
    `
    pg_stat_statements_block_read_seconds_total pg_stat_statements_block_write_seconds_total
    pg_stat_statements_calls_total pg_stat_statements_rows_total pg_stat_statements_seconds_total
    `,
  ],
  [
    'gauge',
    '',
    `
    pg_exporter_last_scrape_duration_seconds pg_exporter_last_scrape_error pg_long_running_transactions
    pg_long_running_transactions_oldest_timestamp_seconds pg_replication_is_replica
    pg_replication_lag_seconds pg_replication_last_replay_seconds pg_up pg_wal_segments
    pg_wal_size_bytes postgres_exporter_config_last_reload_success_timestamp_seconds
    postgres_exporter_config_last_reload_successful
    `,
  ],
  [
    'gauge',
    'application_name backend_type datname state usename wait_event wait_event_type',
    `
    pg_stat_activity_count pg_stat_activity_max_tx_duration
    `,
  ],
  [
    'gauge',
    'application_name client_addr slot_name state',
    `
    pg_stat_replication_pg_current_wal_lsn_bytes pg_stat_replication_pg_wal_lsn_diff
    `,
  ],
  [
    'gauge',
    'branch goarch goos goversion revision tags version',
    `
    postgres_exporter_build_info
    `,
  ],
  [
    'gauge',
    'collector',
    `
    pg_scrape_collector_duration_seconds pg_scrape_collector_success
    `,
  ],
  [
    'gauge',
    'database slot_name',
    `
    pg_replication_slots_active pg_replication_slots_pg_wal_lsn_diff
    `,
  ],
  [
    'gauge',
    'datid datname',
    `
    pg_stat_database_numbackends
    `,
  ],
  [
    'gauge',
    'datid datname server',
    `
    pg_stat_database_conflicts_confl_active_logicalslot
    `,
  ],
  [
    'gauge',
    'datname',
    `
    pg_database_connection_limit pg_database_size_bytes pg_database_wraparound_age_datfrozenxid_seconds
    pg_database_wraparound_age_datminmxid_seconds
    `,
  ],
  [
    'gauge',
    'datname mode',
    `
    pg_locks_count
    `,
  ],
  [
    'gauge',
    'datname phase relname',
    `
    pg_stat_progress_vacuum_phase
    `,
  ],
  [
    'gauge',
    'datname relname',
    `
    pg_stat_progress_vacuum_heap_blks pg_stat_progress_vacuum_heap_blks_scanned
    pg_stat_progress_vacuum_heap_blks_vacuumed pg_stat_progress_vacuum_index_vacuums
    pg_stat_progress_vacuum_max_dead_tuples pg_stat_progress_vacuum_num_dead_tuples
    `,
  ],
  [
    'gauge',
    'rolname',
    `
    pg_roles_connection_limit
    `,
  ],
  [
    'gauge',
    'server short_version version',
    `
    pg_static
    `,
  ],
  [
    'gauge',
    'slot_name slot_type',
    `
    pg_replication_slots_slot_confirmed_flush_lsn pg_replication_slots_slot_current_wal_lsn
    pg_replication_slots_slot_is_active
    `,
  ],
  [
    'gauge',
    'slot_name slot_type wal_status',
    `
    pg_replication_slots_wal_status
    `,
  ],
]
