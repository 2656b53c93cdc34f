// ClickHouse SQL: bounded in time, over tables that exist, with metrics and variables that exist.
import { storedMetric } from '../catalogue.ts'
import { at } from '../fault.ts'
import type { PlacedQuery, QueryUse } from '../placed-query.ts'
import { placeholders } from './legend.ts'
import type { Report } from './query.ts'

type Sql = Extract<PlacedQuery, { type: 'clickhouse_sql' }>

/** Tables to read (signoz-contract.md 9) and the column that keeps a query from scanning all of them. */
const TABLES: readonly (readonly [table: RegExp, bucket: string])[] = [
  [/^signoz_traces\.distributed_(signoz_index_v3|traces_v3_resource)$/, 'ts_bucket_start'],
  [/^signoz_traces\.distributed_signoz_error_index_v2$/, 'timestamp'],
  [/^signoz_logs\.distributed_logs_v2(_resource)?$/, 'ts_bucket_start'],
  [/^signoz_metrics\.distributed_samples_v4(_agg_5m|_agg_30m)?$/, 'unix_milli'],
  [/^signoz_metrics\.(distributed_)?time_series_v4(_6hrs|_1day|_1week)?$/, 'unix_milli'],
]
/** A rule may reach further back than its window. */
const LOWER_BOUND = /\{\{\.start_|\{\{\.end_[a-z_]+\}\}[\s,)0-9]*-/
const UPPER_BOUND = /\{\{\.end_/
const TIME_PLACEHOLDER = /^\.?(start|end)_(timestamp(_ms|_nano)?|datetime)$/

export function checkSql({ spec, path }: Sql, use: QueryUse, report: Report): void {
  const place = at(path, 'query')
  const fault = (message: string) => report(place, message)
  checkTables(spec.query, fault)
  checkMetricNames(spec.query, fault)
  checkPlaceholders(spec.query, use, fault)
  if (!use.isScalar && !/toStartOf|toDateTime|fromUnixTimestamp|\bts\b/i.test(spec.query)) {
    fault('a line needs one column of type DateTime, such as toStartOfInterval(…) AS ts')
  }
  for (const label of placeholders(spec.legend)) {
    if (!new RegExp(`\\b${label.replaceAll('.', '\\.')}\\b`).test(spec.query)) {
      report(at(path, 'legend'), `{{${label}}} is no column of the query`)
    }
  }
}

function checkTables(query: string, fault: (message: string) => void): void {
  const named = [...query.matchAll(/\b(signoz_[a-z]+\.[a-z0-9_]+)/g)].map(([, table]) => table!)
  if (named.length === 0)
    fault('reads no table of SigNoz; expected one such as signoz_traces.distributed_signoz_index_v3')
  for (const table of new Set(named)) {
    const known = TABLES.find(([pattern]) => pattern.test(table))
    if (known === undefined)
      fault(`${table} is no table to read; expected a distributed_ one of section 9 of the contract`)
    else if (!query.includes(known[1]))
      fault(`${table} is scanned as a whole; expected a condition on ${known[1]}`)
  }
}

function checkMetricNames(query: string, fault: (message: string) => void): void {
  for (const [, list] of query.matchAll(/metric_name\s*(?:=|IN)\s*(\([^)]*\)|'[^']*')/gi)) {
    for (const [, name] of list!.matchAll(/'([^']*)'/g)) {
      if (storedMetric(name!) === undefined) fault(`${name} is not stored in SigNoz`)
    }
  }
}

function checkPlaceholders(
  query: string,
  { by, variables }: QueryUse,
  fault: (message: string) => void,
): void {
  const templates = placeholders(query)
  if (!LOWER_BOUND.test(query) || !UPPER_BOUND.test(query)) {
    fault('is not bounded in time; expected {{.start_timestamp}} and {{.end_timestamp}} or their like')
  }
  // `resource_string_service$$name` is a column.
  const dollars = [...query.replaceAll(/\$\$\w+/g, '').matchAll(/\$([A-Za-z_][\w.]*)/g)].map(
    ([, name]) => name!,
  )
  const brackets = [...query.matchAll(/\[\[\s*([\w.-]+)\s*\]\]/g)].map(([, name]) => name!)
  const named = templates.filter(name => !TIME_PLACEHOLDER.test(name)).map(name => name.replace(/^\./, ''))
  for (const name of new Set([...dollars, ...brackets, ...named])) {
    if (by === 'rule') fault(`${name}: a rule has no variables`)
    else if (!variables.has(name))
      fault(`${name} is no variable of this dashboard, and no time that SigNoz fills in`)
  }
}
