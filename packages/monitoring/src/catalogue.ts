// Every metric that a panel or a rule may read, as SigNoz stores it: with the parts of histograms, and with the labels that its resource adds.
import {
  type LabelDomain,
  METRICS,
  type MetricDeclaration,
  RESOURCE_ATTRIBUTES,
  SCRAPED_METRICS,
} from '@deye-hard/telemetry-schema'
import { OUTSIDE_METRICS, SERVICES_OF } from './outside-metrics.ts'

export interface StoredMetric {
  /** `buckets` is the part of a histogram that percentiles are read from. */
  kind: 'counter' | 'gauge' | 'buckets'
  /** A gauge to queries, but sent as a sum that may fall: SigNoz stores it under the temporality of counters. */
  isFallingSum?: true
  /** UCUM; absent where it is not known. */
  unit?: string
  /** With the values that a label may have, where the list is closed. */
  labels: ReadonlyMap<string, readonly string[] | undefined>
}

/** Points beyond the declared number of series carry it instead of their labels. */
const OVERFLOW_LABEL = 'otel.metric.overflow'
/** What the prometheus receiver makes of a target; labels `job` and `instance` do not exist in SigNoz. */
const SCRAPED_RESOURCE = [
  'service.name',
  'service.instance.id',
  'service.namespace',
  'server.address',
  'server.port',
  'url.scheme',
  'host.name',
  'deployment.environment',
  'deployment.environment.name',
]
const HOST_RESOURCE = [
  'host.name',
  'os.type',
  'service.name',
  'deployment.environment',
  'deployment.environment.name',
]
const PUSHED_RESOURCE = [...Object.keys(RESOURCE_ATTRIBUTES), OVERFLOW_LABEL]

/** An SDK sends the least and the most value of a histogram, a scrape does not. */
const PUSHED_PARTS = ['bucket', 'count', 'sum', 'min', 'max']
const SCRAPED_PARTS = ['bucket', 'count', 'sum']

const catalogue: ReadonlyMap<string, StoredMetric> = new Map([
  ...Object.entries<MetricDeclaration>(METRICS).flatMap(([name, metric]) =>
    parts(name, metric, labelsOf(metric, PUSHED_RESOURCE), PUSHED_PARTS),
  ),
  ...Object.entries<MetricDeclaration>(SCRAPED_METRICS).flatMap(([name, metric]) =>
    parts(name, metric, labelsOf(metric, SCRAPED_RESOURCE), SCRAPED_PARTS),
  ),
  ...[...OUTSIDE_METRICS].flatMap(([name, metric]) => {
    const resource = metric.from === 'host' ? HOST_RESOURCE : SCRAPED_RESOURCE
    const labels = new Map<string, readonly string[] | undefined>([
      ...[...metric.labels, ...resource].map(label => [label, undefined] as const),
      ['service.name', SERVICES_OF[metric.from]],
    ])
    return parts(name, metric, labels, SCRAPED_PARTS)
  }),
])

/** By the name under which SigNoz stores it. */
export function storedMetric(name: string): StoredMetric | undefined {
  return catalogue.get(name)
}

/** Upper bounds of the buckets of a histogram of ours, by its declared name. */
export function bucketBounds(histogram: string): readonly number[] | undefined {
  const declared: Readonly<Record<string, MetricDeclaration>> = { ...METRICS, ...SCRAPED_METRICS }
  return Object.hasOwn(declared, histogram) ? declared[histogram]?.buckets : undefined
}

/** What somebody may have meant. */
export function namesLike(name: string): string[] {
  const histogram = ['bucket', 'count', 'sum']
    .map(part => `${name}.${part}`)
    .filter(one => catalogue.has(one))
  if (histogram.length > 0) return histogram
  const underscored = name.replace(/_(bucket|count|sum)$/, '.$1')
  return catalogue.has(underscored) ? [underscored] : []
}

type Labels = StoredMetric['labels']

function parts(
  name: string,
  metric: { kind: MetricDeclaration['kind']; unit?: string },
  labels: Labels,
  histogramParts: readonly string[],
): [string, StoredMetric][] {
  const unit = metric.unit === undefined ? {} : { unit: metric.unit }
  if (metric.kind === 'counter') return [[name, { kind: 'counter', ...unit, labels }]]
  if (metric.kind === 'updown') return [[name, { kind: 'gauge', isFallingSum: true, ...unit, labels }]]
  if (metric.kind !== 'histogram') return [[name, { kind: 'gauge', ...unit, labels }]]
  const all: Record<string, StoredMetric> = {
    bucket: { kind: 'buckets', ...unit, labels },
    count: { kind: 'counter', unit: '{measurement}', labels },
    sum: { kind: 'counter', ...unit, labels },
    min: { kind: 'gauge', ...unit, labels },
    max: { kind: 'gauge', ...unit, labels },
  }
  return histogramParts.map(part => [`${name}.${part}`, all[part]!])
}

function labelsOf(metric: MetricDeclaration, resource: readonly string[]): Labels {
  const own = Object.entries(metric.labels).map(([name, domain]) => [name, valuesOf(domain)] as const)
  const services: readonly (readonly [string, readonly string[]])[] = [['service.name', metric.by]]
  return new Map<string, readonly string[] | undefined>([
    ...resource.map(name => [name, undefined] as const),
    ...services,
    ...own,
  ])
}

function valuesOf(domain: LabelDomain): readonly string[] | undefined {
  return domain.kind === 'closed' ? domain.values.map(String) : undefined
}
