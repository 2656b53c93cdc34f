// What the numbers of a query are: seconds, bytes, things, shares, per second; followed through aggregations and formulas.
import { readAggregation } from './aggregation.ts'
import { storedMetric } from './catalogue.ts'
import type { PlacedQuery } from './placed-query.ts'
import type { MetricQuery } from './shapes/query.ts'
import { type Dimension, dimensionOfMetric, product, SHARE, THINGS, times } from './units.ts'

const SECOND: Dimension = { ...SHARE, seconds: 1 }
/** Fields of spans and log lines that carry a unit. */
const FIELD_DIMENSIONS: Readonly<Record<string, Dimension>> = {
  duration_nano: times(SECOND, 1e-9),
  duration_ms: times(SECOND, 1e-3),
  pause_ms: times(SECOND, 1e-3),
  retry_in_ms: times(SECOND, 1e-3),
  'connection.age': SECOND,
  'frame.size': { ...SHARE, bytes: 1 },
  packet_size: { ...SHARE, bytes: 1 },
}
const MEASURING = /^(sum|avg|min|max|p[0-9]+)$/

/** Undefined when it cannot be known; then nothing is held against it. `column` picks one of several aggregations. */
export function dimensionOfResult(
  query: PlacedQuery,
  all: readonly PlacedQuery[],
  column = 0,
): Dimension | undefined {
  if (query.type === 'builder_formula') return ofFormula(query.spec.expression, all)
  if (query.type === 'builder_trace_operator')
    return ofExpression(query.spec.aggregations?.[column]?.expression)
  if (query.type !== 'builder_query') return undefined
  if ((query.spec.functions ?? []).length > 0) return undefined
  if (query.spec.signal === 'metrics') return ofMetric(query.spec)
  return ofExpression(query.spec.aggregations?.[column]?.expression)
}

function ofMetric(query: MetricQuery): Dimension | undefined {
  const { metricName, timeAggregation, spaceAggregation } = query.aggregations[0]!
  const unit = storedMetric(metricName)?.unit
  const value = unit === undefined ? undefined : dimensionOfMetric(unit)
  if (spaceAggregation === 'count' || timeAggregation === 'count') return THINGS
  if (value === undefined) return undefined
  if (timeAggregation === 'rate' && !spaceAggregation.startsWith('p')) return product(value, SECOND, -1)
  // Flags of 0 and 1 that are added up count their series.
  return unit === '1' && spaceAggregation === 'sum' ? { ...value, things: 1 } : value
}

function ofExpression(expression: string | undefined): Dimension | undefined {
  const read = expression === undefined ? undefined : readAggregation(expression)
  if (read === undefined || typeof read === 'string') return undefined
  if (read.base === 'count' || read.base === 'count_distinct') return THINGS
  if (read.base === 'rate') return product(THINGS, SECOND, -1)
  return MEASURING.test(read.base) ? FIELD_DIMENSIONS[read.field ?? ''] : undefined
}

/** Sums, differences, products, quotients, and numbers; anything else is not known. */
function ofFormula(expression: string, all: readonly PlacedQuery[]): Dimension | undefined {
  const tokens = expression.match(/[A-Z][A-Z0-9]*|[0-9.]+|[-+*/()]|\S/g) ?? []
  let position = 0
  type Term = { number: number } | { dimension: Dimension } | undefined
  const sum = (): Term => {
    let left = factor()
    while (tokens[position] === '+' || tokens[position] === '-') {
      position += 1
      left = added(left, factor())
    }
    return left
  }
  const factor = (): Term => {
    let left = atom()
    while (tokens[position] === '*' || tokens[position] === '/') {
      const sign = tokens[position] === '*' ? 1 : -1
      position += 1
      left = multiplied(left, atom(), sign)
    }
    return left
  }
  const atom = (): Term => {
    const token = tokens[position]
    position += 1
    if (token === '(') {
      const inner = sum()
      position += 1
      return inner
    }
    if (token !== undefined && /^[0-9.]+$/.test(token)) return { number: Number(token) }
    const input = all.find(query => query.spec.name === token)
    const dimension =
      input === undefined || input.type === 'builder_formula' ? undefined : dimensionOfResult(input, all)
    return dimension === undefined ? undefined : { dimension }
  }
  const result = sum()
  return position >= tokens.length && result !== undefined && 'dimension' in result
    ? result.dimension
    : undefined

  function added(a: Term, b: Term): Term {
    if (a === undefined || b === undefined) return undefined
    if ('number' in a && 'number' in b) return { number: a.number + b.number }
    // 100 − percent is percent; what is scaled otherwise is a trick of its formula and no quantity.
    const one = 'number' in a ? b : a
    if ('number' in one || isShare(one.dimension) || one.dimension.scale === 1) return one
    return undefined
  }

  function multiplied(a: Term, b: Term, sign: 1 | -1): Term {
    if (a === undefined || b === undefined) return undefined
    if ('number' in a && 'number' in b) return { number: a.number * b.number ** sign }
    if ('number' in b)
      return { dimension: times((a as { dimension: Dimension }).dimension, b.number ** -sign) }
    if ('number' in a) {
      return { dimension: product({ ...SHARE, scale: 1 / a.number }, b.dimension, sign) }
    }
    return { dimension: product(a.dimension, b.dimension, sign) }
  }
}

function isShare({ seconds, bytes, things }: Dimension): boolean {
  return seconds === 0 && bytes === 0 && things === 0
}
