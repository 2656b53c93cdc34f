// A builder query over spans or log records as one statement: counts and percentiles per step, or one row per group.
import type { EventSignal } from '../fields.ts'
import type { EventQuery } from '../shapes/query.ts'
import type { Answer, Cell, QueryRequest, Refuse, Row, Series } from './contract.ts'
import { aggregationSql } from './event-aggregation.ts'
import { eventField, groupExpression } from './event-field.ts'
import { type FilterScope, filterCondition } from './filter-sql.ts'
import { havingCondition } from './having.ts'
import { resultName } from './reduce.ts'
import { cellOf, numberOf, seriesOf, textOf } from './series.ts'
import { groupColumn, nanoseconds, resultColumn } from './sql-text.ts'
import type { Window } from './step.ts'

const TABLES: Readonly<Record<EventSignal, string>> = {
  traces: 'signoz_traces.distributed_signoz_index_v3',
  logs: 'signoz_logs.distributed_logs_v2',
}
const MOMENTS: Readonly<Record<EventSignal, string>> = {
  traces: 'toUnixTimestamp64Milli(timestamp)',
  logs: 'intDiv(timestamp, 1000000)',
}
/** A record stands under the half hour in which its batch came, which may be the one before. */
const BUCKET_SECONDS = 1_800
const SECOND_MS = 1_000

export interface EventScope {
  spec: EventQuery
  window: Window
  variables: QueryRequest['variables']
  refuse: Refuse
}

/** Columns of its rows: `ms`, one per label, one per aggregation. */
export function eventSeriesStatement(scope: EventScope, step: number): string {
  const { spec } = scope
  refuseOffset(scope)
  const groups = groupColumns(scope)
  const columns = groups.map(({ column }) => column)
  const stepMs = step * SECOND_MS
  const having = havingOf(scope)
  const selected = [
    `intDiv(${MOMENTS[spec.signal]}, ${stepMs}) * ${stepMs} AS ms`,
    ...groups.map(({ sql, column }) => `${sql} AS ${column}`),
    ...resultColumns(scope, step),
  ]
  const limit = spec.limit ?? 0
  const isTop =
    limit > 0 && columns.length > 0
      ? ` AND (${columns.join(', ')}) IN (${topGroups(scope, columns, limit)})`
      : ''
  return `SELECT ${selected.join(', ')} FROM ${TABLES[spec.signal]} WHERE ${eventConditions(scope)}${isTop}
    GROUP BY ${['ms', ...columns].join(', ')}${having} ORDER BY ${[...columns, 'ms'].join(', ')}`
}

/** Columns of its rows: one per label, one per aggregation; in their order. */
export function eventTableStatement(scope: EventScope): string {
  const { spec } = scope
  refuseOffset(scope)
  const limit = (spec.limit ?? 0) > 0 ? ` LIMIT ${spec.limit}` : ''
  return `${groupedWhole(scope)}${havingOf(scope)} ORDER BY ${orderOf(scope)}${limit}`
}

export function readEventSeries(spec: EventQuery, rows: readonly Row[]): Series[][] {
  const aggregations = spec.aggregations ?? []
  return aggregations.map(({ alias, expression }, index) => {
    const series = seriesOf(rows, groupNames(spec), resultColumn(index))
    return aggregations.length === 1
      ? series
      : series.map(one => ({ ...one, aggregation: alias ?? expression }))
  })
}

export function readEventTable(spec: EventQuery, rows: readonly Row[]): Answer {
  const groups = groupNames(spec)
  const results = spec.aggregations ?? []
  return {
    kind: 'scalar',
    columns: [
      ...groups.map(name => ({ name, isGroup: true })),
      ...results.map((_, index) => ({ name: resultName(index), isGroup: false })),
    ],
    rows: rows.map(row => [
      ...groups.map((_, index): Cell => textOf(row[groupColumn(index)])),
      ...results.map((_, index): Cell => cellOf(numberOf(row[resultColumn(index)]))),
    ]),
  }
}

/** Names by which order and having call the n-th aggregation. */
export function resultNames({ aggregations = [] }: EventQuery): Map<string, number> {
  return new Map(
    aggregations.flatMap(({ alias, expression }, index) => [
      ...(index === 0 && aggregations.length === 1 ? [['__result', index] as const] : []),
      [`__result${index}`, index] as const,
      [String(index), index] as const,
      [expression, index] as const,
      [expression.replaceAll(' ', ''), index] as const,
      ...(alias === undefined ? [] : [[alias, index] as const]),
    ]),
  )
}

