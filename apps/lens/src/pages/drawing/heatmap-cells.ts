// Counts by endpoint and time as the cells of a heat map.
import type { QueryResult } from '@deye-hard/monitoring'

export interface Heatmap {
  /** Oldest first. */
  times: readonly number[]
  /** The one with the most last, so that it is drawn on top. */
  rows: readonly string[]
  /** Places in `times` and `rows`, and the count. */
  cells: readonly (readonly [column: number, row: number, count: number])[]
  max: number
}

/** Lines of one row, such as several statuses of one route, are added up. */
export function heatmapCells(
  { results }: QueryResult,
  rowOf: (labels: Readonly<Record<string, string>>) => string,
): Heatmap {
  const counts = new Map<string, Map<number, number>>()
  for (const result of results) {
    if (result.kind !== 'time_series') continue
    for (const { labels, values } of result.series) {
      const row = counts.get(rowOf(labels)) ?? new Map<number, number>()
      counts.set(rowOf(labels), row)
      for (const [ms, value] of values) row.set(ms, (row.get(ms) ?? 0) + value)
    }
  }
  const times = [...new Set([...counts.values()].flatMap(row => [...row.keys()]))].sort((a, b) => a - b)
  const total = (name: string) => [...counts.get(name)!.values()].reduce((sum, count) => sum + count, 0)
  const rows = [...counts.keys()].sort((a, b) => total(a) - total(b))
  const cells = rows.flatMap((name, row) =>
    times.map((ms, column) => [column, row, counts.get(name)!.get(ms) ?? 0] as const),
  )
  return { times, rows, cells, max: cells.reduce((max, [, , count]) => Math.max(max, count), 0) }
}
