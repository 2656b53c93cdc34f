// A builder query over metrics as one statement: per series and step, then across series; percentiles from buckets.
//
// SigNoz looks up the temporality of a metric before it writes its statement. Here each point brings its own, so that one statement is
// right for all: Delta points are summed, Cumulative ones compared with the step before, and a fall counts from zero.
import type { MetricQuery } from '../shapes/query.ts'
import type { QueryRequest, Refuse } from './contract.ts'
import { type Field, filterCondition } from './filter-sql.ts'
import { functionsExtendStart } from './functions.ts'
import { havingCondition } from './having.ts'
import { percentileExpressions } from './histogram.ts'
import { groupColumn, quoted } from './sql-text.ts'
import { metricWindow, type Window } from './step.ts'

type Aggregation = MetricQuery['aggregations'][number]
type TimeAggregation = NonNullable<Aggregation['timeAggregation']>

const SERIES_TABLE = 'signoz_metrics.time_series_v4'
const SAMPLES_TABLE = 'signoz_metrics.distributed_samples_v4'
/** Rows of the series table stand at full hours. */
const SERIES_ROW_MS = 3_600_000
const SECOND_MS = 1_000
const BUCKET_BOUND = 'le'
const BUCKET_SUFFIX = '.bucket'
const QUANTILES: Readonly<Record<string, number>> = { p50: 0.5, p75: 0.75, p90: 0.9, p95: 0.95, p99: 0.99 }

/** Of the points of one series within one step. */
const READINGS: Readonly<Record<Exclude<TimeAggregation, 'rate' | 'increase'>, string>> = {
  latest: 'argMax(samples.value, samples.unix_milli)',
  sum: 'sum(samples.value)',
  avg: 'avg(samples.value)',
  min: 'min(samples.value)',
  max: 'max(samples.value)',
  count: 'toFloat64(count())',
  count_distinct: 'toFloat64(uniqExact(samples.value))',
}
const ACROSS_SERIES: Readonly<Record<string, string>> = {
  sum: 'sum(reading)',
  avg: 'avg(reading)',
  min: 'min(reading)',
  max: 'max(reading)',
  count: 'toFloat64(count())',
}

interface Scope {
  spec: MetricQuery
  aggregation: Aggregation
  step: number
  window: Window
  variables: QueryRequest['variables']
  refuse: Refuse
}

/** Names of the labels in the order of their columns. */
export function metricGroups(spec: MetricQuery): string[] {
  const names = [...new Set((spec.groupBy ?? []).map(({ name }) => name))]
  return isPercentile(spec) ? names.filter(name => name !== BUCKET_BOUND) : names
}

/** Columns of its rows: `ms`, one per label, `value`. */
export function metricStatement(
  spec: MetricQuery,
  asked: Window,
  step: number,
  variables: QueryRequest['variables'],
  refuse: Refuse,
): string {
  const aggregation = spec.aggregations[0]!
  refuseUnsupported(spec, aggregation, refuse)
  const aligned = metricWindow(asked, step)
  const startMs = aligned.startMs - (functionsExtendStart(spec.functions) ? step * SECOND_MS : 0)
  const scope: Scope = {
    spec,
    aggregation,
    step,
    window: { startMs, endMs: aligned.endMs },
    variables,
    refuse,
  }
  const labels = metricGroups(spec).map((_, index) => groupColumn(index))
  const tables = [
    `series AS (${seriesTable(scope)})`,
    `points AS (${pointsTable(scope)})`,
    `readings AS (${readingsTable(scope)})`,
  ]
  return `WITH ${tables.join(',\n')}\n${across(scope, labels)}`
}

