// Telemetry of the recent past for every query of the repository: two instances, counters that reset, gaps, histograms, deltas, spans, log lines.
import {
  type Monitoring,
  queriesOfPanel,
  queriesOfRule,
  type SoughtLabel,
  type StoredMetric,
  soughtLabels,
  storedMetric,
} from '@deye-hard/monitoring'
import { attributesOf, type Json, nanoseconds, post } from './otlp-json.ts'
import { generator, type Random } from './random.ts'
import { sendRecords } from './records.ts'

type Labels = Record<string, string>
type Kind = 'gauge' | 'sum' | 'falling sum' | 'histogram'

const MINUTE_MS = 60_000
const DAY_MS = 86_400_000
const SERIES = 6
const RESOURCES_PER_REQUEST = 20
/** Of this run alone, so that no series has points of another run. */
const INSTANCES = ['first', 'second'].map(name => `agreement-${name}-${Date.now()}`)
const PARTS = /\.(bucket|count|sum|min|max)$/
/** Each label has values of its own: SigNoz takes series for one whose values are the same, whatever labels they are of. */
const OPEN_VALUES = [1, 2, 3]
const BOUNDS = [0.005, 0.05, 0.1, 0.5, 2]
/** Of the resource, not of a point. */
const OF_RESOURCE = /^(service|deployment|host|telemetry|process|os|otel)\./
const ENVIRONMENTS = ['production', 'staging']

export interface Span {
  startMs: number
  endMs: number
}

export async function sendTelemetry(
  otlpHttp: string,
  { dashboards, rules }: Monitoring,
  span: Span,
): Promise<void> {
  const queries = [
    ...dashboards.flatMap(({ document }) =>
      Object.values(document.spec.panels).flatMap(panel => queriesOfPanel(panel, '')),
    ),
    ...rules.flatMap(queriesOfRule),
  ]
  const random = generator()
  const resources = [...soughtLabels(queries)].flatMap(([name, values]) =>
    ofMetric(name, values, span, random),
  )
  resources.push(...INSTANCES.flatMap((instance, index) => ownShapes(instance, index, span, random)))
  for (let at = 0; at < resources.length; at += RESOURCES_PER_REQUEST)
    await post(`${otlpHttp}/v1/metrics`, { resourceMetrics: resources.slice(at, at + RESOURCES_PER_REQUEST) })
  for (const service of ['solar-api', 'solar-collector']) await sendRecords(otlpHttp, service, span, random)
}

function ofMetric(name: string, wanted: readonly SoughtLabel[], span: Span, random: Random): Json[] {
  const stored = storedMetric(name)
  if (stored === undefined) return []
  const whole = name.replace(PARTS, '')
  const isHistogram = whole !== name && storedMetric(`${whole}.bucket`) !== undefined
  const services = wanted.flatMap(one => one['service.name'] ?? [])
  const by = services[0] ?? stored.labels.get('service.name')?.[0] ?? 'host'
  return INSTANCES.map((instance, index) => {
    const points = [...labelSets(stored.labels, wanted, random)].flatMap(labels =>
      isHistogram
        ? histogramPoints(labels, span, random)
        : numberPoints(labels, name, stored.kind === 'counter', span, random),
    )
    const kind = isHistogram ? 'histogram' : kindOf(stored)
    return resource(
      { 'service.name': services[index] ?? by, ...ofInstance(instance, index) },
      metric(isHistogram ? whole : name, kind, points),
    )
  })
}

function kindOf({ kind, isFallingSum }: StoredMetric): Kind {
  if (kind === 'counter') return 'sum'
  return isFallingSum ? 'falling sum' : 'gauge'
}

function labelSets(
  known: ReadonlyMap<string, readonly string[] | undefined>,
  wanted: readonly SoughtLabel[],
  random: Random,
): Labels[] {
  const sets = new Map<string, Labels>()
  for (let series = 0; series < SERIES; series += 1) {
    const labels: Labels = {}
    for (const [label, values] of known) {
      if (OF_RESOURCE.test(label)) continue
      const asked = wanted.flatMap(one => one[label] ?? [])
      const some =
        values !== undefined && values.length > 0 ? values : OPEN_VALUES.map(one => `${label} ${one}`)
      labels[label] = random.pick(asked.length > 0 && random.next() < 0.75 ? asked : some)
    }
    sets.set(JSON.stringify(labels), labels)
  }
  return [...sets.values()]
}

