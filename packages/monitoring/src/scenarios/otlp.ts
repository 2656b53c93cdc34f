// The telemetry of a scenario as one OTLP/JSON request, so that lens and SigNoz get the very same.
import { RESOURCE_ATTRIBUTES } from '@deye-hard/telemetry-schema'
import { bucketBounds, storedMetric } from '../catalogue.ts'
import type { ScenarioDocument, ScenarioSeries } from '../shapes/scenario.ts'
import type { Minutes } from './minutes.ts'
import { minutesOf } from './scenario.ts'

const MINUTE_MS = 60_000
/** Each minute has one point, in its middle. */
const POINT_MS = 30_000
/** Of a histogram in each minute that has a value. */
export const OBSERVATIONS_PER_MINUTE = 100
const TEMPORALITIES = { delta: 1, cumulative: 2 } as const

export interface MetricsRequestJson {
  resourceMetrics: readonly object[]
}

/** `startMs` is a whole minute. */
export function scenarioTelemetry({ series }: ScenarioDocument, startMs: number): MetricsRequestJson {
  return {
    resourceMetrics: series.map(one => {
      const entries = Object.entries(one.labels)
      const isResource = ([name]: [string, string]) => Object.hasOwn(RESOURCE_ATTRIBUTES, name)
      const attributes = attributesOf(entries.filter(entry => !isResource(entry)))
      const points = pointsOf(one, startMs).map(point => ({ ...point, attributes }))
      return {
        resource: { attributes: attributesOf(entries.filter(isResource)) },
        scopeMetrics: [
          { scope: { name: 'scenario' }, metrics: [{ name: one.metric, ...metricOf(one, points) }] },
        ],
      }
    }),
  }
}

function metricOf({ metric, type }: ScenarioSeries, dataPoints: readonly object[]): object {
  const stored = storedMetric(type === 'histogram' ? `${metric}.bucket` : metric)
  const unit = stored?.unit ?? ''
  // As its service sends it: a rule of SigNoz keeps the temporality that it saw first, and is blind for points of another.
  if (stored?.isFallingSum)
    return { unit, sum: { aggregationTemporality: TEMPORALITIES.cumulative, isMonotonic: false, dataPoints } }
  if (type === 'gauge') return { unit, gauge: { dataPoints } }
  if (type === 'histogram')
    return { unit, histogram: { aggregationTemporality: TEMPORALITIES.cumulative, dataPoints } }
  return { unit, sum: { aggregationTemporality: TEMPORALITIES[type], isMonotonic: true, dataPoints } }
}

function pointsOf(series: ScenarioSeries, startMs: number): object[] {
  const minutes = minutesOf(series)
  const at = (minute: number) => `${startMs + minute * MINUTE_MS + POINT_MS}000000`
  switch (series.type) {
    case 'gauge':
    case 'delta':
      return minutes.flatMap((value, minute) =>
        value === null ? [] : [{ timeUnixNano: at(minute), asDouble: value }],
      )
    case 'cumulative':
      return totals(minutes, value => value).map(([minute, asDouble]) => ({
        timeUnixNano: at(minute),
        asDouble,
      }))
    case 'histogram':
      return histogramPoints(series.metric, minutes).map(([minute, point]) => ({
        timeUnixNano: at(minute),
        ...point,
      }))
  }
}

/**
 * The counter is there one minute before the scenario: SigNoz sees no increase in the first point of a series. One that begins with minutes
 * without a point begins as a new series does.
 */
function totals(minutes: Minutes, increase: (value: number) => number): [minute: number, total: number][] {
  let total = 0
  const points: [number, number][] = minutes[0] === null ? [] : [[-1, 0]]
  for (const [minute, value] of minutes.entries()) {
    if (value === null) continue
    total += increase(value)
    points.push([minute, total])
  }
  return points
}

function histogramPoints(metric: string, minutes: Minutes): [minute: number, point: object][] {
  const explicitBounds = bucketBounds(metric) ?? []
  const bucketTotals = Array.from({ length: explicitBounds.length + 1 }, (_, index) =>
    totals(minutes, value => (bucketOf(value, explicitBounds) === index ? OBSERVATIONS_PER_MINUTE : 0)),
  )
  const sums = totals(minutes, value => value * OBSERVATIONS_PER_MINUTE)
  const counts = totals(minutes, () => OBSERVATIONS_PER_MINUTE)
  return sums.map(([minute, sum], point) => [
    minute,
    {
      count: String(counts[point]![1]),
      sum,
      explicitBounds,
      bucketCounts: bucketTotals.map(bucket => String(bucket[point]![1])),
    },
  ])
}

function bucketOf(value: number, bounds: readonly number[]): number {
  const index = bounds.findIndex(bound => value <= bound)
  return index === -1 ? bounds.length : index
}

function attributesOf(entries: readonly (readonly [name: string, value: string])[]): object[] {
  return entries.map(([key, stringValue]) => ({ key, value: { stringValue } }))
}