function refuseUnsupported(spec: MetricQuery, aggregation: Aggregation, refuse: Refuse): void {
  const { metricName, timeAggregation, spaceAggregation } = aggregation
  const isBuckets = metricName.endsWith(BUCKET_SUFFIX)
  if (spec.source === 'meter') refuse('source meter is not kept')
  if ((spec.offset ?? 0) > 0) refuse('offset is for lists; SigNoz does not apply it to metrics')
  if (isPercentile(spec) && !isBuckets)
    refuse(`${spaceAggregation} of ${metricName}: expected buckets of a histogram, named *${BUCKET_SUFFIX}`)
  if (!isPercentile(spec) && isBuckets)
    refuse(`${spaceAggregation} of ${metricName}: SigNoz splits buckets by le; expected a percentile`)
  if (!isPercentile(spec) && timeAggregation === undefined)
    refuse(`timeAggregation of ${metricName} is missing`)
  for (const { name, fieldContext, signal } of spec.groupBy ?? []) {
    if (fieldContext !== undefined && !['attribute', 'resource', 'scope'].includes(fieldContext))
      refuse(`groupBy ${name}: series have labels, and no fieldContext ${fieldContext}`)
    if (signal !== undefined && signal !== 'metrics')
      refuse(`groupBy ${name} is of ${signal}, the query of metrics`)
  }
}

function isPercentile({ aggregations }: MetricQuery): boolean {
  return aggregations[0]!.spaceAggregation in QUANTILES
}

/** Labels that the statement splits by, and the bounds of buckets. */
function splits(spec: MetricQuery): { sql: string; column: string }[] {
  const groups = metricGroups(spec).map((name, index) => ({ sql: label(name), column: groupColumn(index) }))
  return isPercentile(spec) ? [...groups, { sql: label(BUCKET_BOUND), column: BUCKET_BOUND }] : groups
}

function label(name: string): string {
  return `JSONExtractString(labels, ${quoted(name)})`
}

function seriesTable({ spec, aggregation, step, window, variables, refuse }: Scope): string {
  const firstMs = firstPointMs(aggregation, window, step * SECOND_MS)
  const filter = filterCondition(spec.filter?.expression, {
    fieldOf: key => labelField(key, refuse),
    variables,
    refuse,
  })
  const conditions = [
    `metric_name = ${quoted(aggregation.metricName)}`,
    `unix_milli >= ${firstMs - (firstMs % SERIES_ROW_MS)}`,
    `unix_milli <= ${window.endMs}`,
    ...(aggregation.temporality === undefined
      ? []
      : [`lower(temporality) = ${quoted(aggregation.temporality)}`]),
    ...(filter === undefined ? [] : [`(${filter})`]),
  ]
  const columns = ['fingerprint', ...splits(spec).map(({ sql, column }) => `${sql} AS ${column}`)]
  return `SELECT DISTINCT ${columns.join(', ')} FROM ${SERIES_TABLE} WHERE ${conditions.join(' AND ')}`
}

function labelField(key: string, refuse: Refuse): Field | undefined {
  if (/^(span|log|body|metric)\./.test(key)) {
    refuse(`filter names ${key}; series have labels only`)
    return undefined
  }
  const name = key.replace(/^(resource|attribute|scope)\./, '')
  return { sql: label(name), type: 'string', exists: `has(JSONExtractKeys(labels), ${quoted(name)})` }
}

function pointsTable({ spec, aggregation, step, window }: Scope): string {
  const stepMs = step * SECOND_MS
  const columns = splits(spec).map(({ column }) => column)
  return `SELECT samples.fingerprint AS series_id, samples.temporality AS temporality,
      intDiv(samples.unix_milli, ${stepMs}) * ${stepMs} AS ms, ${[...columns, reading(aggregation)].join(', ')} AS reading
    FROM ${SAMPLES_TABLE} AS samples INNER JOIN series ON samples.fingerprint = series.fingerprint
    WHERE samples.metric_name = ${quoted(aggregation.metricName)}
      AND samples.unix_milli >= ${firstPointMs(aggregation, window, stepMs)} AND samples.unix_milli < ${window.endMs}
    GROUP BY ${['series_id', 'temporality', 'ms', ...columns].join(', ')}`
}

