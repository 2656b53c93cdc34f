// What is asked of a plan for queries, and what the plan gives: statements for ClickHouse and the reading of their rows.
import type { QueryEnvelope } from '../shapes/query.ts'

/** The value of a variable that stands for all of its values. */
export const ALL_VALUES = '__all__'

export type VariableValue = string | number | readonly string[]

export interface QueryRequest {
  startMs: number
  endMs: number
  requestType: 'time_series' | 'scalar' | 'raw'
  queries: readonly QueryEnvelope[]
  variables: Readonly<Record<string, VariableValue>>
  /** For queries that name no step of their own; never finer than SigNoz allows for the range. */
  stepSeconds?: number
}

export interface Statement {
  /** The name of the query: A */
  query: string
  sql: string
}

/** One row as ClickHouse's JSONEachRow gives it. */
export type Row = Readonly<Record<string, unknown>>

export interface Series {
  labels: Readonly<Record<string, string>>
  /** In order of time. */
  values: readonly (readonly [ms: number, value: number])[]
  /** Only where the query has several aggregations: which of them, by alias or expression. */
  aggregation?: string
}

export interface Column {
  name: string
  isGroup: boolean
}
export type Cell = string | number | null
export interface RawRow {
  ms: number
  data: Readonly<Record<string, unknown>>
}

export type Answer =
  | { kind: 'time_series'; series: readonly Series[] }
  | { kind: 'scalar'; columns: readonly Column[]; rows: readonly (readonly Cell[])[] }
  | { kind: 'raw'; rows: readonly RawRow[] }

export type Result = { query: string } & Answer

export interface QueryResult {
  /** In the order of the queries, without those that are disabled. */
  results: readonly Result[]
}

export type QueryPlan =
  | {
      kind: 'plan'
      statements: readonly Statement[]
      /** Takes the rows of each statement under the name of its query. */
      finish(rows: ReadonlyMap<string, readonly Row[]>): QueryResult
    }
  | { kind: 'refused'; query: string; reason: string }

/** Says why a query is not answered; a plan with one reason is refused whole. */
export type Refuse = (reason: string) => void

/** One query on its way: its statement, and what its rows mean. */
export interface Prepared {
  sql: string
  read(rows: readonly Row[]): Answer
}