export function eventConditions(scope: EventScope): string {
  const { spec, window } = scope
  const [start, end] = [nanoseconds(window.startMs), nanoseconds(window.endMs)]
  const moment = (ns: string) => (spec.signal === 'traces' ? `fromUnixTimestamp64Nano(${ns})` : ns)
  const filter = filterCondition(spec.filter?.expression, filterScope(scope))
  return [
    `timestamp >= ${moment(start)}`,
    `timestamp < ${moment(end)}`,
    `ts_bucket_start >= ${Math.floor(window.startMs / SECOND_MS) - BUCKET_SECONDS}`,
    `ts_bucket_start <= ${Math.floor(window.endMs / SECOND_MS)}`,
    ...(filter === undefined ? [] : [`(${filter})`]),
  ].join(' AND ')
}

export function eventTable(signal: EventSignal): string {
  return TABLES[signal]
}

export function filterScope({ spec, variables, refuse }: EventScope): FilterScope {
  return {
    fieldOf: key => eventField(spec.signal, key, refuse),
    variables,
    refuse,
    ...(spec.signal === 'logs' ? { searched: { sql: 'body', type: 'string', ignoresCase: true } } : {}),
  }
}

function refuseOffset({ spec, refuse }: EventScope): void {
  if ((spec.offset ?? 0) > 0) refuse('offset is for lists; SigNoz does not apply it to aggregations')
  if (spec.aggregations === undefined) refuse('aggregations are missing')
  if ((spec.selectFields ?? []).length > 0) refuse('selectFields are for lists')
}

function groupNames(spec: EventQuery): string[] {
  return [...new Set((spec.groupBy ?? []).map(({ name }) => name))]
}

function groupColumns({ spec, refuse }: EventScope): { sql: string; column: string }[] {
  return groupNames(spec).map((name, index) => {
    const key = spec.groupBy!.find(field => field.name === name)!
    if (key.signal !== undefined && key.signal !== spec.signal)
      refuse(`groupBy ${name} is of ${key.signal}, the query of ${spec.signal}`)
    const field = eventField(spec.signal, key, refuse)
    return { sql: field === undefined ? "''" : groupExpression(field), column: groupColumn(index) }
  })
}

function resultColumns(scope: EventScope, seconds: number): string[] {
  return (scope.spec.aggregations ?? []).map(({ expression }, index) => {
    const sql = aggregationSql(expression, {
      fieldOf: key => eventField(scope.spec.signal, key, scope.refuse),
      conditionOf: condition => filterCondition(condition, filterScope(scope)),
      seconds,
      refuse: scope.refuse,
    })
    return `${sql} AS ${resultColumn(index)}`
  })
}

function havingOf({ spec, refuse }: EventScope): string {
  const names = new Map([...resultNames(spec)].map(([name, index]) => [name, resultColumn(index)]))
  const having = havingCondition(spec.having?.expression, names, refuse)
  return having === undefined ? '' : ` HAVING ${having}`
}

function groupedWhole(scope: EventScope): string {
  const seconds = Math.max(1, Math.floor((scope.window.endMs - scope.window.startMs) / SECOND_MS))
  const groups = groupColumns(scope)
  const selected = [
    ...groups.map(({ sql, column }) => `${sql} AS ${column}`),
    ...resultColumns(scope, seconds),
  ]
  const by = groups.length === 0 ? '' : ` GROUP BY ${groups.map(({ column }) => column).join(', ')}`
  return `SELECT ${selected.join(', ')} FROM ${TABLES[scope.spec.signal]} WHERE ${eventConditions(scope)}${by}`
}

/** The groups that lead over the whole window. A group of records that lack the attribute takes a place and is not shown, as in SigNoz. */
function topGroups(scope: EventScope, columns: readonly string[], limit: number): string {
  const top = `${groupedWhole(scope)} ORDER BY ${orderOf(scope)} LIMIT ${limit}`
  return `SELECT ${columns.join(', ')} FROM (${top})`
}

function orderOf({ spec, refuse }: EventScope): string {
  const names = resultNames(spec)
  const groups = groupNames(spec)
  const order = (spec.order ?? []).map(({ key: { name }, direction }) => {
    const index = names.get(name)
    if (index !== undefined) return `${resultColumn(index)} ${direction}`
    if (!groups.includes(name)) refuse(`order by ${name}; expected a group, an alias or an expression`)
    return `${groupColumn(groups.indexOf(name))} ${direction}`
  })
  return order.length === 0 ? `${resultColumn(0)} desc` : order.join(', ')
}
