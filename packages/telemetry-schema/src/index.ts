// The one list of every metric, span, attribute and log event; what is not on it does not compile, and a test holds what arrives against it.
import type { ValueOf } from './domain-of-label.ts'
import { apiEvents } from './logs/api.ts'
import { collectorEvents } from './logs/collector.ts'
import type { EVENT_FIELDS, LogEventLevel } from './logs/log-event.ts'
import { processEvents } from './logs/process.ts'
import type { MetricDeclaration, MetricKind } from './metric.ts'
import { apiMetrics } from './metrics/api.ts'
import { collectorMetrics } from './metrics/collector.ts'
import { databaseMetrics } from './metrics/database.ts'
import { fleetMetrics } from './metrics/fleet.ts'
import { pipelineMetrics } from './metrics/pipeline.ts'
import { libraryMetrics, scrapedMetrics } from './metrics/scraped.ts'
import { apiSpans } from './spans/api.ts'
import { collectorSpans } from './spans/collector.ts'
import type { SpanDeclaration } from './spans/span.ts'

export {
  ATTRIBUTES,
  type AttributeDeclaration,
  type AttributeName,
  RESOURCE_ATTRIBUTES,
} from './attributes.ts'
export type { Bounded, ClosedList, LabelDomain, Registered, ValueOf } from './domain-of-label.ts'
export * from './labels.ts'
export {
  EVENT_FIELDS,
  type EventField,
  LINE_FIELDS,
  type LogEventDeclaration,
  type LogEventLevel,
} from './logs/log-event.ts'
export type { MetricDeclaration, MetricKind, Unit } from './metric.ts'
export {
  DB_OPERATIONS,
  DB_STATEMENTS,
  DB_UNITS,
  type DbOperation,
  type DbStatement,
  type DbUnit,
} from './operations.ts'
export { API, BOTH, COLLECTOR, SERVICES, type ServiceName } from './services.ts'
export type { SpanDeclaration } from './spans/span.ts'

/** Pushed by OTLP. */
export const METRICS = {
  ...collectorMetrics,
  ...fleetMetrics,
  ...apiMetrics,
  ...databaseMetrics,
  ...pipelineMetrics,
} as const satisfies Record<string, MetricDeclaration>

/** Scraped from `/metrics`; says nothing that METRICS says. */
export const SCRAPED_METRICS = { ...scrapedMetrics, ...libraryMetrics } as const satisfies Record<
  string,
  MetricDeclaration
>

/** The part of SCRAPED_METRICS that we make ourselves. */
export const OWN_SCRAPED_METRICS = scrapedMetrics

export const SPANS = { ...collectorSpans, ...apiSpans } as const satisfies Record<string, SpanDeclaration>

export const LOG_EVENTS = { ...processEvents, ...collectorEvents, ...apiEvents } as const

export type MetricName = keyof typeof METRICS
export type OwnScrapedName = keyof typeof scrapedMetrics
export type SpanName = keyof typeof SPANS
export type LogMessage = keyof typeof LOG_EVENTS

/** Names of the metrics of one kind. */
export type MetricOf<K extends MetricKind> = {
  [N in MetricName]: (typeof METRICS)[N]['kind'] extends K ? N : never
}[MetricName]

type OptionalKeys<L> = { [K in keyof L]: L[K] extends { optional: true } ? K : never }[keyof L]

/** Labels and their values as the list declares them; others do not compile. */
export type LabelsFor<L> = { [K in Exclude<keyof L, OptionalKeys<L>>]: ValueOf<L[K]> } & {
  [K in OptionalKeys<L>]?: ValueOf<L[K]>
}
export type LabelsOf<N extends MetricName> = LabelsFor<(typeof METRICS)[N]['labels']>

export type AttributesOf<S extends SpanName> = {
  [A in (typeof SPANS)[S]['attributes'][number]]?: string | number | boolean
}

/** Messages of one level. */
export type LogMessageOf<L extends LogEventLevel> = {
  [M in LogMessage]: (typeof LOG_EVENTS)[M]['level'] extends L ? M : never
}[LogMessage]

type FieldType<F> = F extends { type: 'number' }
  ? number
  : F extends { type: 'boolean' }
    ? boolean
    : F extends { type: 'object' }
      ? unknown
      : string
/** Fields of an event; null and undefined leave a field out of what is sent. */
export type FieldsOf<M extends LogMessage> = {
  [F in (typeof LOG_EVENTS)[M]['fields'][number]]?: FieldType<(typeof EVENT_FIELDS)[F]> | null | undefined
}
