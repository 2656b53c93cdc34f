// A query that is written in ClickHouse SQL: its placeholders filled as SigNoz fills them (pkg/querier/clickhouse_query.go).
import type { ClickHouseSql } from '../shapes/query.ts'
import type { Prepared, QueryRequest, Refuse, VariableValue } from './contract.ts'
import { scalarOf, timeSeriesOf } from './sql-rows.ts'
import { nanoseconds, quoted, TYPES_COLUMN } from './sql-text.ts'

type Request = Pick<QueryRequest, 'startMs' | 'endMs' | 'requestType' | 'variables'>

/** Times as numbers, whatever the time zone of the engine. */
const SETTINGS = "SETTINGS date_time_output_format = 'unix_timestamp'"

export function prepareSql({ query }: ClickHouseSql, request: Request, refuse: Refuse): Prepared {
  const sql = filled(query, request, refuse).trim().replace(/;\s*$/, '')
  if (!/^\s*(SELECT|WITH)\b/i.test(sql)) refuse('expected a SELECT')
  if (request.requestType === 'raw') refuse('a list is a builder query, not SQL')
  return {
    // Rows of JSONEachRow say nothing of types, and a time, a label and a number are told apart by them.
    sql: `SELECT toTypeName(tuple(*)) AS ${TYPES_COLUMN}, * FROM (\n${sql}\n) ${SETTINGS}`,
    read: rows => (request.requestType === 'scalar' ? scalarOf(rows) : timeSeriesOf(rows)),
  }
}

function filled(query: string, request: Request, refuse: Refuse): string {
  const values = new Map([
    ...Object.entries(request.variables).map(([name, value]) => [name, written(value)] as const),
    ...reserved(request),
  ])
  const longestFirst = [...values].sort(([a], [b]) => b.length - a.length)
  const plain = longestFirst.reduce(
    (text, [name, value]) =>
      text
        .replaceAll(`{{${name}}}`, () => value)
        .replaceAll(`[[${name}]]`, () => value)
        .replaceAll(`$${name}`, () => value),
    query,
  )
  const complete = plain.replaceAll(
    /\{\{\s*\.([\w.-]+)\s*\}\}/g,
    (whole, name: string) => values.get(name) ?? whole,
  )
  const unknown = /\{\{[^}]*\}\}/.exec(complete)
  if (unknown !== null) refuse(`${unknown[0]} has no value`)
  return complete
}

function reserved({ startMs, endMs }: Request): [string, string][] {
  const [start, end] = [Math.floor(startMs / 1_000), Math.floor(endMs / 1_000)]
  return [
    ['start_timestamp', String(start)],
    ['end_timestamp', String(end)],
    ['start_timestamp_ms', String(startMs)],
    ['end_timestamp_ms', String(endMs)],
    ['SIGNOZ_START_TIME', String(startMs)],
    ['SIGNOZ_END_TIME', String(endMs)],
    ['start_timestamp_nano', nanoseconds(startMs)],
    ['end_timestamp_nano', nanoseconds(endMs)],
    ['start_datetime', `toDateTime(${start})`],
    ['end_datetime', `toDateTime(${end})`],
  ]
}

function written(value: VariableValue): string {
  if (typeof value === 'number') return String(value)
  return typeof value === 'string' ? quoted(value) : `[${value.map(quoted).join(',')}]`
}
