// What the receiver remembers: the newest spans and logs, and the newest points of each metric series, all within limits.
import type { MetricPoint } from './received.ts'

export interface KeptList<T> {
  readonly items: readonly T[]
  /** Returns how many old ones had to go. */
  add(items: readonly T[]): number
  clear(): void
}

/** The oldest goes first. */
export function keepList<T>(most: number): KeptList<T> {
  const items: T[] = []
  return {
    items,
    add(more) {
      for (const item of more) items.push(item)
      return items.splice(0, Math.max(0, items.length - most)).length
    },
    clear: () => {
      items.length = 0
    },
  }
}

export interface KeptSeries {
  /** The points of each series, oldest first; never an empty list. */
  values(): Iterable<readonly MetricPoint[]>
  /** Returns how many points went because there were too many series; a full history costs nothing that counts. */
  add(points: readonly MetricPoint[]): number
  clear(): void
}

/** A series is a metric with its type and unit, of one resource and scope, with one set of attributes. */
export function keepSeries(mostSeries: number, pointsPerSeries: number): KeptSeries {
  const series = new Map<string, MetricPoint[]>()

  function addOne(point: MetricPoint): number {
    const key = keyOf(point)
    const points = series.get(key) ?? []
    points.push(point)
    if (points.length > pointsPerSeries) points.shift()
    series.set(key, points)
    return series.size > mostSeries ? dropOldest() : 0
  }

  function dropOldest(): number {
    const [[key, points] = ['', []]] = series
    series.delete(key)
    return points.length
  }

  return {
    values: () => series.values(),
    add: points => points.reduce((lost, point) => lost + addOne(point), 0),
    clear: () => series.clear(),
  }
}

function keyOf({ name, unit, type, scope, attributes, resource }: MetricPoint): string {
  const sorted = [attributes, resource].map(pairs =>
    Object.entries(pairs).sort(([a], [b]) => (a < b ? -1 : 1)),
  )
  return JSON.stringify([name, unit, type, scope, ...sorted])
}
