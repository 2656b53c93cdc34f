// OTLP metrics to rows of samples_v4 and time_series_v4.

import type { DropReason } from './counts.ts'
import type { Drops, Entry, Offer } from './entries.ts'
import type { CutCounts, RecordLimits } from './limits.ts'
import { readAttributes, timeFault } from './limits.ts'
import { type MetricPoint, type PointValue, readPoints } from './metric-points.ts'
import { type Resource, Resources, sortedJson } from './resource.ts'
import { type Series, SeriesRegistry } from './series.ts'
import { toText } from './values.ts'
import type { MetricsRequest, WireMetric, WireScope } from './wire.ts'

type Labels = Record<string, string>

/** What all points of one scope share; `key` tells it from others. */
interface Origin {
  resource: Resource
  scope: Labels
  key: string
}

export class MetricRows {
  readonly series: SeriesRegistry
  readonly #resources: Resources
  readonly #limits: RecordLimits
  readonly #cut: CutCounts

  constructor(limits: RecordLimits, cut: CutCounts) {
    this.#limits = limits
    this.#cut = cut
    this.#resources = new Resources(limits, cut)
    this.series = new SeriesRegistry(limits)
  }

  /** Offers the rows of each point; returns the count of points. */
  write(request: MetricsRequest, nowMs: number, offer: Offer, drops: Drops): number {
    let points = 0
    for (const { resource: wire, scopeMetrics } of request.resourceMetrics) {
      const resource = this.#resources.read(wire)
      for (const { scope, schemaUrl, metrics } of scopeMetrics) {
        const origin = this.#origin(resource, scope, schemaUrl ?? '')
        for (const metric of metrics) points += this.#writeMetric(metric, origin, nowMs, offer, drops)
      }
    }
    return points
  }

  #writeMetric(metric: WireMetric, origin: Origin, nowMs: number, offer: Offer, drops: Drops): number {
    const points = readPoints(metric)
    if (points === null) {
      const count = metric.exponentialHistogram?.dataPoints.length ?? 0
      if (count > 0) drops.add('exponential_histogram', count)
      return count
    }
    if (!metric.name) {
      if (points.length > 0) drops.add('no_name', points.length)
      return points.length
    }
    for (const point of points) drops.note(this.#writePoint(point, origin, nowMs, offer))
    return points.length
  }

  #writePoint(point: MetricPoint, origin: Origin, nowMs: number, offer: Offer): DropReason | null {
    const fault = timeFault(point.timeMs, nowMs, this.#limits)
    if (fault !== null) return fault
    // SigNoz's exporter leaves NaN out; infinite values it keeps.
    const values = point.values.filter(({ value }) => !Number.isNaN(value))
    if (values.length === 0) return 'not_a_number'
    const attributes: Labels = {}
    for (const [key, value] of readAttributes(point.wire.attributes, this.#limits, this.#cut))
      attributes[key] = toText(value)
    const key = `${origin.key}\n${sortedJson(attributes)}`
    const entries: Entry[] = []
    const written: [Series, number][] = []
    for (const value of values) {
      const series = this.#find(value, origin, key, nowMs)
      if (series === null) return 'series_limit'
      const hour = this.series.missingHour(series, point.timeMs)
      if (hour !== null) {
        entries.push(seriesEntry(series, hour, value, attributes, origin))
        written.push([series, hour])
      }
      entries.push(sampleEntry(series, point, value.value, value === values[0]))
    }
    if (!offer(entries)) return 'queue_full'
    for (const [series, hour] of written) this.series.written(series, hour)
    return null
  }

  #find(value: PointValue, { resource }: Origin, key: string, nowMs: number): Series | null {
    const { name, temporality, type, isMonotonic, label } = value
    const full = `${name}\n${temporality}\n${type}\n${isMonotonic}\n${label?.join('=') ?? ''}\n${key}`
    const head = (fingerprint: string) =>
      JSON.stringify({ env: resource.environment, temporality, metric_name: name, fingerprint }).slice(0, -1)
    return this.series.find(full, name, head, nowMs)
  }

  #origin(resource: Resource, wire: WireScope | null | undefined, schemaUrl: string): Origin {
    const scope: Labels = {
      '__scope.name__': wire?.name ?? '',
      '__scope.version__': wire?.version ?? '',
      '__scope.schema_url__': schemaUrl,
    }
    for (const [key, value] of readAttributes(wire?.attributes ?? [], this.#limits, this.#cut))
      scope[key] = toText(value)
    return { resource, scope, key: `${resource.json}\n${sortedJson(scope)}` }
  }
}

/** Where a point has a key of its resource, the resource wins, in `labels`; `attrs` keep what was sent. */
function seriesEntry(
  series: Series,
  hour: number,
  value: PointValue,
  attributes: Labels,
  origin: Origin,
): Entry {
  const attrs: Labels = { ...attributes, __temporality__: value.temporality }
  if (value.label) attrs[value.label[0]] = value.label[1]
  const labels = { ...attrs, ...origin.scope, ...origin.resource.attributes, __name__: value.name }
  const line = JSON.stringify({
    env: origin.resource.environment,
    temporality: value.temporality,
    metric_name: value.name,
    description: value.description,
    unit: value.unit,
    type: value.type,
    is_monotonic: value.isMonotonic,
    fingerprint: series.fingerprint,
    unix_milli: hour,
    labels: sortedJson(labels),
    attrs,
    scope_attrs: origin.scope,
    resource_attrs: origin.resource.attributes,
    __normalized: false,
  })
  return { table: 'signoz_metrics.time_series_v4', line, records: 0 }
}

function sampleEntry(series: Series, { timeMs, flags }: MetricPoint, value: number, first: boolean): Entry {
  const written = Number.isFinite(value) ? String(value) : value > 0 ? '"inf"' : '"-inf"'
  const line = `${series.head},"unix_milli":${timeMs},"value":${written},"flags":${flags}}`
  return { table: 'signoz_metrics.samples_v4', line, records: first ? 1 : 0 }
}
