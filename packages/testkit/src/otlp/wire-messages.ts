// The OTLP messages as the generated code hands them over, typed as far as the receiver reads them, and their codecs.
import root from 'otlp-protos/build/src/generated/root.js'
import type { Signal } from './received.ts'

/** A 64-bit integer: protobufjs gives the `Long` of npm package long. */
export type WireLong = { low: number; high: number; unsigned: boolean } | number

/** Only the member that `value` names means anything: the others may hold the default of their type. */
export interface WireValue {
  value?:
    | 'stringValue'
    | 'boolValue'
    | 'intValue'
    | 'doubleValue'
    | 'arrayValue'
    | 'kvlistValue'
    | 'bytesValue'
  stringValue: string
  boolValue: boolean
  intValue: WireLong
  doubleValue: number
  arrayValue: { values: WireValue[] }
  kvlistValue: { values: WireAttribute[] }
  bytesValue: Uint8Array
}

export interface WireAttribute {
  key: string | null
  value?: WireValue | null
}

interface WireResource {
  resource?: { attributes: WireAttribute[] } | null
}

interface WireScope {
  scope?: { name: string | null } | null
}

export interface WireSpan {
  traceId: Uint8Array | null
  spanId: Uint8Array | null
  parentSpanId: Uint8Array | null
  name: string | null
  kind: number | null
  startTimeUnixNano: WireLong | null
  endTimeUnixNano: WireLong | null
  attributes: WireAttribute[]
  events: { name: string | null; timeUnixNano: WireLong | null; attributes: WireAttribute[] }[]
  links: { traceId: Uint8Array | null; spanId: Uint8Array | null; attributes: WireAttribute[] }[]
  status?: { code: number | null; message: string | null } | null
}

interface WirePoint {
  attributes: WireAttribute[]
  timeUnixNano: WireLong | null
  startTimeUnixNano: WireLong | null
}

export interface WireNumberPoint extends WirePoint {
  asDouble?: number | null
  asInt?: WireLong | null
}

interface WireDistribution extends WirePoint {
  count: WireLong | null
  sum?: number | null
}

export interface WireHistogramPoint extends WireDistribution {
  min?: number | null
  max?: number | null
  explicitBounds: number[]
  bucketCounts: WireLong[]
}

export interface WireBuckets {
  offset: number | null
  bucketCounts: WireLong[]
}

export interface WireExponentialPoint extends WireDistribution {
  min?: number | null
  max?: number | null
  scale: number | null
  zeroCount: WireLong | null
  positive?: WireBuckets | null
  negative?: WireBuckets | null
}

export interface WireSummaryPoint extends WireDistribution {
  quantileValues: { quantile: number | null; value: number | null }[]
}

export interface WireMetric {
  name: string | null
  unit: string | null
  description: string | null
  gauge?: { dataPoints: WireNumberPoint[] } | null
  sum?: {
    dataPoints: WireNumberPoint[]
    aggregationTemporality: number | null
    isMonotonic: boolean | null
  } | null
  histogram?: { dataPoints: WireHistogramPoint[]; aggregationTemporality: number | null } | null
  exponentialHistogram?: { dataPoints: WireExponentialPoint[]; aggregationTemporality: number | null } | null
  summary?: { dataPoints: WireSummaryPoint[] } | null
}

export interface WireLog {
  timeUnixNano: WireLong | null
  observedTimeUnixNano: WireLong | null
  severityNumber: number | null
  severityText: string | null
  body?: WireValue | null
  attributes: WireAttribute[]
  traceId: Uint8Array | null
  spanId: Uint8Array | null
  eventName: string | null
}

export interface TraceRequest {
  resourceSpans: (WireResource & { scopeSpans: (WireScope & { spans: WireSpan[] })[] })[]
}
export interface MetricsRequest {
  resourceMetrics: (WireResource & { scopeMetrics: (WireScope & { metrics: WireMetric[] })[] })[]
}
export interface LogsRequest {
  resourceLogs: (WireResource & { scopeLogs: (WireScope & { logRecords: WireLog[] })[] })[]
}
export interface WireRequests {
  traces: TraceRequest
  metrics: MetricsRequest
  logs: LogsRequest
}
/** Any service's answer; the count of what was rejected is called differently in each. */
export interface ExportResponse {
  partialSuccess?: ({ errorMessage: string | null } & Record<string, WireLong | string | null>) | null
}

export interface Codec<T> {
  /** Throws on bytes that are no such message. */
  decode(bytes: Uint8Array): T
  /** Takes the message as a plain object, 64-bit integers also as decimal text. */
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
export const RESPONSES: Readonly<Record<Signal, Codec<ExportResponse>>> = {
  traces: codec(collector.trace.v1.ExportTraceServiceResponse),
  metrics: codec(collector.metrics.v1.ExportMetricsServiceResponse),
  logs: codec(collector.logs.v1.ExportLogsServiceResponse),
}

function codec<T>(message: MessageClass | undefined): Codec<T> {
  if (message === undefined) throw new Error('the generated code of otlp-protos lacks a message')
  return {
    decode: bytes => message.decode(bytes) as T,
    encode: plain => Buffer.from(message.encode(message.fromObject(plain) as never).finish()),
  }
}
