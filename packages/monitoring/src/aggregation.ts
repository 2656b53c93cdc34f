// Reads aggregations of spans and log records: `p95(duration_nano)`, `countIf(has_error = true)`.

export interface Aggregation {
  name: string
  /** Without the `If`. */
  base: string
  field?: string
  condition?: string
}

const FUNCTIONS = new Set([
  'count',
  'count_distinct',
  'sum',
  'avg',
  'min',
  'max',
  'rate',
  'rate_sum',
  'rate_avg',
  'rate_min',
  'rate_max',
  ...['05', '10', '20', '25', '50', '75', '90', '95', '99', '999'].map(rank => `p${rank}`),
])

/** A sentence when it cannot be read. */
export function readAggregation(expression: string): Aggregation | string {
  const match = /^\s*([a-z_0-9]+?)(If)?\((.*)\)\s*$/is.exec(expression)
  if (match === null) return `expected one call such as p95(duration_nano), found ${expression}`
  const [, base, conditional, inner] = match as unknown as [string, string, string | undefined, string]
  if (!FUNCTIONS.has(base)) return `${base} is no function of SigNoz; expected ${[...FUNCTIONS].join(', ')}`
  const name = `${base}${conditional ?? ''}`
  const isCounting = base === 'count' || base === 'rate'
  if (conditional === undefined) return ofWhole(name, base, inner.trim(), isCounting)
  const comma = inner.indexOf(',')
  if (isCounting) return { name, base, condition: inner }
  if (comma < 0) return `${name} needs a field and a condition`
  return { name, base, field: inner.slice(0, comma).trim(), condition: inner.slice(comma + 1) }
}

function ofWhole(name: string, base: string, inner: string, isCounting: boolean): Aggregation | string {
  if (inner === '') return isCounting ? { name, base } : `${name} needs a field`
  return { name, base, field: inner }
}
