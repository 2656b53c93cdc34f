// Where received metrics and their declarations differ: name, sender, kind, unit, labels and their values, buckets.
import type { LabelDomain, MetricDeclaration, MetricKind } from '@deye-hard/telemetry-schema'
import type { TelemetrySchema } from './declared.ts'
import type { AttributeValue, MetricPoint } from './received.ts'
import { absences, listed, typeFault } from './value-faults.ts'

/** The one attribute of the series into which the SDK puts what exceeds the limit of a metric. */
const OVERFLOW = 'otel.metric.overflow'
/** How each kind looks on the wire. Cumulative throughout: a gap loses nothing then. */
const SHAPES: Readonly<Record<MetricKind, string>> = {
  counter: 'cumulative monotonic sum',
  updown: 'cumulative sum',
  gauge: 'gauge',
  histogram: 'cumulative histogram',
}

export function metricFaults(
  points: readonly MetricPoint[],
  { metrics }: TelemetrySchema,
  expectedFrom: readonly string[],
): string[] {
  const groups = Map.groupBy(points, ({ name, service }) => JSON.stringify([name, service]))
  const wrong = [...groups.values()].flatMap(group => groupFaults(group, metrics))
  return [
    ...wrong,
    ...absences('the metric', metrics, expectedFrom, (name, service) =>
      groups.has(JSON.stringify([name, service])),
    ),
  ]
}

/** `group` is what one service sent of one metric. */
function groupFaults(group: readonly MetricPoint[], metrics: TelemetrySchema['metrics']): string[] {
  const { name, service } = group[0] as MetricPoint
  const declared = Object.hasOwn(metrics, name) ? metrics[name] : undefined
  const sent = `${service} sent the metric ${name}`
  if (declared === undefined) return [`${sent}, which is not declared`]
  return [
    ...(declared.by.some(by => by === service)
      ? []
      : [`${sent}, which is declared for ${listed(declared.by)}`]),
    ...group.flatMap(point => [...shapeFaults(point, declared), ...labelFaults(point, declared.labels)]),
    ...boundFaults(group, declared.labels),
  ]
}

function shapeFaults(point: MetricPoint, { kind, unit, buckets }: MetricDeclaration): string[] {
  const { name, type, monotonic, temporality } = point
  const shape = [temporality, monotonic && 'monotonic', type].filter(Boolean).join(' ')
  const bounds = point.bounds?.join(' ')
  return [
    ...(shape === SHAPES[kind] ? [] : [`${name} is a ${shape}, declared ${kind}: ${SHAPES[kind]}`]),
    ...(point.unit === unit
      ? []
      : [`the unit of ${name} is ${JSON.stringify(point.unit)}, declared ${JSON.stringify(unit)}`]),
    ...(buckets === undefined || bounds === undefined || bounds === buckets.join(' ')
      ? []
      : [`the bounds of ${name} are ${bounds}, declared ${buckets.join(' ')}`]),
  ]
}

function labelFaults({ name, attributes }: MetricPoint, labels: MetricDeclaration['labels']): string[] {
  if (attributes[OVERFLOW] === true)
    return [`${name} has more series than its limit, their surplus is in one series`]
  const missing = Object.entries(labels)
    .filter(([label, { optional }]) => !optional && !Object.hasOwn(attributes, label))
    .map(([label]) => `${name} came without its label ${label}`)
  const wrong = Object.entries(attributes).flatMap(([label, value]) => {
    const domain = Object.hasOwn(labels, label) ? labels[label] : undefined
    if (domain === undefined) return [`${name} came with the label ${label}, which is not declared`]
    return valueFaults(`the label ${label} of ${name}`, value, domain)
  })
  return [...missing, ...wrong]
}

function valueFaults(what: string, value: AttributeValue, domain: LabelDomain): string[] {
  if (domain.kind !== 'closed') return typeFault(what, value, domain.type)
  return domain.values.some(allowed => allowed === value)
    ? []
    : [`${what} has the value ${JSON.stringify(value)}, which is not in its list`]
}

function boundFaults(group: readonly MetricPoint[], labels: MetricDeclaration['labels']): string[] {
  return Object.entries(labels).flatMap(([label, domain]) => {
    const values = new Set(
      group.map(({ attributes }) => attributes[label]).filter(value => value !== undefined),
    )
    return domain.kind === 'bounded' && values.size > domain.max
      ? [
          `the label ${label} of ${group[0]?.name} has ${values.size} values, at most ${domain.max} are declared`,
        ]
      : []
  })
}