function* moments(span: Span, random: Random): Generator<number> {
  for (let ms = span.startMs + Math.floor(random.next() * 55_000); ms < span.endMs; ms += MINUTE_MS) {
    if (random.next() > 0.05) yield ms
  }
}

/** Gauges also a day ago, which some panels compare with. */
function numberPoints(labels: Labels, name: string, isCounter: boolean, span: Span, random: Random): Json[] {
  let total = Math.floor(random.next() * 1_000)
  const points = [...moments(span, random)].map(ms => {
    total = random.next() < 0.02 ? 0 : total + Math.floor(random.next() ** 2 * 30)
    const gauge =
      name.includes('state') || name === 'up'
        ? Math.round(random.next())
        : Math.round(random.next() * 1e5) / 1e3
    return point(labels, ms, {
      asDouble: isCounter ? total : name.includes('start_time') ? span.startMs / 1_000 : gauge,
    })
  })
  if (isCounter) return points
  return [
    ...points,
    ...points.map(one => ({
      ...one,
      timeUnixNano: nanoseconds(Number(String(one.timeUnixNano).slice(0, -6)) - DAY_MS),
    })),
  ]
}

function histogramPoints(labels: Labels, span: Span, random: Random): Json[] {
  let counts = [...BOUNDS, Number.POSITIVE_INFINITY].map(() => 0)
  return [...moments(span, random)].map(ms => {
    counts = counts.map(count => (random.next() < 0.01 ? 0 : count + Math.floor(random.next() * 9)))
    return point(labels, ms, histogramOf(counts, BOUNDS))
  })
}

/** What the repository has not, and SigNoz has: deltas, sums that fall, and a name with both temporalities. */
function ownShapes(instance: string, index: number, span: Span, random: Random): Json[] {
  let total = 0
  const every = (value: () => Json) =>
    Array.from(
      { length: Math.floor((span.endMs - span.startMs) / 20_000) },
      (_, step) => span.startMs + 1_234 + step * 20_000,
    )
      .filter(() => random.next() > 0.05)
      .map(ms => point({ zone: index === 0 ? 'a' : random.pick(['a', 'b']) }, ms, value()))
  const small = () => ({ asDouble: Math.floor(random.next() * 10) })
  const rising = () => {
    total = random.next() < 0.03 ? 0 : total + Math.floor(random.next() * 10)
    return { asDouble: total }
  }
  const buckets = () =>
    histogramOf(
      [1, 2, 3, 4].map(() => Math.floor(random.next() * 5)),
      [1, 2, 4],
    )
  const metrics = [
    metric('agreement.delta', 'sum', every(small), 1),
    metric('agreement.delta.histogram', 'histogram', every(buckets), 1),
    metric('agreement.counter', 'sum', every(rising)),
    metric(
      'agreement.gauge',
      'gauge',
      every(() => ({ asDouble: random.next() * 10 - 5 })),
    ),
    metric('agreement.updown', 'falling sum', every(small)),
  ]
  return metrics.map(one => resource({ 'service.name': 'agreement', ...ofInstance(instance, index) }, one))
}

function ofInstance(instance: string, index: number): Labels {
  return {
    'service.instance.id': instance,
    'deployment.environment': ENVIRONMENTS[index]!,
    'host.name': 'agreement',
  }
}

function resource(attributes: Labels, one: Json): Json {
  return { resource: { attributes: attributesOf(attributes) }, scopeMetrics: [{ metrics: [one] }] }
}

function metric(name: string, kind: Kind, dataPoints: readonly Json[], aggregationTemporality = 2): Json {
  if (kind === 'gauge') return { name, gauge: { dataPoints } }
  if (kind === 'histogram') return { name, histogram: { aggregationTemporality, dataPoints } }
  return { name, sum: { aggregationTemporality, isMonotonic: kind === 'sum', dataPoints } }
}

function point(labels: Labels, ms: number, value: Json): Json {
  return { attributes: attributesOf(labels), timeUnixNano: nanoseconds(ms), ...value }
}

function histogramOf(counts: readonly number[], explicitBounds: readonly number[]): Json {
  const count = counts.reduce((all, one) => all + one, 0)
  return {
    count: String(count),
    sum: count / 10,
    bucketCounts: counts.map(String),
    explicitBounds,
    min: 0.001,
    max: 3,
  }
}
