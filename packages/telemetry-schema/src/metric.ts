// The shape of a metric's declaration, and one function per kind so that a list of them reads like a table.
import type { LabelDomain } from './domain-of-label.ts'
import type { ServiceName } from './services.ts'

/** UCUM, as OpenTelemetry asks: seconds, bytes, ratios, percent, and counted things in braces. */
export type Unit = 's' | 'By' | '1' | '%' | '{message}/min' | `{${string}}`

export type MetricKind = 'counter' | 'gauge' | 'updown' | 'histogram'

export interface MetricDeclaration {
  kind: MetricKind
  unit: Unit
  /** One sentence for docs/telemetry.md and for whoever builds a panel. */
  about: string
  labels: Readonly<Record<string, LabelDomain>>
  by: readonly ServiceName[]
  /** Upper bounds of histogram buckets in `unit`. */
  buckets?: readonly number[]
  /** More series than this go into one series `otel.metric.overflow=true`. */
  seriesMax?: number
  /** Why the scripted tour of the simulator cannot show it; without it, its absence fails the tour. */
  notInTour?: string
}

interface Given<L> {
  unit: Unit
  about: string
  labels?: L
  by: readonly ServiceName[]
  seriesMax?: number
  notInTour?: string
}

type Labels = Readonly<Record<string, LabelDomain>>
type Empty = Record<never, never>
/** Without the wide `labels` of every declaration, so that other labels than these do not compile. */
type Declared<K extends MetricKind, L> = Omit<MetricDeclaration, 'kind' | 'labels'> & { kind: K; labels: L }

function declare<const K extends MetricKind>(kind: K) {
  return <const L extends Labels = Empty>(given: Given<L>): Declared<K, L> => ({
    ...given,
    kind,
    labels: given.labels ?? ({} as L),
  })
}

/** Only rises; a restart begins at 0 again. */
export const counter = declare('counter')
/** A value of now. */
export const gauge = declare('gauge')
/** Rises and falls, and sums up over processes. */
export const updown = declare('updown')

export function histogram<const L extends Labels = Empty>(
  given: Given<L> & { buckets: readonly number[] },
): Declared<'histogram', L> & { buckets: readonly number[] } {
  return { ...given, kind: 'histogram', labels: given.labels ?? ({} as L) }
}
