// What a receiver makes of OTLP messages: plain objects that a test can read and compare.

/** A 64-bit integer is a number where a number holds it exactly, else its decimal text; bytes are hexadecimal text. */
export type AttributeValue =
  | string
  | number
  | boolean
  | null
  | readonly AttributeValue[]
  | { readonly [key: string]: AttributeValue }
export type Attributes = Readonly<Record<string, AttributeValue>>

/** Who sent it. */
export interface Origin {
  /** `service.name` of the resource; empty when there is none. */
  service: string
  resource: Attributes
  /** Name of the instrumentation scope. */
  scope: string
}

export type SpanKind = 'internal' | 'server' | 'client' | 'producer' | 'consumer'

export interface ReceivedSpan extends Origin {
  /** Hexadecimal, like all ids here. */
  traceId: string
  spanId: string
  /** Empty for a root. */
  parentSpanId: string
  name: string
  kind: SpanKind
  /** Unix time in milliseconds; the fraction is good to a microsecond. */
  startMs: number
  endMs: number
  /** Exact to the nanosecond: taken from the nanoseconds, not from the two numbers above. */
  durationMs: number
  attributes: Attributes
  events: readonly { name: string; timeMs: number; attributes: Attributes }[]
  links: readonly { traceId: string; spanId: string; attributes: Attributes }[]
  status: { code: 'unset' | 'ok' | 'error'; message: string }
}

export type MetricType = 'sum' | 'gauge' | 'histogram' | 'exponential_histogram' | 'summary'

/** One point of one series. Which of the optional members are there depends on `type`. */
export interface MetricPoint extends Origin {
  name: string
  unit: string
  description: string
  type: MetricType
  /** False for everything but a sum that only grows. */
  monotonic: boolean
  /** null where OTLP has none: gauges and summaries. */
  temporality: 'cumulative' | 'delta' | null
  attributes: Attributes
  timeMs: number
  startMs: number
  /** Of a sum or a gauge. */
  value?: number
  /** Of the other types, from here on. */
  count?: number
  sum?: number
  min?: number
  max?: number
  /** Upper bounds of a histogram; `counts` has one more, for what lies above the last. */
  bounds?: readonly number[]
  counts?: readonly number[]
  /** Of an exponential histogram. */
  scale?: number
  zeroCount?: number
  positive?: { offset: number; counts: readonly number[] }
  negative?: { offset: number; counts: readonly number[] }
  /** Of a summary. */
  quantiles?: readonly { quantile: number; value: number }[]
}

export interface ReceivedLog extends Origin {
  /** The text; a structured body as JSON, a missing one as empty text. */
  body: string
  eventName: string
  severityText: string
  severityNumber: number
  timeMs: number
  observedMs: number
  attributes: Attributes
  /** Empty outside of a span. */
  traceId: string
  spanId: string
}

export type Signal = 'traces' | 'metrics' | 'logs'
export const SIGNALS: readonly Signal[] = ['traces', 'metrics', 'logs']
