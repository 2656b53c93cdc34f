// How the SDK keeps each metric of the schema: its buckets, only its labels, of closed lists only their values, at most so many series.
import { type LabelDomain, METRICS, type MetricDeclaration } from '@deye-hard/telemetry-schema'
import type { Attributes, AttributeValue } from '@opentelemetry/api'
import { AggregationType, type ViewOptions } from '@opentelemetry/sdk-metrics'

const DEFAULT_SERIES_MAX = 200
/** Made by instrumentation libraries beside what we want of them. */
const UNWANTED = ['http.client.request.duration']
/** Values of closed lists that stand for all that is not on them. */
const OTHERS = ['_OTHER', 'other']

export function viewsOfSchema(): ViewOptions[] {
  const declared: [string, MetricDeclaration][] = Object.entries(METRICS)
  const unwanted = UNWANTED.filter(name => !Object.hasOwn(METRICS, name))
  return [
    ...declared.map(([name, declaration]) => viewOf(name, declaration)),
    ...unwanted.map(instrumentName => ({
      instrumentName,
      aggregation: { type: AggregationType.DROP } as const,
    })),
  ]
}

function viewOf(name: string, { about, labels, buckets, seriesMax }: MetricDeclaration): ViewOptions {
  return {
    instrumentName: name,
    description: about,
    attributesProcessors: [onlyDeclared(labels)],
    aggregationCardinalityLimit: seriesMax ?? DEFAULT_SERIES_MAX,
    ...(buckets === undefined
      ? {}
      : {
          aggregation: {
            type: AggregationType.EXPLICIT_BUCKET_HISTOGRAM,
            options: { boundaries: [...buckets], recordMinMax: true },
          },
        }),
  }
}

/** Libraries are bound by no type: a method such as QUERY counts as `_OTHER`, and a label without such a value is left out. */
function onlyDeclared(labels: MetricDeclaration['labels']): { process(given: Attributes): Attributes } {
  const known = Object.entries(labels).map(([name, domain]) => ({ name, admit: admitterOf(domain) }))
  return {
    process(given) {
      const kept: Attributes = {}
      for (const { name, admit } of known) {
        const value = given[name] === undefined ? undefined : admit(given[name])
        if (value !== undefined) kept[name] = value
      }
      return kept
    },
  }
}

function admitterOf(domain: LabelDomain): (value: AttributeValue) => AttributeValue | undefined {
  if (domain.kind !== 'closed') return value => value
  const values = new Set<unknown>(domain.values)
  const instead = OTHERS.find(other => values.has(other))
  return value => (values.has(value) ? value : instead)
}
