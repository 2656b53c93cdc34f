// The results of a table panel's queries as one table: a row for each combination of groups, a column for each query.
import type { QueryResult, Result } from '@deye-hard/monitoring'
import { type ComparedThreshold, matchThreshold } from './threshold-match.ts'
import { formatValue } from './unit-format.ts'

type Scalar = Extract<Result, { kind: 'scalar' }>

export interface TableQuery {
  name: string
  legend?: string | undefined
  /** Expressions of its aggregations; several make a column each. */
  expressions: readonly string[]
}

export interface TableFormat {
  columnUnits: Readonly<Record<string, string>>
  decimals?: string | undefined
  thresholds: readonly ComparedThreshold[]
}

export interface TableColumn {
  /** By which units and thresholds name it: `A`, `A.p95(duration_nano)`, the alias of a statement. */
  key: string
  title: string
  isGroup: boolean
}

export interface TableCell {
  text: string
  value: string | number | null
  threshold?: ComparedThreshold | undefined
}

export interface TableRow {
  labels: Readonly<Record<string, string>>
  cells: readonly TableCell[]
}

export interface DrawnTable {
  columns: readonly TableColumn[]
  rows: readonly TableRow[]
}

export function tableRows(
  { results }: QueryResult,
  queries: readonly TableQuery[],
  format: TableFormat,
): DrawnTable {
  const scalars = results.filter((result): result is Scalar => result.kind === 'scalar')
  const groups = [...new Set(scalars.flatMap(groupNames))]
  const valueColumns = scalars.flatMap(result => valuesOf(result, queries))
  const columns = [...groups.map(name => ({ key: name, title: name, isGroup: true })), ...valueColumns]
  const rows = new Map<
    string,
    { labels: Record<string, string>; values: Map<string, string | number | null> }
  >()
  for (const result of scalars) {
    const keys = valuesOf(result, queries).map(({ key }) => key)
    for (const row of result.rows) {
      const labels = labelsOf(result, row)
      const key = JSON.stringify(groups.map(name => labels[name] ?? ''))
      const held = rows.get(key) ?? { labels, values: new Map() }
      rows.set(key, held)
      const values = row.filter((_, index) => result.columns[index]?.isGroup === false)
      for (const [index, value] of values.entries()) held.values.set(keys[index] ?? '', value)
    }
  }
  return {
    columns,
    rows: [...rows.values()].map(({ labels, values }) => ({
      labels,
      cells: columns.map(column =>
        column.isGroup
          ? { text: labels[column.key] ?? '', value: labels[column.key] ?? null }
          : valueCell(column.key, values.get(column.key) ?? null, format),
      ),
    })),
  }
}

function groupNames({ columns }: Scalar): string[] {
  return columns.filter(({ isGroup }) => isGroup).map(({ name }) => name)
}

function valuesOf(result: Scalar, queries: readonly TableQuery[]): TableColumn[] {
  const query = queries.find(({ name }) => name === result.query)
  const columns = result.columns.filter(({ isGroup }) => !isGroup)
  return columns.map(({ name }, index) => {
    const expression = query?.expressions[index]
    // A statement names its columns itself.
    if (query?.expressions.length === 0 && !name.startsWith('__'))
      return { key: name, title: name, isGroup: false }
    if (columns.length > 1 && expression !== undefined)
      return { key: `${result.query}.${expression}`, title: expression, isGroup: false }
    return { key: result.query, title: query?.legend || expression || result.query, isGroup: false }
  })
}

function labelsOf(result: Scalar, row: Scalar['rows'][number]): Record<string, string> {
  return Object.fromEntries(
    result.columns.flatMap(({ name, isGroup }, index) => (isGroup ? [[name, String(row[index] ?? '')]] : [])),
  )
}

function valueCell(key: string, value: string | number | null, format: TableFormat): TableCell {
  if (typeof value !== 'number') return { text: value === null ? '—' : value, value }
  const unit = format.columnUnits[key] ?? ''
  const own = format.thresholds.filter(({ columnName }) => columnName === key)
  return {
    text: formatValue(value, unit, format.decimals),
    value,
    threshold: matchThreshold(value, unit, own),
  }
}
