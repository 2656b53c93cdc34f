// The OTLP messages as the generated code of the official protos hands them over, typed as far as lens reads them, and their codecs.
import root from 'otlp-protos/build/src/generated/root.js'

export const SIGNALS = ['traces', 'metrics', 'logs'] as const
export type Signal = (typeof SIGNALS)[number]

/** A 64-bit integer: protobufjs gives the `Long` of npm package long; lens itself writes bigint. */
export type WireLong = { low: number; high: number; unsigned: boolean } | number | bigint

/** Only the member that `value` names means anything: the others may hold the default of their type. */
export interface WireValue {
  value?: string
  stringValue?: string | null
  boolValue?: boolean | null
  intValue?: WireLong | null
  doubleValue?: number | null
  arrayValue?: { values: WireValue[] } | null
  kvlistValue?: { values: WireAttribute[] } | null
  bytesValue?: Uint8Array | null
}

export interface WireAttribute {
  key: string | null
  value?: WireValue | null
}

export interface WireResource {
  attributes: WireAttribute[]
}

export interface WireScope {
  name: string | null
  version: string | null
  attributes: WireAttribute[]
}

export interface WireSpan {
  traceId: Uint8Array | null
  spanId: Uint8Array | null
  parentSpanId: Uint8Array | null
  traceState: string | null
  flags: number | null
  name: string | null
  kind: number | null
  startTimeUnixNano: WireLong | null
  endTimeUnixNano: WireLong | null
  attributes: WireAttribute[]
  events: { name: string | null; timeUnixNano: WireLong | null; attributes: WireAttribute[] }[]
  links: { traceId: Uint8Array | null; spanId: Uint8Array | null }[]
  status?: { code: number | null; message: string | null } | null
}

export interface WirePoint {
  attributes: WireAttribute[]
  timeUnixNano: WireLong | null
  flags?: number | null
}

export interface WireNumberPoint extends WirePoint {
  asDouble?: number | null
  asInt?: WireLong | null
}

export interface WireHistogramPoint extends WirePoint {
  count: WireLong | null
  sum?: number | null
  min?: number | null
  max?: number | null
  explicitBounds: number[]
  bucketCounts: WireLong[]
}

export interface WireSummaryPoint extends WirePoint {
  count: WireLong | null
  sum: number | null
  quantileValues: { quantile: number | null; value: number | null }[]
}

export interface WireMetric {
  name: string | null
  unit?: string | null
  description?: string | null
  gauge?: { dataPoints: WireNumberPoint[] } | null
  sum?: {
    dataPoints: WireNumberPoint[]
    aggregationTemporality: number | null
    isMonotonic: boolean | null
  } | null
  histogram?: { dataPoints: WireHistogramPoint[]; aggregationTemporality: number | null } | null
  exponentialHistogram?: { dataPoints: WirePoint[] } | null
  summary?: { dataPoints: WireSummaryPoint[] } | null
}

export interface WireLog {
  timeUnixNano: WireLong | null
  observedTimeUnixNano: WireLong | null
  severityNumber: number | null
  severityText: string | null
  body?: WireValue | null
  attributes: WireAttribute[]
  flags: number | null
  traceId: Uint8Array | null
  spanId: Uint8Array | null
}

interface Scoped {
  scope?: WireScope | null
  schemaUrl?: string | null
}

export interface TraceRequest {
  resourceSpans: { resource?: WireResource | null; scopeSpans: (Scoped & { spans: WireSpan[] })[] }[]
}
export interface MetricsRequest {
  resourceMetrics: { resource?: WireResource | null; scopeMetrics: (Scoped & { metrics: WireMetric[] })[] }[]
}
export interface LogsRequest {
  resourceLogs: { resource?: WireResource | null; scopeLogs: (Scoped & { logRecords: WireLog[] })[] }[]
}
export interface WireRequests {
  traces: TraceRequest
  metrics: MetricsRequest
  logs: LogsRequest
}

export interface Codec<T> {
  /** Throws on bytes that are no such message. */
  decode(bytes: Uint8Array): T
  /** Takes the message as a plain object, 64-bit integers also as decimal text, ids as bytes. Throws on what does not fit. */
  fromPlain(plain: object): T
  encode(plain: object): Buffer
}

/** A class that protobufjs generated. */
interface MessageClass {
  decode(bytes: Uint8Array): unknown
  encode(message: never): { finish(): Uint8Array }
  fromObject(plain: object): unknown
}

type Service = Record<string, MessageClass>
const { collector } = (
  root as unknown as {
    opentelemetry: { proto: { collector: Record<'trace' | 'metrics' | 'logs', { v1: Service }> } }
  }
).opentelemetry.proto

export const REQUESTS: { readonly [S in Signal]: Codec<WireRequests[S]> } = {
  traces: codec(collector.trace.v1.ExportTraceServiceRequest),
  metrics: codec(collector.metrics.v1.ExportMetricsServiceRequest),
  logs: codec(collector.logs.v1.ExportLogsServiceRequest),
}
export const RESPONSES: Readonly<Record<Signal, Codec<object>>> = {
  traces: codec(collector.trace.v1.ExportTraceServiceResponse),
  metrics: codec(collector.metrics.v1.ExportMetricsServiceResponse),
  logs: codec(collector.logs.v1.ExportLogsServiceResponse),
}

function codec<T>(message: MessageClass | undefined): Codec<T> {
  if (message === undefined) throw new Error('the generated code of otlp-protos lacks a message')
  return {
    decode: bytes => message.decode(bytes) as T,
    fromPlain: plain => message.fromObject(plain) as T,
    encode: plain => Buffer.from(message.encode(message.fromObject(plain) as never).finish()),
  }
}
