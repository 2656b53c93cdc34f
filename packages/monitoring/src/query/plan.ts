// Plans the queries of a panel or a rule: statements for ClickHouse, and how their rows become what SigNoz would answer.
import { PROMQL_REFUSED } from '../checks/query.ts'
import type { BuilderQuery, EventQuery, MetricQuery, QueryEnvelope } from '../shapes/query.ts'
import { prepareSql } from './clickhouse-sql.ts'
import type {
  Answer,
  Prepared,
  QueryPlan,
  QueryRequest,
  QueryResult,
  Refuse,
  Row,
  Series,
} from './contract.ts'
import {
  eventSeriesStatement,
  eventTableStatement,
  readEventSeries,
  readEventTable,
  resultNames,
} from './event-query.ts'
import { applyFunctions, checkFunctions, shiftSeconds } from './functions.ts'
import { metricGroups, metricStatement } from './metric-query.ts'
import { answerFormulas, type FormulaEnvelope, isFormula, prepareFormula } from './plan-formula.ts'
import { rawStatement, readRaw } from './raw-list.ts'
import { tableOf } from './reduce.ts'
import { type Order, ordered, RESULT_KEY, seriesOf } from './series.ts'
import { eventStep, metricStep, shifted } from './step.ts'

const SECOND_MS = 1_000

/** Asks nothing itself. Refuses by name what it cannot answer as SigNoz would. */
export function planQuery(request: QueryRequest): QueryPlan {
  const prepared = new Map<string, Prepared>()
  const reasons: { query: string; reason: string }[] = []
  const refuserOf =
    (query: string): Refuse =>
    reason =>
      reasons.push({ query, reason })
  for (const envelope of request.queries) {
    const { name } = envelope.spec
    if (prepared.has(name)) refuserOf(name)('is the name of two queries')
    const one = prepare(envelope, request, refuserOf(name))
    if (one !== undefined) prepared.set(name, one)
  }
  const formulas = request.queries.filter(isFormula)
  for (const formula of formulas) prepareFormula(formula, request, refuserOf(formula.spec.name))
  const [first] = reasons
  if (first !== undefined) return { kind: 'refused', ...first }
  return {
    kind: 'plan',
    statements: [...prepared].map(([query, { sql }]) => ({ query, sql })),
    finish: rows => finish(request, prepared, formulas, rows),
  }
}

function finish(
  request: QueryRequest,
  prepared: ReadonlyMap<string, Prepared>,
  formulas: readonly FormulaEnvelope[],
  rows: ReadonlyMap<string, readonly Row[]>,
): QueryResult {
  const answers = new Map<string, Answer>()
  for (const [name, { read }] of prepared) answers.set(name, read(rows.get(name) ?? []))
  answerFormulas(formulas, request, answers)
  const shown = request.queries.filter(({ spec }) => spec.disabled !== true)
  return { results: shown.map(({ spec: { name } }) => ({ query: name, ...withoutGaps(answers.get(name)!) })) }
}

/** A function may have made points that are no numbers. */
function withoutGaps(answer: Answer): Answer {
  if (answer.kind !== 'time_series') return answer
  const series = answer.series
    .map(one => ({ ...one, values: one.values.filter(([, value]) => Number.isFinite(value)) }))
    .filter(({ values }) => values.length > 0)
  return { kind: 'time_series', series }
}

function prepare(envelope: QueryEnvelope, request: QueryRequest, refuse: Refuse): Prepared | undefined {
  switch (envelope.type) {
    case 'builder_query':
      return prepareBuilder(envelope.spec, request, refuse)
    case 'clickhouse_sql':
      return prepareSql(envelope.spec, request, refuse)
    case 'builder_trace_operator':
      refuse('trace operators are not supported')
      return undefined
    case 'promql':
      refuse(PROMQL_REFUSED)
      return undefined
    case 'builder_formula':
      return undefined
  }
}

function prepareBuilder(spec: BuilderQuery, request: QueryRequest, refuse: Refuse): Prepared {
  checkFunctions(spec.functions, refuse)
  if (spec.signal === 'metrics') return prepareMetrics(spec, request, refuse)
  return request.requestType === 'raw'
    ? prepareList(spec, request, refuse)
    : prepareEvents(spec, request, refuse)
}

function prepareMetrics(spec: MetricQuery, request: QueryRequest, refuse: Refuse): Prepared {
  const { requestType, variables } = request
  const aggregation = spec.aggregations[0]!
  const { metricName, spaceAggregation, timeAggregation, reduceTo } = aggregation
  const groups = metricGroups(spec)
  const step = metricStep(spec.stepInterval, request)
  if (requestType === 'raw') refuse('a list is of spans or log records, not of metrics')
  if (requestType === 'scalar' && reduceTo === undefined) refuse('reduceTo is missing for one number')
  const results = [
    `${spaceAggregation}(${metricName})`,
    `${timeAggregation}(${metricName})`,
    `${spaceAggregation}(${timeAggregation}(${metricName}))`,
  ]
  const order = resolvedOrder(spec.order, results, groups, refuse)
  return {
    sql: metricStatement(spec, shifted(request, shiftSeconds(spec.functions)), step, variables, refuse),
    read: rows => {
      const series = finishSeries(seriesOf(rows, groups, 'value'), spec, order, step, request)
      return requestType === 'scalar' && reduceTo !== undefined
        ? tableOf(series, groups, reduceTo)
        : { kind: 'time_series', series }
    },
  }
}

function prepareEvents(spec: EventQuery, request: QueryRequest, refuse: Refuse): Prepared {
  const { requestType, variables } = request
  const step = eventStep(spec.stepInterval, request)
  const window = shifted(request, shiftSeconds(spec.functions))
  const scope = { spec, window, variables, refuse }
  if (requestType === 'scalar') {
    if ((spec.functions ?? []).some(({ name }) => name !== 'timeShift'))
      refuse('functions are for time series; SigNoz does not apply them to tables of spans or log records')
    return { sql: eventTableStatement(scope), read: rows => readEventTable(spec, rows) }
  }
  const groups = (spec.groupBy ?? []).map(({ name }) => name)
  const order = resolvedOrder(spec.order, [...resultNames(spec).keys()], groups, refuse)
  return {
    sql: eventSeriesStatement(scope, step),
    read: rows => ({
      kind: 'time_series',
      series: readEventSeries(spec, rows).flatMap(series => finishSeries(series, spec, order, step, request)),
    }),
  }
}

function prepareList(spec: EventQuery, request: QueryRequest, refuse: Refuse): Prepared {
  const { startMs, endMs, variables } = request
  return {
    sql: rawStatement({ spec, window: { startMs, endMs }, variables, refuse }),
    read: readRaw,
  }
}

/** The limit comes before the functions, as in SigNoz. */
function finishSeries(
  series: readonly Series[],
  spec: BuilderQuery,
  order: readonly Order[],
  step: number,
  { startMs, endMs }: QueryRequest,
): Series[] {
  const filling = { startMs, endMs, stepMs: step * SECOND_MS }
  return applyFunctions(ordered(series, order, spec.limit), spec.functions, filling)
}

function resolvedOrder(
  order: readonly Order[] | undefined,
  results: readonly string[],
  groups: readonly string[],
  refuse: Refuse,
): Order[] {
  return (order ?? []).map(one => {
    const { name } = one.key
    if (name === RESULT_KEY || results.includes(name)) return { ...one, key: { name: RESULT_KEY } }
    if (!groups.includes(name)) refuse(`order by ${name}; expected ${RESULT_KEY} or a group`)
    return one
  })
}
