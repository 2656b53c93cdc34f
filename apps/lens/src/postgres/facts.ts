// What PostgreSQL says of itself, under the names, kinds and labels of postgres_exporter 0.20.1: those that our panels and rules ask for.

const STATEMENTS_MAX = 50
/** Every lock mode, as pg_locks names them; a mode that nobody holds is 0, not absent. */
const LOCK_MODES = [
  'accesssharelock',
  'rowsharelock',
  'rowexclusivelock',
  'shareupdateexclusivelock',
  'sharelock',
  'sharerowexclusivelock',
  'exclusivelock',
  'accessexclusivelock',
  'sireadlock',
]
const STATES = [
  'active',
  'idle',
  'idle in transaction',
  'idle in transaction (aborted)',
  'fastpath function call',
  'disabled',
]
const DATABASE_COUNTERS = [
  'blks_hit',
  'blks_read',
  'deadlocks',
  'temp_bytes',
  'xact_commit',
  'xact_rollback',
] as const

export interface FactQuery {
  /** As pg_scrape_collector_success names it. */
  collector: string
  sql: string
  /** Columns of the answer that are labels. */
  labels: readonly string[]
  /** Name of the metric by the column that holds its value. */
  metrics: Readonly<Record<string, { name: string; kind: 'gauge' | 'counter' }>>
}

const gauge = (name: string) => ({ name, kind: 'gauge' }) as const
const counter = (name: string) => ({ name, kind: 'counter' }) as const
const listed = (texts: readonly string[]) => texts.map(text => `('${text}')`).join(', ')

export const FACTS: readonly FactQuery[] = [
  {
    collector: 'database',
    sql: 'SELECT datname, pg_database_size(datname) AS size FROM pg_database',
    labels: ['datname'],
    metrics: { size: gauge('pg_database_size_bytes') },
  },
  {
    collector: 'locks',
    sql: `SELECT d.datname, m.mode, count(l.mode) AS held FROM pg_database d CROSS JOIN (VALUES ${listed(LOCK_MODES)}) AS m(mode)
      LEFT JOIN pg_locks l ON l.database = d.oid AND lower(l.mode) = m.mode GROUP BY 1, 2`,
    labels: ['datname', 'mode'],
    metrics: { held: gauge('pg_locks_count') },
  },
  {
    collector: 'replication',
    sql: `SELECT pg_is_in_recovery()::int AS replica, coalesce(extract(epoch FROM now() - pg_last_xact_replay_timestamp()), 0) AS replay,
      CASE WHEN pg_last_wal_receive_lsn() IS DISTINCT FROM pg_last_wal_replay_lsn()
        THEN coalesce(extract(epoch FROM now() - pg_last_xact_replay_timestamp()), 0) ELSE 0 END AS lag`,
    labels: [],
    metrics: {
      replica: gauge('pg_replication_is_replica'),
      replay: gauge('pg_replication_last_replay_seconds'),
      lag: gauge('pg_replication_lag_seconds'),
    },
  },
  {
    collector: 'settings',
    sql: `SELECT current_setting('max_connections')::int AS connections, current_setting('superuser_reserved_connections')::int AS reserved`,
    labels: [],
    metrics: {
      connections: gauge('pg_settings_max_connections'),
      reserved: gauge('pg_settings_superuser_reserved_connections'),
    },
  },
  {
    collector: 'activity',
    sql: `SELECT d.datname, s.state, a.usename, a.application_name, a.backend_type, a.wait_event_type, a.wait_event, count(a.pid) AS sessions,
      coalesce(max(extract(epoch FROM now() - a.xact_start)), 0) AS oldest
      FROM pg_database d CROSS JOIN (VALUES ${listed(STATES)}) AS s(state)
      LEFT JOIN pg_stat_activity a ON a.datid = d.oid AND a.state = s.state GROUP BY 1, 2, 3, 4, 5, 6, 7`,
    labels: [
      'application_name',
      'backend_type',
      'datname',
      'state',
      'usename',
      'wait_event',
      'wait_event_type',
    ],
    metrics: {
      sessions: gauge('pg_stat_activity_count'),
      oldest: gauge('pg_stat_activity_max_tx_duration'),
    },
  },
  {
    collector: 'stat_database',
    sql: `SELECT datid, datname, ${DATABASE_COUNTERS.join(', ')} FROM pg_stat_database WHERE datname IS NOT NULL`,
    labels: ['datid', 'datname'],
    metrics: Object.fromEntries(
      DATABASE_COUNTERS.map(column => [column, counter(`pg_stat_database_${column}`)]),
    ),
  },
  {
    collector: 'stat_statements',
    sql: `SELECT r.rolname AS "user", d.datname, s.queryid, s.calls, s.rows, s.total_exec_time / 1000 AS seconds
      FROM pg_stat_statements s JOIN pg_roles r ON r.oid = s.userid JOIN pg_database d ON d.oid = s.dbid
      ORDER BY s.total_exec_time DESC LIMIT ${STATEMENTS_MAX}`,
    labels: ['datname', 'queryid', 'user'],
    metrics: {
      calls: counter('pg_stat_statements_calls_total'),
      rows: counter('pg_stat_statements_rows_total'),
      seconds: counter('pg_stat_statements_seconds_total'),
    },
  },
  {
    collector: 'wal',
    sql: 'SELECT sum(size) AS size FROM pg_ls_waldir()',
    labels: [],
    metrics: { size: gauge('pg_wal_size_bytes') },
  },
]
