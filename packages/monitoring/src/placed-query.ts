// The queries of a panel or a rule in one form, each with the place where it stands.
import { at } from './fault.ts'
import type { RuleFile } from './monitoring.ts'
import type { Panel } from './shapes/dashboard.ts'
import type { QueryPlugin } from './shapes/panel.ts'
import type { QueryEnvelope } from './shapes/query.ts'

export type PlacedQuery = QueryEnvelope & {
  /** Of its `spec`. */
  path: string
}

/** What the queries are asked for, which decides what they need. */
export interface QueryUse {
  by: 'panel' | 'rule'
  /** One number per group instead of a line; metrics need `reduceTo` then. */
  isScalar: boolean
  /** Names of the variables of the dashboard. */
  variables: ReadonlySet<string>
}

const ENVELOPES: Readonly<
  Record<Exclude<QueryPlugin['kind'], 'signoz/CompositeQuery'>, QueryEnvelope['type']>
> = {
  'signoz/BuilderQuery': 'builder_query',
  'signoz/ClickHouseSQL': 'clickhouse_sql',
  'signoz/PromQLQuery': 'promql',
  'signoz/Formula': 'builder_formula',
  'signoz/TraceOperator': 'builder_trace_operator',
}

export function queriesOfPanel(panel: Panel, path: string): PlacedQuery[] {
  return panel.spec.queries.flatMap((query, index) => {
    const { plugin } = query.spec
    const spec = at(path, 'spec', 'queries', index, 'spec', 'plugin', 'spec')
    if (plugin.kind === 'signoz/CompositeQuery') return placed(plugin.spec.queries, at(spec, 'queries'))
    return [{ type: ENVELOPES[plugin.kind], spec: plugin.spec, path: spec } as PlacedQuery]
  })
}

export function queriesOfRule({ document }: RuleFile): PlacedQuery[] {
  return placed(document.compositeQuery.queries, 'compositeQuery.queries')
}

function placed(queries: readonly QueryEnvelope[], path: string): PlacedQuery[] {
  return queries.map((query, index) => ({ ...query, path: at(path, index, 'spec') }))
}

/** Labels by which a query splits its result; a formula has those of its inputs. Undefined where only SQL knows. */
export function groupsOf(query: PlacedQuery, all: readonly PlacedQuery[]): readonly string[] | undefined {
  if (query.type === 'clickhouse_sql' || query.type === 'promql') return undefined
  if (query.type !== 'builder_formula') return (query.spec.groupBy ?? []).map(({ name }) => name)
  const inputs = inputsOf(query.spec.expression, all)
  return [...new Set(inputs.flatMap(input => groupsOf(input, all) ?? []))]
}

export function inputsOf(expression: string, all: readonly PlacedQuery[]): PlacedQuery[] {
  const names = new Set(expression.match(/[A-Z][A-Z0-9]*/g))
  return all.filter(query => names.has(query.spec.name) && query.type !== 'builder_formula')
}

export function stepSeconds(step: number | string | undefined): number | undefined {
  if (step === undefined || typeof step === 'number') return step
  return durationSeconds(step)
}

/** Of a Go duration: hours, minutes, seconds. */
export function durationSeconds(duration: string): number {
  const seconds: Record<string, number> = { h: 3_600, m: 60, s: 1 }
  return [...duration.matchAll(/([0-9]+)([hms])/g)].reduce(
    (sum, [, amount, unit]) => sum + Number(amount) * seconds[unit!]!,
    0,
  )
}
