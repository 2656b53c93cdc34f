// Asks SigNoz and our plan for the same, over the same ClickHouse, and says where the answers differ.
import { planQuery, type QueryRequest, type Result, type Row } from '@deye-hard/monitoring'
import type { SigNozClient } from '../../../src/provision/signoz-client.ts'

/** SigNoz rounds what it answers to three digits after the point. */
const TOLERANCE = 0.01
const ROUNDING = 0.0006
const DIFFERENCES_SHOWN = 3

/** Numbers and texts by series and moment, by row and column, or by record. */
type Cells = Map<string, string | number | null>
// biome-ignore lint/suspicious/noExplicitAny: answers of SigNoz, taken as they come.
type Document = any

export interface Comparison {
  differences: string[]
  /** Of SigNoz's answer. */
  cells: number
}

export class BothAnswers {
  readonly #client: SigNozClient
  readonly #clickhouse: string

  constructor(client: SigNozClient, clickhouse: string) {
    this.#client = client
    this.#clickhouse = clickhouse
  }

  /** Of series that are equally high, SigNoz drops any beyond a limit: then they are compared without it. */
  async compare(request: QueryRequest): Promise<Comparison> {
    const limited = await this.#compareOnce(request)
    const isTie = limited.differences.length > 0 && limited.ownCells === limited.cells
    const free = request.queries.map(
      query => ({ ...query, spec: { ...query.spec, limit: 0 } }) as typeof query,
    )
    const hasLimit = request.queries.some(({ spec }) => 'limit' in spec && (spec.limit ?? 0) > 0)
    if (!isTie || !hasLimit || request.requestType === 'raw') return limited
    return { ...limited, ...(await this.#compareOnce({ ...request, queries: free })) }
  }

  async #compareOnce(request: QueryRequest): Promise<Comparison & { ownCells: number }> {
    const [theirs, ours] = [await this.#theirs(request), await this.#ours(request)]
    const differences = [...theirs].flatMap(([key, value]) => {
      const own = ours.get(key)
      if (own === undefined) return [`only SigNoz has ${key} = ${value}`]
      return isNear(value, own) ? [] : [`${key}: SigNoz ${value}, ours ${own}`]
    })
    for (const [key, value] of ours) if (!theirs.has(key)) differences.push(`only ours has ${key} = ${value}`)
    return { differences: differences.slice(0, DIFFERENCES_SHOWN), cells: theirs.size, ownCells: ours.size }
  }

  async rows(sql: string): Promise<Row[]> {
    const url = `${this.#clickhouse}/?default_format=JSONEachRow`
    const response = await fetch(url, { method: 'POST', body: sql })
    const text = await response.text()
    if (!response.ok) throw new Error(`${text}\n${sql}`)
    return text === ''
      ? []
      : text
          .trimEnd()
          .split('\n')
          .map(line => JSON.parse(line) as Row)
  }

  async #ours(request: QueryRequest): Promise<Cells> {
    const plan = planQuery(request)
    if (plan.kind === 'refused') throw new Error(`${plan.query}: ${plan.reason}`)
    const rows = new Map<string, Row[]>()
    for (const { query, sql } of plan.statements) rows.set(query, await this.rows(sql))
    return new Map(plan.finish(rows).results.flatMap(ownCells))
  }

  async #theirs({ startMs, endMs, requestType, queries, variables }: QueryRequest): Promise<Cells> {
    const answer = await this.#client.ask<Document>('POST', '/api/v5/query_range', {
      schemaVersion: 'v1',
      start: startMs,
      end: endMs,
      requestType,
      compositeQuery: { queries: queries.map(({ type, spec }) => ({ type, spec })) },
      variables: Object.fromEntries(
        Object.entries(variables).map(([name, value]) => [name, { type: 'dynamic', value }]),
      ),
      noCache: true,
    })
    if (answer.kind !== 'done') throw new Error(JSON.stringify(answer))
    const results: Document[] = answer.data.data.results ?? []
    return new Map(results.flatMap(result => theirCells(result, requestType)))
  }
}

type Cell = [key: string, value: string | number | null]

function ownCells(result: Result): Cell[] {
  const { query } = result
  if (result.kind === 'time_series')
    return result.series.flatMap(({ labels, values }) =>
      values.map(([ms, value]): Cell => [`${query} ${keyed(Object.entries(labels))} ${ms}`, value]),
    )
  if (result.kind === 'raw') return result.rows.map(({ ms, data }) => [`${query} ${identity(data)}`, ms])
  return result.rows.flatMap(row => {
    const groups = result.columns.flatMap(({ name, isGroup }, index): [string, unknown][] =>
      isGroup ? [[name, row[index]]] : [],
    )
    return result.columns.flatMap(({ name, isGroup }, index): Cell[] =>
      isGroup ? [] : [[`${query} ${keyed(groups)} ${name}`, row[index] ?? null]],
    )
  })
}

function theirCells(result: Document, requestType: QueryRequest['requestType']): Cell[] {
  const query: string = result.queryName
  if (requestType === 'raw')
    return (result.rows ?? []).map(
      ({ timestamp, data }: Document): Cell => [`${query} ${identity(data)}`, Date.parse(timestamp)],
    )
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

/** The collector may store a batch of log lines twice, with ids of their own. */
function identity(data: Document): string {
  return data.span_id || data.id
}

function isNear(theirs: string | number | null, ours: string | number | null): boolean {
  if (typeof theirs !== 'number' || typeof ours !== 'number') return String(theirs) === String(ours)
  return Math.abs(theirs - ours) <= ROUNDING + TOLERANCE * Math.max(Math.abs(theirs), Math.abs(ours))
}
