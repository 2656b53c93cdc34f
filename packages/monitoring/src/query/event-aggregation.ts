// Aggregations of spans and log records as expressions of ClickHouse.
import { type Aggregation, readAggregation } from '../aggregation.ts'
import type { Refuse } from './contract.ts'
import { numberExpression, plainExpression } from './event-field.ts'
import type { Field } from './filter-sql.ts'

export interface AggregationScope {
  fieldOf(key: string): Field | undefined
  /** Undefined where the condition filters nothing. */
  conditionOf(expression: string): string | undefined
  /** What a rate is per: the step, or the whole window. */
  seconds: number
  refuse: Refuse
}

/** SQL that gives a number; anything after a refusal. */
export function aggregationSql(expression: string, scope: AggregationScope): string {
  const read = readAggregation(expression)
  if (typeof read === 'string') {
    scope.refuse(read)
    return ''
  }
  if (read.condition !== undefined && /^(rate|count_distinct)/.test(read.base)) {
    scope.refuse(`${read.name} is not supported: SigNoz has no such function, or counts every record with it`)
    return ''
  }
  const { base, isRate } = withoutRate(read)
  const sql = called(base, read, scope)
  return isRate ? `${sql} / ${scope.seconds}` : sql
}

function withoutRate({ base }: Aggregation): { base: string; isRate: boolean } {
  if (base === 'rate') return { base: 'count', isRate: true }
  return base.startsWith('rate_')
    ? { base: base.slice('rate_'.length), isRate: true }
    : { base, isRate: false }
}

function called(base: string, { field, condition, name }: Aggregation, scope: AggregationScope): string {
  const predicate = condition === undefined ? undefined : scope.conditionOf(condition)
  if (condition !== undefined && predicate === undefined) scope.refuse(`${name} needs a condition`)
  const isCounting = base === 'count' || base === 'count_distinct'
  const stored = field === undefined ? undefined : scope.fieldOf(field)
  const subject =
    stored === undefined ? [] : [isCounting ? plainExpression(stored) : numberExpression(stored)]
  const suffix = predicate === undefined ? '' : 'If'
  const inside = [...subject, ...(predicate === undefined ? [] : [predicate])].join(', ')
  return `toFloat64(${functionOf(base, suffix)}(${inside}))`
}

/** Percentiles as SigNoz has them, but exact for any number of records. */
function functionOf(base: string, suffix: string): string {
  const rank = /^p(\d+)$/.exec(base)
  if (rank !== null) return `quantileExactInclusive${suffix}(0.${rank[1]})`
  return `${base === 'count_distinct' ? 'uniqExact' : base}${suffix}`
}
