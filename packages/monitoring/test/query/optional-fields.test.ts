// Every optional field of a query is honoured or refused: with it, the statement or the result differs, or the plan says why not.
import { describe, expect, it } from 'vitest'
import type { QueryRequest, Row } from '../../src/query/contract.ts'
import { planQuery } from '../../src/query/plan.ts'
import {
  BuilderQuery,
  ClickHouseSql,
  FieldKey,
  Formula,
  PromQl,
  TraceOperator,
} from '../../src/shapes/query.ts'
import { asked, END_MS, MINUTE_MS, START_MS } from './asked.ts'

type Fields = Record<string, unknown>
/** `shown` is for the page that draws, and changes nothing here. */
type Probe = { with: Fields; requestType?: QueryRequest['requestType']; without?: Fields } | 'shown'

const GROUP = { groupBy: [{ name: 'site.id' }] }
const ROWS: Row[] = [
  { ms: START_MS, g0: '1', value: 2, r0: 2 },
  { ms: START_MS + MINUTE_MS, g0: '1', value: 4, r0: 4 },
  { ms: START_MS, g0: '2', value: 9, r0: 9 },
]
const byResult = [{ key: { name: '__result' }, direction: 'asc' }]
const ofAll: Record<string, Probe> = {
  disabled: { with: { disabled: true } },
  legend: 'shown',
  stepInterval: { with: { stepInterval: 600 } },
  filter: { with: { filter: { expression: "service.name = 'x'" } } },
  groupBy: { with: GROUP },
  having: { with: { having: { expression: '__result > 3' } } },
  order: { with: { order: byResult, ...GROUP }, without: GROUP },
  limit: { with: { limit: 1, ...GROUP }, without: GROUP },
  offset: { with: { offset: 1 } },
  functions: { with: { functions: [{ name: 'clampMax', args: [{ value: 1 }] }] } },
}
const ofEvents: Record<string, Probe> = {
  ...ofAll,
  source: 'shown', // its only value is ''
  aggregations: { with: { aggregations: [{ expression: 'rate()' }] } },
  selectFields: {
    with: { selectFields: [{ name: 'name' }], aggregations: undefined },
    without: { aggregations: undefined },
    requestType: 'raw',
  },
}
const ofFormula: Record<string, Probe> = {
  disabled: ofAll.disabled!,
  legend: 'shown',
  having: ofAll.having!,
  order: { with: { order: byResult } },
  limit: { with: { limit: 1 } },
  functions: ofAll.functions!,
}
const PERCENTILE = { metricName: 'x.bucket', spaceAggregation: 'p95' }

const [Metrics, Traces, Logs] = BuilderQuery.anyOf
const base = {
  metrics: {
    name: 'A',
    signal: 'metrics',
    aggregations: [{ metricName: 'x', timeAggregation: 'rate', spaceAggregation: 'sum' }],
  },
  traces: { name: 'A', signal: 'traces', aggregations: [{ expression: 'count()' }] },
  logs: { name: 'A', signal: 'logs', aggregations: [{ expression: 'count()' }] },
}
const grouped = { type: 'builder_query', spec: { ...base.metrics, ...GROUP } }

const KINDS: readonly [string, object, string, Fields, Record<string, Probe>, object[]][] = [
  [
    'metrics',
    Metrics,
    'builder_query',
    base.metrics,
    { ...ofAll, source: { with: { source: 'meter' } } },
    [],
  ],
  ['traces', Traces, 'builder_query', base.traces, ofEvents, []],
  ['logs', Logs, 'builder_query', base.logs, ofEvents, []],
  ['formula', Formula, 'builder_formula', { name: 'F1', expression: 'A * 2' }, ofFormula, [grouped]],
  [
    'SQL',
    ClickHouseSql,
    'clickhouse_sql',
    { name: 'A', query: 'SELECT 1' },
    { disabled: ofAll.disabled!, legend: 'shown' },
    [],
  ],
]

describe.each(KINDS)('%s', (_, shape, type, spec, probes, inputs) => {
  it('has a probe for each optional field', () => {
    expect(Object.keys(probes).sort()).toEqual(optional(shape).sort())
  })

  const live = Object.entries(probes).flatMap(([name, probe]) => (probe === 'shown' ? [] : [{ name, probe }]))
  it.each(live)('$name is honoured or refused', ({ probe }) => {
    const outcome = (fields: Fields) =>
      outcomeOf([...inputs, { type, spec: { ...spec, ...fields } }], probe.requestType)
    expect(outcome(probe.with)).not.toEqual(outcome(probe.without ?? {}))
  })
})

