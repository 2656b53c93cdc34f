// One number for a series: what a number, a pie or a table shows.
import type { MetricQuery } from '../shapes/query.ts'
import type { Answer, Series } from './contract.ts'
import { median } from './functions.ts'
import { cellOf } from './series.ts'

export type ReduceTo = NonNullable<MetricQuery['aggregations'][number]['reduceTo']>

/** SigNoz's name for the column of the n-th aggregation. */
export function resultName(index: number): string {
  return `__result_${index}`
}

export function reduced(values: readonly number[], to: ReduceTo): number {
  const known = values.filter(value => !Number.isNaN(value))
  const sum = known.reduce((all, value) => all + value, 0)
  switch (to) {
    case 'last':
      return values.at(-1) ?? Number.NaN
    case 'sum':
      return sum
    case 'count':
      return known.length
    case 'avg':
      return known.length === 0 ? Number.NaN : sum / known.length
    case 'min':
      return known.length === 0 ? Number.NaN : known.reduce((a, b) => Math.min(a, b))
    case 'max':
      return known.length === 0 ? Number.NaN : known.reduce((a, b) => Math.max(a, b))
    case 'median':
      return median(known)
  }
}

/** One row per series, in their order. */
export function tableOf(series: readonly Series[], groups: readonly string[], to: ReduceTo): Answer {
  return {
    kind: 'scalar',
    columns: [...groups.map(name => ({ name, isGroup: true })), { name: resultName(0), isGroup: false }],
    rows: series
      .filter(({ values }) => values.length > 0)
      .map(({ labels, values }) => [
        ...groups.map(name => labels[name] ?? ''),
        cellOf(
          reduced(
            values.map(([, value]) => value),
            to,
          ),
        ),
      ]),
  }
}
