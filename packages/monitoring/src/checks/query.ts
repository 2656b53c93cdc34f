// One query of a panel or a rule: that what it names exists, and that it asks in a way that SigNoz answers rightly.

import { at } from '../fault.ts'
import { type PlacedQuery, type QueryUse, stepSeconds } from '../placed-query.ts'
import type { BuilderQuery } from '../shapes/query.ts'
import { checkEventQuery } from './event-query.ts'
import { checkFormula } from './formula.ts'
import { checkMetricQuery } from './metric-query.ts'
import { checkSql } from './sql.ts'

/** Where in the file, relative to what is checked; and a sentence. */
export type Report = (path: string, message: string) => void

export const PROMQL_REFUSED =
  'PromQL is not used here: it cannot see delta metrics such as signoz_calls_total, and lens cannot draw it; write a builder query or ClickHouse SQL'
/** SigNoz shows a metric by whole minutes. */
const METRIC_STEP_MIN_SECONDS = 60

export function checkQueries(queries: readonly PlacedQuery[], use: QueryUse, report: Report): void {
  checkNames(queries, report)
  for (const query of queries) checkQuery(query, queries, use, report)
}

function checkQuery(query: PlacedQuery, all: readonly PlacedQuery[], use: QueryUse, report: Report): void {
  const { path } = query
  if (query.type === 'promql') report(path, PROMQL_REFUSED)
  else if (query.type === 'clickhouse_sql') checkSql(query, use, report)
  else if (query.type === 'builder_formula') checkFormula(query, all, report)
  else if (query.type === 'builder_trace_operator') checkEventQuery(query, 'traces', use, report)
  else checkBuilderQuery(query.spec, path, use, report)
}

function checkBuilderQuery(spec: BuilderQuery, path: string, use: QueryUse, report: Report): void {
  checkStep(spec, path, use, report)
  if (spec.signal === 'metrics') checkMetricQuery({ spec, path }, use, report)
  else checkEventQuery({ spec, path }, spec.signal, use, report)
}

function checkNames(queries: readonly PlacedQuery[], report: Report): void {
  const names = queries.map(({ spec }) => spec.name)
  queries.forEach(({ path }, index) => {
    if (names.indexOf(names[index]!) === index) return
    report(at(path, 'name'), `${names[index]} is the name of two queries; expected a name of its own`)
  })
  if (queries.every(({ spec }) => spec.disabled === true)) {
    report(
      queries[0]?.path ?? '',
      'all queries are disabled, so nothing comes back; expected one that is not',
    )
  }
}

function checkStep(spec: BuilderQuery, place: string, use: QueryUse, report: Report): void {
  const step = stepSeconds(spec.stepInterval)
  const path = at(place, 'stepInterval')
  const isMetric = spec.signal === 'metrics'
  if (step === undefined && use.by === 'rule') {
    const otherwise = isMetric ? 'SigNoz chooses one' : 'SigNoz compares buckets of 5 seconds'
    report(path, `is missing, and ${otherwise}; expected 60 or more`)
  }
  if (step !== undefined && isMetric && step < METRIC_STEP_MIN_SECONDS) {
    report(path, `expected at least ${METRIC_STEP_MIN_SECONDS} s for metrics, found ${step}`)
  }
}
