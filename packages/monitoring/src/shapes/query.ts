// Queries of panels and rules, as SigNoz v0.138.0 takes them (signoz-contract.md 5.2).
import { type Static, Type } from 'typebox'
import { closed, literal, oneOf, Text } from './closed.ts'

const LIMIT_MAX = 10_000

const QueryName = Type.String({ pattern: '^[A-Z][A-Z0-9]*$', description: 'A, B, F1' })
const Step = Type.Union([Type.Integer({ minimum: 1 }), Type.String({ pattern: '^[0-9]+(s|m|h)$' })])
const SpaceAggregation = oneOf(['sum', 'avg', 'min', 'max', 'count', 'p50', 'p75', 'p90', 'p95', 'p99'])
const TimeAggregation = oneOf([
  'latest',
  'sum',
  'avg',
  'min',
  'max',
  'count',
  'count_distinct',
  'rate',
  'increase',
])

const MetricAggregation = closed({
  metricName: Text,
  temporality: Type.Optional(oneOf(['delta', 'cumulative', 'unspecified'])),
  timeAggregation: Type.Optional(TimeAggregation),
  spaceAggregation: SpaceAggregation,
  reduceTo: Type.Optional(oneOf(['sum', 'count', 'avg', 'min', 'max', 'last', 'median'])),
})
const EventAggregation = closed({ expression: Text, alias: Type.Optional(Text) })
const FieldDataType = oneOf([
  '',
  'string',
  'number',
  'bool',
  'int64',
  'float64',
  '[]string',
  '[]int64',
  '[]float64',
])
export const FieldKey = closed({
  name: Text,
  signal: Type.Optional(oneOf(['metrics', 'traces', 'logs'])),
  fieldContext: Type.Optional(oneOf(['attribute', 'resource', 'span', 'log', 'body', 'scope', 'metric'])),
  fieldDataType: Type.Optional(FieldDataType),
})
const Expression = closed({ expression: Type.String() })
const FunctionCall = closed({
  name: Text,
  args: Type.Optional(Type.Array(closed({ name: Type.Optional(Text), value: Type.Unknown() }))),
})
const Order = closed({ key: closed({ name: Text }), direction: oneOf(['asc', 'desc']) })

const shared = {
  name: QueryName,
  disabled: Type.Optional(Type.Boolean()),
  legend: Type.Optional(Type.String()),
  stepInterval: Type.Optional(Step),
  filter: Type.Optional(Expression),
  groupBy: Type.Optional(Type.Array(FieldKey)),
  having: Type.Optional(Expression),
  order: Type.Optional(Type.Array(Order)),
  limit: Type.Optional(Type.Integer({ minimum: 0, maximum: LIMIT_MAX })),
  offset: Type.Optional(Type.Integer({ minimum: 0 })),
  functions: Type.Optional(Type.Array(FunctionCall)),
} as const
const ofEvents = {
  ...shared,
  aggregations: Type.Optional(Type.Array(EventAggregation, { minItems: 1 })),
  selectFields: Type.Optional(Type.Array(FieldKey)),
} as const

export const BuilderQuery = Type.Union([
  closed({
    signal: literal('metrics'),
    source: Type.Optional(oneOf(['', 'meter'])),
    ...shared,
    aggregations: Type.Array(MetricAggregation, { minItems: 1, maxItems: 1 }),
  }),
  closed({ signal: literal('traces'), source: Type.Optional(literal('')), ...ofEvents }),
  closed({ signal: literal('logs'), source: Type.Optional(literal('')), ...ofEvents }),
])
export const Formula = closed({
  name: QueryName,
  expression: Text,
  disabled: shared.disabled,
  legend: shared.legend,
  having: shared.having,
  order: shared.order,
  limit: shared.limit,
  functions: shared.functions,
})
export const TraceOperator = closed({
  ...shared,
  expression: Text,
  aggregations: Type.Optional(Type.Array(EventAggregation, { minItems: 1 })),
  returnSpansFrom: Type.Optional(QueryName),
})
export const ClickHouseSql = closed({
  name: QueryName,
  query: Text,
  disabled: shared.disabled,
  legend: shared.legend,
})
/** Has a shape only so that the check can say why it is refused. */
export const PromQl = closed({
  name: QueryName,
  query: Text,
  disabled: shared.disabled,
  legend: shared.legend,
  step: shared.stepInterval,
  stats: Type.Optional(Type.Boolean()),
})
export const QueryEnvelope = Type.Union([
  closed({ type: literal('builder_query'), spec: BuilderQuery }),
  closed({ type: literal('builder_formula'), spec: Formula }),
  closed({ type: literal('builder_trace_operator'), spec: TraceOperator }),
  closed({ type: literal('clickhouse_sql'), spec: ClickHouseSql }),
  closed({ type: literal('promql'), spec: PromQl }),
])

export type FieldKey = Static<typeof FieldKey>
export type BuilderQuery = Static<typeof BuilderQuery>
export type MetricQuery = Extract<BuilderQuery, { signal: 'metrics' }>
export type EventQuery = Exclude<BuilderQuery, { signal: 'metrics' }>
export type Formula = Static<typeof Formula>
export type TraceOperator = Static<typeof TraceOperator>
export type ClickHouseSql = Static<typeof ClickHouseSql>
export type QueryEnvelope = Static<typeof QueryEnvelope>
