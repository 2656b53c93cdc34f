// Families of a page as OTLP metrics, the way the Prometheus receiver of the collector builds them: histograms become whole again.
import type { WireAttribute, WireMetric, WirePoint } from '../intake/wire.ts'
import type { Family, Sample } from './read-page.ts'

const CUMULATIVE = 2
const NO_RECORDED_VALUE = 1

/** One point of a metric; `key` names its series within the page. */
export interface PagePoint {
  key: string
  metric: WireMetric
  /** Lines of the page that it was made of. */
  samples: number
}

type Labels = Readonly<Record<string, string>>

/** A point for each sample, or for each group of samples that make one histogram or summary. */
export function pagePoints(families: readonly Family[], timeMs: number): PagePoint[] {
  return families.flatMap(family => {
    if (family.type === 'histogram' || family.type === 'summary') return groups(family, timeMs)
    return family.samples.map(sample => ({
      key: keyOf(sample.name, sample.labels),
      metric: number(family, sample, timeMs),
      samples: 1,
    }))
  })
}

/** The marker that says: this series ended. */
export function endOf({ metric }: PagePoint, timeMs: number): WireMetric {
  const end = <P extends WirePoint>(points: P[]): P[] =>
    points.map(point => ({ ...point, flags: NO_RECORDED_VALUE, timeUnixNano: nanos(timeMs) }))
  const { gauge, sum, histogram, summary } = metric
  if (gauge) return { ...metric, gauge: { dataPoints: end(gauge.dataPoints) } }
  if (sum) return { ...metric, sum: { ...sum, dataPoints: end(sum.dataPoints) } }
  // The receiver leaves out the sum of a histogram that ended.
  if (histogram)
    return {
      ...metric,
      histogram: {
        ...histogram,
        dataPoints: end(histogram.dataPoints).map(point => ({ ...point, sum: null })),
      },
    }
  return { ...metric, summary: { dataPoints: end(summary?.dataPoints ?? []) } }
}

export function wireAttributes(labels: Labels): WireAttribute[] {
  return Object.entries(labels).map(([key, stringValue]) => ({
    key,
    value: { value: 'stringValue', stringValue },
  }))
}

export function gaugeMetric(
  name: string,
  value: number,
  timeMs: number,
  about: { unit?: string; description: string },
): WireMetric {
  const point = { attributes: [], timeUnixNano: nanos(timeMs), asDouble: value }
  return { name, unit: about.unit ?? '', description: about.description, gauge: { dataPoints: [point] } }
}

function number({ type, help }: Family, sample: Sample, timeMs: number): WireMetric {
  const dataPoints = [
    { attributes: wireAttributes(sample.labels), timeUnixNano: nanos(timeMs), asDouble: sample.value },
  ]
  const base = { name: sample.name, description: help }
  return type === 'counter'
    ? { ...base, sum: { dataPoints, aggregationTemporality: CUMULATIVE, isMonotonic: true } }
    : { ...base, gauge: { dataPoints } }
}

interface Group {
  labels: Labels
  /** By `le` or `quantile`. */
  parts: [at: number, value: number][]
  sum: number
  count: number | null
  samples: number
}

function groups(family: Family, timeMs: number): PagePoint[] {
  const { name, type, help } = family
  const partLabel = type === 'histogram' ? 'le' : 'quantile'
  const found = new Map<string, Group>()
  for (const sample of family.samples) {
    const { [partLabel]: part, ...labels } = sample.labels
    const key = keyOf(name, labels)
    const group = found.get(key) ?? { labels, parts: [], sum: 0, count: null, samples: 0 }
    found.set(key, group)
    group.samples += 1
    if (sample.name === `${name}_sum`) group.sum = sample.value
    else if (sample.name === `${name}_count`) group.count = sample.value
    else if (part !== undefined) group.parts.push([part === '+Inf' ? Infinity : Number(part), sample.value])
  }
  return [...found].flatMap(([key, group]): PagePoint[] => {
    // Without its count it is no histogram: the receiver drops it too.
    if (group.count === null) return []
    const point = {
      attributes: wireAttributes(group.labels),
      timeUnixNano: nanos(timeMs),
      count: Math.round(group.count),
      sum: group.sum,
    }
    group.parts.sort(([a], [b]) => a - b)
    const metric: WireMetric = { name, description: help }
    const { samples } = group
    if (type === 'histogram') {
      const dataPoints = [{ ...point, ...buckets(group.parts) }]
      return [
        {
          key,
          metric: { ...metric, histogram: { dataPoints, aggregationTemporality: CUMULATIVE } },
          samples,
        },
      ]
    }
    const quantileValues = group.parts.map(([quantile, value]) => ({ quantile, value }))
    return [{ key, metric: { ...metric, summary: { dataPoints: [{ ...point, quantileValues }] } }, samples }]
  })
}

/** Counts of a page are cumulative, those of OTLP are not. */
function buckets(parts: readonly [number, number][]): { explicitBounds: number[]; bucketCounts: number[] } {
  const finite = parts.filter(([bound]) => Number.isFinite(bound))
  const counts = finite.map(([, count], i) => Math.max(0, count - (finite[i - 1]?.[1] ?? 0)))
  const all = parts.at(-1)?.[1] ?? 0
  return {
    explicitBounds: finite.map(([bound]) => bound),
    bucketCounts: [...counts, Math.max(0, all - (finite.at(-1)?.[1] ?? 0))],
  }
}

function keyOf(name: string, labels: Labels): string {
  return `${name} ${JSON.stringify(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)))}`
}

function nanos(timeMs: number): bigint {
  return BigInt(Math.floor(timeMs)) * 1_000_000n
}
