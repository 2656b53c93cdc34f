// What the original asks to see on each dashboard, and the panels that show it.
import type { CoverageRow } from './coverage.ts'

const WATCHED = 'apps/ops/test/signoz/watched.test.ts'

function shows(dashboard: string, asks: string, panels: string[]): CoverageRow {
  return {
    part: 3,
    asks: `${dashboard}: ${asks}`,
    files: [`dashboards/${dashboard.toLowerCase()}.json`],
    panels,
    proofs: [
      { file: 'packages/monitoring/test/repository.test.ts', title: 'has no fault' },
      { file: WATCHED, title: 'has data for every panel of the dashboard %s' },
      { file: WATCHED, title: 'shows every panel of the dashboard %s in the browser' },
    ],
  }
}

export const DASHBOARD_ROWS: readonly CoverageRow[] = [
  shows('Home', 'uptime of API, collector, database', ['API uptime', 'Collector uptime', 'Database uptime']),
  shows('Home', 'ingestion rate, active users in 24 h', ['Ingestion rate', 'Active users, 24 h']),
  shows('Home', 'request rate, error rate, p50, p95, p99', [
    'Requests',
    'Error rate of the API',
    'Latency of the API',
  ]),
  shows('Home', 'TCP connections, packets, parse errors', ['TCP connections', 'Packets', 'Parse errors']),
  shows('Home', 'connections, queries, disk and cache hits of the database', [
    'Database connections',
    'Queries',
    'Disk',
    'Cache hit ratio',
  ]),
  shows('API', 'p95 by endpoint, top error types', ['p95 by endpoint', 'Top error types']),
  shows('API', 'errors by endpoint over time (SigNoz has no heatmap: lines)', [
    'Error rate',
    'Failed requests by endpoint',
  ]),
  shows('API', 'error traces that open', ['Error traces']),
  shows('API', 'query duration by operation (instead of a box plot), slow queries', [
    'Query duration by operation',
    'Slow queries',
    'Slow statements',
  ]),
  shows('API', 'use of the pool', ['Pool in use', 'Connection pool']),
  shows('Collector', 'a table of loggers', ['Loggers']),
  shows('Collector', 'message rate by type', ['Messages by type']),
  shows('Collector', 'decode errors by control code, authentication failures', [
    'Decode errors by control code',
    'Authentication failures',
  ]),
  shows('Collector', 'spool, storage latency', ['Spool', 'Storage latency']),
  shows('Database', 'connections, locks, transactions, replication', [
    'Connections',
    'Locks',
    'Transactions',
    'Replication',
  ]),
  shows('Database', 'sizes, chunks, jobs, growth', [
    'Databases',
    'Hypertables',
    'Chunks',
    'Background jobs',
    'Growth',
  ]),
  shows('Fleet', 'states by site, share of silent ones, freshness, Wi-Fi', [
    'States by site',
    'Silent share by site',
    'Freshness',
    'Weakest Wi-Fi',
  ]),
]
