// One OTLP metric as the single values that SigNoz stores (signoz-contract.md section 7): histograms and summaries come apart.
import { boundText, nanosToMs, toBigInt, toNumber } from './values.ts'
import type { WireHistogramPoint, WireMetric, WireNumberPoint, WirePoint, WireSummaryPoint } from './wire.ts'

/** By number of opentelemetry.proto.metrics.v1.AggregationTemporality. */
const TEMPORALITIES = ['Unspecified', 'Delta', 'Cumulative'] as const
export type Temporality = (typeof TEMPORALITIES)[number]
/** Bit of DataPointFlags: the series ended, its value means nothing. */
const NO_RECORDED_VALUE = 1

export interface ValueKind {
  name: string
  type: 'Gauge' | 'Sum' | 'Histogram' | 'Summary'
  temporality: Temporality
  isMonotonic: boolean
  unit: string
  description: string
}

export interface PointValue extends ValueKind {
  /** `le` or `quantile`. */
  label?: [key: string, value: string]
  value: number
}

export interface MetricPoint {
  wire: WirePoint
  timeMs: number
  flags: number
  values: PointValue[]
}

/** Null for an exponential histogram, which SigNoz's exporter drops too unless told otherwise. */
export function readPoints(metric: WireMetric): MetricPoint[] | null {
  const { gauge, sum, histogram, summary } = metric
  if (gauge) return gauge.dataPoints.map(point => numberPoint(metric, point, 'Gauge', 'Unspecified', false))
  if (sum) {
    const temporality = temporalityOf(sum.aggregationTemporality)
    return sum.dataPoints.map(point =>
      numberPoint(metric, point, 'Sum', temporality, sum.isMonotonic ?? false),
    )
  }
  if (histogram) {
    const temporality = temporalityOf(histogram.aggregationTemporality)
    return histogram.dataPoints.map(point => histogramPoint(metric, point, temporality))
  }
  if (summary) return summary.dataPoints.map(point => summaryPoint(metric, point))
  return metric.exponentialHistogram ? null : []
}

function temporalityOf(number: number | null): Temporality {
  return TEMPORALITIES[number ?? 0] ?? 'Unspecified'
}

function numberPoint(
  metric: WireMetric,
  point: WireNumberPoint,
  type: 'Gauge' | 'Sum',
  temporality: Temporality,
  isMonotonic: boolean,
): MetricPoint {
  const value = point.asDouble ?? toNumber(point.asInt)
  return withTime(point, [
    { ...texts(metric), name: metric.name ?? '', type, temporality, isMonotonic, value },
  ])
}

function histogramPoint(
  metric: WireMetric,
  point: WireHistogramPoint,
  temporality: Temporality,
): MetricPoint {
  const name = metric.name ?? ''
  const base = texts(metric)
  const count = toNumber(point.count)
  const counter = { ...base, type: 'Sum', temporality, isMonotonic: true } as const
  const gauge = { ...base, type: 'Gauge', temporality: 'Unspecified', isMonotonic: false } as const
  const bucket = {
    ...base,
    name: `${name}.bucket`,
    type: 'Histogram',
    temporality,
    isMonotonic: true,
  } as const
  let below = 0
  const buckets = point.explicitBounds.map((bound, i): PointValue => {
    below += toNumber(point.bucketCounts[i])
    return { ...bucket, label: ['le', boundText(bound)], value: below }
  })
  return withTime(point, [
    { ...counter, name: `${name}.count`, unit: '1', value: count },
    ...optional(point.sum, value => ({ ...counter, name: `${name}.sum`, value })),
    ...optional(point.min, value => ({ ...gauge, name: `${name}.min`, value })),
    ...optional(point.max, value => ({ ...gauge, name: `${name}.max`, value })),
    ...buckets,
    { ...bucket, label: ['le', '+Inf'], value: count },
  ])
}

function summaryPoint(metric: WireMetric, point: WireSummaryPoint): MetricPoint {
  const name = metric.name ?? ''
  const base = texts(metric)
  const counter = { ...base, type: 'Sum', temporality: 'Cumulative', isMonotonic: true } as const
  const quantile = {
    ...base,
    name: `${name}.quantile`,
    type: 'Summary',
    temporality: 'Unspecified',
    isMonotonic: false,
  } as const
  return withTime(point, [
    { ...counter, name: `${name}.count`, unit: '1', value: toNumber(point.count) },
    { ...counter, name: `${name}.sum`, value: point.sum ?? 0 },
    ...point.quantileValues.map(
      (one): PointValue => ({
        ...quantile,
        label: ['quantile', boundText(one.quantile ?? 0)],
        value: one.value ?? 0,
      }),
    ),
  ])
}

function withTime(wire: WirePoint, values: PointValue[]): MetricPoint {
  const flags = wire.flags ?? 0
  const ended = (flags & NO_RECORDED_VALUE) !== 0
  const timeMs = nanosToMs(toBigInt(wire.timeUnixNano))
  return { wire, timeMs, flags, values: ended ? values.map(one => ({ ...one, value: 0 })) : values }
}

function texts(metric: WireMetric): { unit: string; description: string } {
  return { unit: metric.unit ?? '', description: metric.description ?? '' }
}

function optional(value: number | null | undefined, row: (value: number) => PointValue): PointValue[] {
  return value === null || value === undefined ? [] : [row(value)]
}
