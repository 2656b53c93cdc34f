// Rows of a statement as series, and their order and limit.
import type { MetricQuery } from '../shapes/query.ts'
import type { Cell, Row, Series } from './contract.ts'
import { groupColumn } from './sql-text.ts'

export type Order = NonNullable<MetricQuery['order']>[number]

/** The key that orders series by their values. */
export const RESULT_KEY = '__result'

/** Takes points in any order; what is no number is no point. */
export function seriesOf(
  rows: readonly Row[],
  groups: readonly string[],
  valueColumn: string,
  msColumn = 'ms',
): Series[] {
  const found = new Map<string, { labels: Record<string, string>; values: [number, number][] }>()
  for (const row of rows) {
    const [ms, value] = [numberOf(row[msColumn]), numberOf(row[valueColumn])]
    if (ms === undefined || value === undefined) continue
    const labels = groups.map((_, index) => textOf(row[groupColumn(index)]) ?? '')
    const key = JSON.stringify(labels)
    const one = found.get(key) ?? { labels: named(groups, labels), values: [] }
    one.values.push([ms, value])
    found.set(key, one)
  }
  return [...found.values()].map(({ labels, values }) => ({
    labels,
    values: values.sort(([a], [b]) => a - b),
  }))
}

/** 64-bit numbers may come as text, and NaN as null. */
export function numberOf(cell: unknown): number | undefined {
  if (cell === null || cell === undefined || cell === '' || typeof cell === 'boolean') return undefined
  const number = Number(cell)
  return Number.isFinite(number) ? number : undefined
}

export function textOf(cell: unknown): string | null {
  return cell === null || cell === undefined ? null : String(cell)
}

/** Without an order, the highest first. A limit of 0 is none. */
export function ordered<S extends Series>(
  series: readonly S[],
  order: readonly Order[] | undefined,
  limit: number | undefined,
): S[] {
  const keys = order === undefined || order.length === 0 ? [{ key: { name: RESULT_KEY } } as Order] : order
  const ranked = series.map(one => ({ one, mean: meanOf(one) }))
  ranked.sort((a, b) => {
    for (const { key, direction } of keys) {
      const sign = direction === 'asc' ? 1 : -1
      const difference =
        key.name === RESULT_KEY
          ? (a.mean - b.mean) * sign
          : compareText(a.one.labels[key.name], b.one.labels[key.name]) * sign
      if (difference !== 0) return difference
    }
    return 0
  })
  const sorted = ranked.map(({ one }) => one)
  return limit === undefined || limit === 0 ? sorted : sorted.slice(0, limit)
}

function named(groups: readonly string[], labels: readonly string[]): Record<string, string> {
  return Object.fromEntries(groups.map((group, index) => [group, labels[index]!]))
}

function meanOf({ values }: Series): number {
  const finite = values.map(([, value]) => value).filter(Number.isFinite)
  return finite.length === 0 ? 0 : finite.reduce((sum, value) => sum + value, 0) / finite.length
}

function compareText(a = '', b = ''): number {
  return a < b ? -1 : a > b ? 1 : 0
}

export function cellOf(value: number | undefined): Cell {
  return value === undefined || !Number.isFinite(value) ? null : value
}