/** A change needs the step before. SigNoz reads it only where the query says rate or increase, and percentiles may not say so. */
function firstPointMs({ timeAggregation }: Aggregation, { startMs }: Window, stepMs: number): number {
  return timeAggregation === 'rate' || timeAggregation === 'increase' ? startMs - stepMs : startMs
}

function reading({ timeAggregation, spaceAggregation }: Aggregation): string {
  const time = spaceAggregation in QUANTILES ? 'rate' : (timeAggregation ?? 'latest')
  if (time !== 'rate' && time !== 'increase') return READINGS[time]
  return `if(temporality = 'Cumulative', max(samples.value), sum(samples.value))`
}

/** What is of the step before the window itself goes. */
function readingsTable({ spec, aggregation, step, window }: Scope): string {
  const columns = splits(spec).map(({ column }) => column)
  const time = isPercentile(spec) ? 'rate' : aggregation.timeAggregation
  const isChange = time === 'rate' || time === 'increase'
  const value = isChange ? change(time, step) : 'reading'
  const inner = `SELECT ${['ms', ...columns, `${value} AS changed`].join(', ')} FROM points
    ${isChange ? 'WINDOW steps AS (PARTITION BY series_id, temporality ORDER BY ms ROWS BETWEEN 1 PRECEDING AND CURRENT ROW)' : ''}`
  const outer = ['ms', ...columns, 'changed AS reading'].join(', ')
  return `SELECT ${outer} FROM (${inner}) WHERE ms >= ${window.startMs} AND NOT isNaN(changed)`
}

function change(time: 'rate' | 'increase', step: number): string {
  const before = 'first_value(reading) OVER steps'
  const rise = `if(reading < ${before}, reading, reading - ${before})`
  const passed = `((ms - first_value(ms) OVER steps) / ${SECOND_MS})`
  const isFirst = `first_value(ms) OVER steps = ms`
  return time === 'rate'
    ? `multiIf(temporality = 'Delta', reading / ${step}, ${isFirst}, nan, ${rise} / ${passed})`
    : `multiIf(temporality = 'Delta', reading, ${isFirst}, nan, ${rise})`
}

function across({ spec, aggregation, refuse }: Scope, labels: readonly string[]): string {
  const { metricName, timeAggregation, spaceAggregation } = aggregation
  const names = new Map(
    [
      '__result',
      '__result0',
      `${spaceAggregation}(${timeAggregation}(${metricName}))`,
      `${spaceAggregation}(${metricName})`,
      `${timeAggregation}(${metricName})`,
    ].map(name => [name, 'value']),
  )
  const having = havingCondition(spec.having?.expression, names, refuse)
  const keys = ['ms', ...labels]
  const table = isPercentile(spec) ? percentiles(spaceAggregation, keys) : plain(spaceAggregation, keys)
  const conditions = ['isFinite(value)', ...(having === undefined ? [] : [`(${having})`])]
  return `SELECT ${[...keys, 'value'].join(', ')} FROM (${table}) WHERE ${conditions.join(' AND ')} ORDER BY ${[...labels, 'ms'].join(', ')}`
}

function plain(spaceAggregation: string, keys: readonly string[]): string {
  return `SELECT ${[...keys, `${ACROSS_SERIES[spaceAggregation]} AS value`].join(', ')} FROM readings GROUP BY ${keys.join(', ')}`
}

function percentiles(spaceAggregation: string, keys: readonly string[]): string {
  const buckets = `SELECT ${[...keys, `toFloat64OrZero(${BUCKET_BOUND}) AS bound`, 'sum(reading) AS total'].join(', ')}
    FROM readings GROUP BY ${[...keys, 'bound'].join(', ')}`
  const expressions = percentileExpressions(QUANTILES[spaceAggregation]!, { bound: 'bound', count: 'total' })
  return `SELECT ${[...keys, ...expressions].join(', ')} FROM (${buckets}) GROUP BY ${keys.join(', ')}`
}