describe('an aggregation of metrics', () => {
  const aggregation = { metricName: 'x', timeAggregation: 'rate', spaceAggregation: 'sum' }
  const probes: Record<string, [Fields, Fields, QueryRequest['requestType']?]> = {
    temporality: [{ ...aggregation, temporality: 'delta' }, aggregation],
    timeAggregation: [{ ...PERCENTILE, timeAggregation: 'rate' }, PERCENTILE],
    reduceTo: [{ ...aggregation, reduceTo: 'sum' }, { ...aggregation, reduceTo: 'last' }, 'scalar'],
  }

  it('has a probe for each optional field', () => {
    const shape = (Metrics.properties.aggregations as unknown as { items: object }).items
    expect(Object.keys(probes).sort()).toEqual(optional(shape).sort())
  })

  it.each(Object.entries(probes))('%s is honoured', (_, [first, second, requestType]) => {
    const outcome = (one: Fields) =>
      outcomeOf([{ type: 'builder_query', spec: { ...base.metrics, aggregations: [one] } }], requestType)
    expect(outcome(first)).not.toEqual(outcome(second))
  })
})

describe('a field of spans', () => {
  const probes: Record<string, [Fields, Fields]> = {
    signal: [{ name: 'x', signal: 'logs' }, { name: 'x' }],
    fieldContext: [{ name: 'x', fieldContext: 'resource' }, { name: 'x' }],
    fieldDataType: [
      { name: 'x', fieldDataType: 'number' },
      { name: 'x', fieldDataType: 'string' },
    ],
  }

  it('has a probe for each optional property', () => {
    expect(Object.keys(probes).sort()).toEqual(optional(FieldKey).sort())
  })

  it.each(Object.entries(probes))('%s is honoured or refused', (_, [first, second]) => {
    const outcome = (key: Fields) =>
      outcomeOf([{ type: 'builder_query', spec: { ...base.traces, groupBy: [key] } }])
    expect(outcome(first)).not.toEqual(outcome(second))
  })
})

describe('parts of parts', () => {
  const call = (args: Fields) => ({ ...base.metrics, functions: [{ name: 'clampMax', ...args }] })
  const having = { having: { expression: 'requests > 3' } }

  it('alias is a name for having, and arguments go by their place, whatever they are called', () => {
    const aliased = {
      ...base.traces,
      aggregations: [{ expression: 'count()', alias: 'requests' }],
      ...having,
    }
    const plain = { ...base.traces, ...having }
    const outcome = (spec: Fields) => outcomeOf([{ type: 'builder_query', spec }])
    expect(outcome(aliased)).not.toHaveProperty('refused')
    expect(outcome(plain)).toHaveProperty('refused')
    expect(outcome(call({ args: [{ value: 1 }] }))).not.toEqual(outcome(call({ args: [{ value: 3 }] })))
    expect(outcome(call({ args: [{ name: 'x', value: 1 }] }))).toEqual(
      outcome(call({ args: [{ value: 1 }] })),
    )
  })
})

it.each([
  ['promql', PromQl, { name: 'A', query: 'up' }],
  ['builder_trace_operator', TraceOperator, { name: 'T1', expression: 'A => B' }],
])('%s is refused whole', (type, shape, spec) => {
  expect(optional(shape).length).toBeGreaterThan(0)
  expect(outcomeOf([{ type, spec }])).toMatchObject({ refused: expect.any(String) })
})

function optional(shape: object): string[] {
  const { properties, required = [] } = shape as { properties: Fields; required?: string[] }
  return Object.keys(properties).filter(name => !required.includes(name))
}

function outcomeOf(queries: object[], requestType: QueryRequest['requestType'] = 'time_series'): object {
  const plan = planQuery(asked(queries, { requestType, startMs: START_MS, endMs: END_MS }))
  if (plan.kind === 'refused') return { refused: plan.reason }
  return { statements: plan.statements, results: plan.finish(new Map([['A', ROWS]])).results }
}
