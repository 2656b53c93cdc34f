// Requests of tests: one window of an hour, and the shortest query of each kind.
import type { QueryEnvelope, QueryPlan, QueryRequest } from '../../src/index.ts'
import { planQuery } from '../../src/index.ts'

export const START_MS = 1_767_225_600_000
export const END_MS = START_MS + 3_600_000
export const MINUTE_MS = 60_000

type Spec = Record<string, unknown>

export function asked(queries: readonly object[], more: Partial<QueryRequest> = {}): QueryRequest {
  return {
    startMs: START_MS,
    endMs: END_MS,
    requestType: 'time_series',
    queries: queries as QueryEnvelope[],
    variables: {},
    ...more,
  }
}

export function metrics(spec: Spec = {}, aggregation: Spec = {}): object {
  return {
    type: 'builder_query',
    spec: {
      name: 'A',
      signal: 'metrics',
      aggregations: [
        {
          metricName: 'solar.frames.received',
          timeAggregation: 'rate',
          spaceAggregation: 'sum',
          ...aggregation,
        },
      ],
      ...spec,
    },
  }
}

export function events(signal: 'traces' | 'logs', spec: Spec = {}): object {
  return {
    type: 'builder_query',
    spec: { name: 'A', signal, aggregations: [{ expression: 'count()' }], ...spec },
  }
}

export function list(signal: 'traces' | 'logs', spec: Spec = {}): object {
  return { type: 'builder_query', spec: { name: 'A', signal, ...spec } }
}

export function formula(expression: string, spec: Spec = {}): object {
  return { type: 'builder_formula', spec: { name: 'F1', expression, ...spec } }
}

export function sql(query: string, spec: Spec = {}): object {
  return { type: 'clickhouse_sql', spec: { name: 'A', query, ...spec } }
}

/** Undefined where the plan was made. */
export function refusal(queries: readonly object[], more: Partial<QueryRequest> = {}): string | undefined {
  const plan = planQuery(asked(queries, more))
  return plan.kind === 'refused' ? `${plan.query}: ${plan.reason}` : undefined
}

export function planned(
  queries: readonly object[],
  more: Partial<QueryRequest> = {},
): Extract<QueryPlan, { kind: 'plan' }> {
  const plan = planQuery(asked(queries, more))
  if (plan.kind === 'refused') throw new Error(`${plan.query}: ${plan.reason}`)
  return plan
}
