// Columns of a table panel, which SigNoz names by query and expression, never by alias (signoz-contract.md 5.2).
import { at } from '../fault.ts'
import type { PlacedQuery } from '../placed-query.ts'
import { dimensionOfResult } from '../result-dimension.ts'
import type { PanelPlugin } from '../shapes/panel.ts'
import { type Dimension, dimensionOf } from '../units.ts'
import type { Report } from './query.ts'
import { checkUnit } from './unit.ts'

type TableSpec = Extract<PanelPlugin, { kind: 'signoz/TablePanel' }>['spec']

interface Column {
  key: string
  dimension: Dimension | undefined
}

export function checkTableColumns(
  spec: TableSpec,
  queries: readonly PlacedQuery[],
  path: string,
  report: Report,
): void {
  const shown = queries.filter(query => query.spec.disabled !== true)
  const columns = shown.flatMap(query => columnsOf(query, queries))
  const sql = shown.filter(query => query.type === 'clickhouse_sql').map(query => query.spec.query)
  const isColumn = (key: string) =>
    columns.some(column => column.key === key) || sql.some(text => names(text, key))
  const units = spec.formatting?.columnUnits ?? {}
  for (const [key, unit] of Object.entries(units)) {
    const place = at(path, 'formatting', 'columnUnits', key)
    if (!isColumn(key)) report(place, unknown(key, columns))
    if (dimensionOf(unit) === undefined) report(place, `${unit} is no unit of src/units.ts`)
  }
  for (const { key, dimension } of columns) {
    checkUnit(dimension, units[key], key, at(path, 'formatting', 'columnUnits'), report)
  }
  spec.thresholds?.forEach(({ columnName }, index) => {
    if (!isColumn(columnName))
      report(at(path, 'thresholds', index, 'columnName'), unknown(columnName, columns))
  })
}

/** `A` with one aggregation, `A.<expression>` with several. */
function columnsOf(query: PlacedQuery, all: readonly PlacedQuery[]): Column[] {
  const { name } = query.spec
  if (query.type === 'clickhouse_sql') return []
  const isOfEvents =
    query.type === 'builder_trace_operator' ||
    (query.type === 'builder_query' && query.spec.signal !== 'metrics')
  const expressions = isOfEvents
    ? (query.spec.aggregations ?? []).map(one => ('expression' in one ? one.expression : ''))
    : []
  if (expressions.length < 2) return [{ key: name, dimension: dimensionOfResult(query, all) }]
  return expressions.map((expression, index) => ({
    key: `${name}.${expression}`,
    dimension: dimensionOfResult(query, all, index),
  }))
}

function names(sql: string, column: string): boolean {
  return [...sql.matchAll(/\bAS\s+`?([\w. ]+?)`?\s*(?:,|\bFROM\b|\)|$)/gi)].some(
    ([, alias]) => alias === column,
  )
}

function unknown(key: string, columns: readonly Column[]): string {
  return `${key} is no column; expected ${columns.map(column => column.key).join(', ') || 'an alias of the SQL'}`
}
