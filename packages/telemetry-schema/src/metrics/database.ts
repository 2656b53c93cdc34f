// Metrics of the API's way to PostgreSQL: statements by name, pool, slow statements.
import { bounded, oneOf, optional } from '../domain-of-label.ts'
import { counter, gauge, histogram, updown } from '../metric.ts'
import { DB_OPERATIONS, DB_STATEMENTS } from '../operations.ts'
import { API as by } from '../services.ts'

/** OpenTelemetry's advice for database durations, with two more where our statements lie. */
const OPERATION_BUCKETS_S = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]
const pool = { 'db.client.connection.pool.name': oneOf(['api']) } as const
const operation = oneOf(DB_OPERATIONS)

export const databaseMetrics = {
  'db.client.operation.duration': histogram({
    unit: 's',
    about:
      'One statement or unit of statements of the store by its name, with the wait for a connection; a unit contains its statements',
    labels: {
      'db.system.name': oneOf(['postgresql']),
      'db.operation.name': operation,
      'error.type': optional(bounded('string', 100, 'what errorTypeOf of packages/store gives')),
    },
    buckets: OPERATION_BUCKETS_S,
    seriesMax: 2_000,
    by,
  }),
  'db.client.connection.count': updown({
    unit: '{connection}',
    about: 'Connections of the pool by state',
    labels: { ...pool, 'db.client.connection.state': oneOf(['idle', 'used']) },
    by,
  }),
  'db.client.connection.max': updown({
    unit: '{connection}',
    about: 'Connections that the pool may open',
    labels: pool,
    by,
  }),
  'db.client.connection.pending_requests': updown({
    unit: '{request}',
    about: 'Statements that wait for a connection',
    labels: pool,
    by,
  }),
  'solar.db.slow_queries': counter({
    unit: '{query}',
    about: 'Statements that took longer than SLOW_QUERY_AFTER; units of several are not counted',
    labels: { 'db.operation.name': oneOf(DB_STATEMENTS) },
    by,
  }),
  'solar.db.up': gauge({
    unit: '1',
    about: '1 while the database answers and its schema is current, else 0',
    by,
  }),
} as const
