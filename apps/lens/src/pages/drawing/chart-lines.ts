// The results of a time series panel as named, coloured lines.
import type { QueryResult } from '@deye-hard/monitoring'
import { legendText } from './legend-text.ts'

/** Told apart by people who see few colours, on white and on black (Okabe and Ito, darkened or lightened to contrast 3:1 on both). */
export const PALETTE = [
  '#3b7dd8',
  '#d9730d',
  '#1f9d7a',
  '#c2558f',
  '#8a6fd1',
  '#b08900',
  '#2f9fc4',
  '#d0574c',
  '#6b8e23',
  '#7a8793',
]
export interface Line {
  name: string
  color: string
  labels: Readonly<Record<string, string>>
  values: readonly (readonly [ms: number, value: number])[]
}

export function chartLines(
  { results }: QueryResult,
  legends: Readonly<Record<string, string | undefined>>,
  customColors: Readonly<Record<string, string>>,
  fallback: string,
): Line[] {
  const all = results.flatMap(result =>
    result.kind === 'time_series' ? result.series.map(series => ({ query: result.query, ...series })) : [],
  )
  const queries = new Set(all.map(({ query }) => query))
  const used = new Map<string, number>()
  return all.map(({ query, labels, values, aggregation }, index): Line => {
    const plain = aggregation ?? (queries.size > 1 ? query : fallback)
    const name = unique(legendText(legends[query], labels, plain), used)
    return { name, color: customColors[name] ?? PALETTE[index % PALETTE.length]!, labels, values }
  })
}

/** A chart knows its lines by their names. */
function unique(name: string, used: Map<string, number>): string {
  const count = (used.get(name) ?? 0) + 1
  used.set(name, count)
  return count === 1 ? name : `${name} (${count})`
}

/** A line breaks where a point is missing for longer than this many steps. */
const GAP_STEPS = 1.5

export interface DrawnPoint {
  ms: number
  /** Null is a hole: nothing was measured, and no line is drawn across it. */
  value: number | null
  /** Between two holes, where no line would show it. */
  isAlone: boolean
}

/** `step` is that of the whole chart: a line of two points ten minutes apart has a hole too. */
export function withHoles(values: Line['values'], step: number): DrawnPoint[] {
  const isFar = (a: number | undefined, b: number | undefined) =>
    a === undefined || b === undefined || (step > 0 && b - a > step * GAP_STEPS)
  return values.flatMap(([ms, value], index) => {
    const [before, after] = [values[index - 1]?.[0], values[index + 1]?.[0]]
    const point = { ms, value, isAlone: isFar(before, ms) && isFar(ms, after) }
    const hole = { ms: ms - step, value: null, isAlone: false }
    return before !== undefined && isFar(before, ms) ? [hole, point] : [point]
  })
}

/** The shortest time between two points of any line; 0 when none has two. */
export function stepOf(lines: readonly Line[]): number {
  const steps = lines.flatMap(({ values }) => values.slice(1).map(([ms], index) => ms - values[index]![0]))
  return steps.reduce((a, b) => Math.min(a, b), steps[0] ?? 0)
}

/** Each line at the times of all: bars are stacked by their place in the list, not by their time. */
export function aligned(
  lines: readonly Line[],
): (readonly (readonly [ms: number, value: number | null])[])[] {
  const times = [...new Set(lines.flatMap(({ values }) => values.map(([ms]) => ms)))].sort((a, b) => a - b)
  return lines.map(({ values }) => {
    const held = new Map(values)
    return times.map(ms => [ms, held.get(ms) ?? null] as const)
  })
}

/** The highest value that is drawn; of stacked lines, the highest sum. */
export function highestOf(lines: readonly Line[], isStacked: boolean): number {
  if (!isStacked)
    return lines.flatMap(({ values }) => values).reduce((max, [, value]) => Math.max(max, value), 0)
  const sums = new Map<number, number>()
  for (const [ms, value] of lines.flatMap(({ values }) => values))
    sums.set(ms, (sums.get(ms) ?? 0) + Math.max(0, value))
  return [...sums.values()].reduce((max, sum) => Math.max(max, sum), 0)
}
