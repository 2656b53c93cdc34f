// The numbers of an answer by their place, so that those of SigNoz and ours can be held against each other.
import type { QueryRequest, Result } from '@deye-hard/monitoring'

/** SigNoz rounds what it answers to three digits after the point. */
const TOLERANCE = 0.01
const ROUNDING = 0.0006

type Value = string | number | null
/** A number or text by its series and moment, or row and column; of a record its moment, in ms. */
export type Cell = readonly [key: string, value: Value]
export type Cells = ReadonlyMap<string, Value>
// biome-ignore lint/suspicious/noExplicitAny: answers of SigNoz, taken as they come.
type Document = any

/** Empty when both have the same places, and numbers within 1 % at each. */
export function cellDifferences(theirs: Cells, ours: Cells): string[] {
  const differences = [...theirs].flatMap(([key, value]) => {
    const own = ours.get(key)
    if (own === undefined) return [`only SigNoz has ${key} = ${value}`]
    return isNear(value, own) ? [] : [`${key}: SigNoz ${value}, ours ${own}`]
  })
  for (const [key, value] of ours) if (!theirs.has(key)) differences.push(`only ours has ${key} = ${value}`)
  return differences
}

/**
 * Of two lists that show their newest records up to `limit` (0: all). Of the records of one moment each may cut off others there, and one that a
 * batch stored twice takes two places: a list that is cut is held to account down to the moment after its last.
 */
export function listDifferences(theirs: readonly Cell[], ours: readonly Cell[], limit: number): string[] {
  const lastMs = (list: readonly Cell[]) =>
    limit === 0 || list.length < limit
      ? Number.NEGATIVE_INFINITY
      : Math.min(...list.map(([, ms]) => Number(ms)))
  const cutMs = Math.max(lastMs(theirs), lastMs(ours))
  const whole = (list: readonly Cell[]) => new Map(list.filter(([, ms]) => Number(ms) > cutMs))
  return cellDifferences(whole(theirs), whole(ours))
}

/** Of a result that our plan made. */
export function ownCells(result: Result): Cell[] {
  const { query } = result
  if (result.kind === 'time_series')
    return result.series.flatMap(({ labels, values }) =>
      values.map(([ms, value]): Cell => [`${query} ${keyed(Object.entries(labels))} ${ms}`, value]),
    )
  if (result.kind === 'raw') return result.rows.map(({ ms, data }) => [`${query} ${identity(ms, data)}`, ms])
  return result.rows.flatMap(row => {
    const groups = result.columns.flatMap(({ name, isGroup }, index): [string, unknown][] =>
      isGroup ? [[name, row[index]]] : [],
    )
    return result.columns.flatMap(({ name, isGroup }, index): Cell[] =>
      isGroup ? [] : [[`${query} ${keyed(groups)} ${name}`, row[index] ?? null]],
    )
  })
}

/** Of a result of POST /api/v5/query_range. */
export function theirCells(result: Document, requestType: QueryRequest['requestType']): Cell[] {
  const query: string = result.queryName
  if (requestType === 'raw')
    return (result.rows ?? []).map(({ timestamp, data }: Document): Cell => {
      const ms = Date.parse(timestamp)
      return [`${query} ${identity(ms, data)}`, ms]
    })
  if (requestType === 'scalar') return theirTable(query, result)
  const series: Document[] = (result.aggregations ?? []).flatMap((one: Document) => one.series ?? [])
  return series.flatMap(({ labels, values }) => {
    const names = (labels ?? []).map(({ key, value }: Document): [string, unknown] => [
      key.name,
      String(value),
    ])
    return (values ?? [])
      .filter(({ value }: Document) => typeof value === 'number')
      .map(({ timestamp, value }: Document): Cell => [`${query} ${keyed(names)} ${timestamp}`, value])
  })
}

function theirTable(query: string, { columns = [], data }: Document): Cell[] {
  return (data ?? []).flatMap((row: Document[]) => {
    const isGroup = (index: number) => columns[index].columnType === 'group'
    const groups = row.flatMap((cell, index): [string, unknown][] =>
      isGroup(index) ? [[columns[index].name, cell]] : [],
    )
    return row.flatMap((cell, index): Cell[] =>
      isGroup(index) ? [] : [[`${query} ${keyed(groups)} ${columns[index].name}`, cell]],
    )
  })
}

function keyed(labels: readonly (readonly [string, unknown])[]): string {
  return JSON.stringify([...labels].sort())
}

/** Ids of log lines are made where they are stored, and a batch of them may be stored twice. */
function identity(ms: number, data: Document): string {
  return data.body === undefined ? data.span_id || data.id : `${Math.floor(ms)} ${data.body}`
}

function isNear(theirs: Value, ours: Value): boolean {
  if (typeof theirs !== 'number' || typeof ours !== 'number') return String(theirs) === String(ours)
  return Math.abs(theirs - ours) <= ROUNDING + TOLERANCE * Math.max(Math.abs(theirs), Math.abs(ours))
}
