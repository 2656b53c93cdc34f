// What the server answers and the pages read, so that the two cannot part.
import type { DashboardDocument, QueryResult } from '@deye-hard/monitoring'
import type { TimeRange } from './drawing/time-range.ts'
import type { TraceSpan } from './drawing/waterfall.ts'

export interface Refused {
  kind: 'refused'
  /** The query that cannot be answered; empty when it is not about one. */
  query: string
  reason: string
  /** Asked again in a moment, it is likely to be answered. */
  isMomentary?: boolean
}

export interface DashboardSummary {
  name: string
  title: string
  description: string
  panels: number
}
export type DashboardAnswer = DashboardDocument

export type VariableValues = Readonly<Record<string, string | number | readonly string[]>>
export interface PanelRequest extends TimeRange {
  dashboard: string
  panel: string
  variables: VariableValues
}
/** The range is that which was asked, which a panel may set itself. */
export type PanelAnswer = ({ kind: 'data' } & TimeRange & DrawnResult) | Refused
export interface DrawnResult extends QueryResult {
  /** Lines beyond the limit of a chart, which are not among the results. */
  seriesLeft: number
  /** There is no full minute yet: the values are of the one that runs. */
  isOfRunningMinute?: boolean
}
export interface FirstMinuteAnswer {
  /** When the first full minute is over; null when there is one. */
  awaitedMs: number | null
}

export interface SearchRequest extends TimeRange {
  filter: string
  limit: number
  offset: number
}
export type TailRequest = TimeRange & { filter: string }
export interface LogLine {
  id: string
  /** Nanoseconds, as text: a number cannot hold them. */
  timestamp: string
  ms: number
  severity: string
  service: string
  body: string
  traceId: string
  spanId: string
  attributes: Readonly<Record<string, string | number | boolean>>
}
export type LogsAnswer = { kind: 'data'; lines: readonly LogLine[]; isMore: boolean } | Refused
export type LogVolumeAnswer = ({ kind: 'data' } & DrawnResult) | Refused
export type TailAnswer =
  | { kind: 'data'; lines: readonly LogLine[]; isMore: boolean; linesMax: number }
  | Refused

export interface TraceListRequest extends SearchRequest {
  rootsOnly: boolean
  /** Otherwise the newest come first. */
  slowestFirst: boolean
}
export interface SpanLine {
  traceId: string
  spanId: string
  ms: number
  name: string
  service: string
  kind: string
  durationMs: number
  hasError: boolean
  attributes: Readonly<Record<string, string | number | boolean>>
}
export type TracesAnswer = { kind: 'data'; spans: readonly SpanLine[]; isMore: boolean } | Refused
export interface TraceAnswer {
  traceId: string
  spans: readonly TraceSpan[]
  logs: readonly LogLine[]
  /** There are more spans or lines than are shown. */
  isCut: boolean
}

export interface OperationDurations {
  name: string
  calls: number
  /** Quantiles of 5, 25, 50, 75 and 95 %. */
  durationsMs: readonly number[]
}
export type QueryDurationsAnswer =
  | { kind: 'data'; operations: readonly OperationDurations[]; isCut: boolean }
  | Refused

export interface FleetLogger {
  serial: string
  inverter: string
  site: string
  state: string
  /** Null before its first frame. */
  ageSeconds: number | null
  messagesPerMinute: number | null
  /** What the collector wrote when the state last changed; null when that is longer ago than history. */
  change: { ms: number; from: string; reason: string } | null
}
export interface FleetAnswer {
  loggers: readonly FleetLogger[]
  /** Time of the newest sample. */
  asOfMs: number | null
  /** There are more loggers than are shown. */
  isCut: boolean
}

export type { ProofAnswer } from './proof-shapes.ts'

export interface PowerCurve {
  serial: string
  ratedW: number | null
  /** Mean of each step, W; null without a reading. */
  watts: readonly (number | null)[]
  nights: readonly TimeRange[]
}
export type FleetPowerAnswer =
  | ({ kind: 'data'; stepMs: number; curves: readonly PowerCurve[]; isCut: boolean } & TimeRange)
  | Refused

export type FrameRequest = TimeRange & { serial: string }
/** Offsets are from the start of the span to the moment of receipt. */
export interface KeptFrame {
  offsetMs: number
  reason: string
  detail: string | null
  /** Null where the bytes are no measurement. */
  hex: string | null
  decoded: Readonly<Record<string, unknown>>
}
export type FrameStoryAnswer =
  | {
      kind: 'data'
      rows: readonly { offsetMs: number; values: Readonly<Record<string, unknown>> }[]
      quarantined: readonly KeptFrame[]
      events: readonly { offsetMs: number; type: string }[]
      isCut: boolean
    }
  | Refused

export interface HealthAnswer {
  /** One list of plain facts for each part. */
  parts: Readonly<Record<string, unknown>>
}
