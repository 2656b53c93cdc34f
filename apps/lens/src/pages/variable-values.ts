// The values that a variable of a dashboard may take, from the telemetry of the page's time.
import type { Monitoring, Variable } from '@deye-hard/monitoring'
import { ask, askRows, type Queries } from './ask.ts'
import { type Bounds, bounded } from './bounds.ts'
import type { TimeRange } from './drawing/time-range.ts'
import type { Refused, VariableValues } from './page-shapes.ts'
import { sqlText } from './sql-literal.ts'

const HOUR_MS = 3_600_000
const SECOND_MS = 1_000

type ListVariable = Extract<Variable, { kind: 'ListVariable' }>
type Dynamic = Extract<ListVariable['spec']['plugin'], { kind: 'signoz/DynamicVariable' }>['spec']

export interface VariableRequest extends TimeRange {
  dashboard: string
  variable: string
  variables: VariableValues
}
export type VariableAnswer = { kind: 'data'; values: readonly string[]; isCut: boolean } | Refused

/** Undefined when there is no such variable. */
export async function variableAnswer(
  monitoring: Monitoring,
  engine: Queries,
  request: VariableRequest,
  bounds: Bounds,
): Promise<VariableAnswer | undefined> {
  const file = monitoring.dashboards.find(({ name }) => name === request.dashboard)
  const variable = file?.document.spec.variables.find(({ spec }) => spec.name === request.variable)
  if (variable === undefined) return undefined
  if (variable.kind === 'TextVariable') return { kind: 'data', values: [variable.spec.value], isCut: false }
  const found = await listValues(variable, engine, request, bounds)
  if (!Array.isArray(found)) return found as Refused
  const values = sorted(
    [...new Set(found as string[])].filter(value => value !== ''),
    variable.spec.sort ?? 'none',
  )
  // A person finds the others by typing into the address.
  const { kept, left } = bounded(values, 'variableValues', bounds)
  return { kind: 'data', values: kept, isCut: left > 0 }
}

async function listValues(
  { spec: { plugin, name } }: ListVariable,
  engine: Queries,
  request: VariableRequest,
  { limits }: Bounds,
): Promise<string[] | Refused> {
  switch (plugin.kind) {
    case 'signoz/CustomVariable':
      return plugin.spec.customValue.split(',').map(value => value.trim())
    case 'signoz/DynamicVariable': {
      const answer = await askRows(
        engine,
        dynamicStatement(plugin.spec, request, limits.variableValues + 1),
        name,
      )
      return answer.kind === 'refused' ? answer : answer.rows.map(row => String(row['value']))
    }
    case 'signoz/QueryVariable': {
      const { startMs, endMs, variables } = request
      const spec = { name: 'A', query: plugin.spec.queryValue }
      const queries = [{ type: 'clickhouse_sql', spec }] as const
      const answer = await ask(engine, { startMs, endMs, variables, requestType: 'scalar', queries })
      if (answer.kind === 'refused') return answer
      const [result] = answer.results
      return result?.kind === 'scalar' ? result.rows.map(row => String(row[0] ?? '')) : []
    }
  }
}

function dynamicStatement({ name, signal }: Dynamic, { startMs, endMs }: TimeRange, limit: number): string {
  const key = sqlText(name)
  const metrics = `SELECT DISTINCT JSONExtractString(labels, ${key}) AS value FROM signoz_metrics.distributed_time_series_v4
    WHERE unix_milli BETWEEN ${Math.floor(startMs / HOUR_MS) * HOUR_MS} AND ${endMs} AND JSONHas(labels, ${key})`
  const seconds = (ms: number) => Math.floor(ms / SECOND_MS)
  const events = (
    table: string,
  ) => `SELECT DISTINCT if(mapContains(resources_string, ${key}), resources_string[${key}],
    attributes_string[${key}]) AS value FROM ${table}
    WHERE ts_bucket_start BETWEEN ${seconds(startMs) - 1_800} AND ${seconds(endMs)}`
  const statements = {
    metrics: [metrics],
    traces: [events('signoz_traces.distributed_signoz_index_v3')],
    logs: [events('signoz_logs.distributed_logs_v2')],
    all: [
      metrics,
      events('signoz_traces.distributed_signoz_index_v3'),
      events('signoz_logs.distributed_logs_v2'),
    ],
  }[signal]
  return `SELECT DISTINCT value FROM (${statements.join(' UNION ALL ')}) WHERE value != '' LIMIT ${limit}`
}

function sorted(values: string[], sort: string): string[] {
  const direction = sort.endsWith('-desc') ? -1 : 1
  const kind = sort.replace(/-(asc|desc)$/, '')
  const compare: Record<string, (a: string, b: string) => number> = {
    alphabetical: (a, b) => (a < b ? -1 : a > b ? 1 : 0),
    'alphabetical-ci': (a, b) => a.localeCompare(b, 'en', { sensitivity: 'base' }),
    numerical: (a, b) => Number(a) - Number(b),
  }
  const by = compare[kind]
  return by === undefined ? values : values.sort((a, b) => direction * by(a, b))
}
