// From an OTLP metrics request to points, one for each series in it.
import type { MetricPoint, MetricType, Origin } from './received.ts'
import type {
  MetricsRequest,
  WireBuckets,
  WireExponentialPoint,
  WireHistogramPoint,
  WireMetric,
  WireNumberPoint,
  WireSummaryPoint,
} from './wire-messages.ts'
import { toAttributes, toMs, toNumber, toOrigin } from './wire-values.ts'

/** By number of opentelemetry.proto.metrics.v1.AggregationTemporality. */
const TEMPORALITIES = [null, 'delta', 'cumulative'] as const

type Values = Partial<MetricPoint>
type Common = Pick<WireNumberPoint, 'attributes' | 'timeUnixNano' | 'startTimeUnixNano'>

export function readMetrics(request: MetricsRequest): MetricPoint[] {
  return request.resourceMetrics.flatMap(({ resource, scopeMetrics }) =>
    scopeMetrics.flatMap(({ scope, metrics }) => {
      const origin = toOrigin(resource, scope)
      return metrics.flatMap(metric => readMetric(metric, origin))
    }),
  )
}

function readMetric(metric: WireMetric, origin: Origin): MetricPoint[] {
  const points = <P extends Common>(
    type: MetricType,
    data: { dataPoints: P[]; aggregationTemporality?: number | null; isMonotonic?: boolean | null },
    values: (point: P) => Values,
  ): MetricPoint[] =>
    data.dataPoints.map(point => ({
      ...origin,
      name: metric.name ?? '',
      unit: metric.unit ?? '',
      description: metric.description ?? '',
      type,
      monotonic: data.isMonotonic ?? false,
      temporality: TEMPORALITIES[data.aggregationTemporality ?? 0] ?? null,
      attributes: toAttributes(point.attributes),
      timeMs: toMs(point.timeUnixNano),
      startMs: toMs(point.startTimeUnixNano),
      ...values(point),
    }))
  if (metric.sum) return points('sum', metric.sum, numberValues)
  if (metric.gauge) return points('gauge', metric.gauge, numberValues)
  if (metric.histogram) return points('histogram', metric.histogram, histogramValues)
  if (metric.summary) return points('summary', metric.summary, summaryValues)
  const exponential = metric.exponentialHistogram
  return exponential ? points('exponential_histogram', exponential, exponentialValues) : []
}

function numberValues({ asDouble, asInt }: WireNumberPoint): Values {
  if (asDouble !== null && asDouble !== undefined) return { value: asDouble }
  return asInt !== null && asInt !== undefined ? { value: toNumber(asInt) } : {}
}

function histogramValues(point: WireHistogramPoint): Values {
  return {
    ...distribution(point),
    bounds: [...point.explicitBounds],
    counts: point.bucketCounts.map(toNumber),
  }
}

function exponentialValues(point: WireExponentialPoint): Values {
  return {
    ...distribution(point),
    scale: point.scale ?? 0,
    zeroCount: toNumber(point.zeroCount),
    positive: buckets(point.positive),
    negative: buckets(point.negative),
  }
}

function summaryValues(point: WireSummaryPoint): Values {
  const quantiles = point.quantileValues.map(({ quantile, value }) => ({
    quantile: quantile ?? 0,
    value: value ?? 0,
  }))
  return { count: toNumber(point.count), sum: point.sum ?? 0, quantiles }
}

/** Sum, min and max may be left out: by a histogram of an up-down counter, or where nothing was recorded. */
function distribution(point: WireHistogramPoint | WireExponentialPoint): Values {
  const given = Object.entries({ sum: point.sum, min: point.min, max: point.max })
  return {
    count: toNumber(point.count),
    ...Object.fromEntries(given.filter(([, value]) => value !== null && value !== undefined)),
  }
}

function buckets(side: WireBuckets | null | undefined): { offset: number; counts: number[] } {
  return { offset: side?.offset ?? 0, counts: (side?.bucketCounts ?? []).map(toNumber) }
}
