// What may be sent, as one object: the lists of packages/telemetry-schema, or those of a test.
import {
  ATTRIBUTES,
  type AttributeDeclaration,
  EVENT_FIELDS,
  LINE_FIELDS,
  LOG_EVENTS,
  type LogEventDeclaration,
  METRICS,
  type MetricDeclaration,
  RESOURCE_ATTRIBUTES,
  SPANS,
  type SpanDeclaration,
} from '@deye-hard/telemetry-schema'
import type { ValueType } from './value-faults.ts'

type List<T> = Readonly<Record<string, T>>

export interface TelemetrySchema {
  metrics: List<MetricDeclaration>
  spans: List<SpanDeclaration>
  logEvents: List<LogEventDeclaration>
  /** Types of the attributes that spans may name. */
  attributes: List<AttributeDeclaration>
  resourceAttributes: List<AttributeDeclaration>
  /** Types of the fields that log events may name. */
  fields: List<{ type: ValueType }>
  /** Fields that every log record may have. */
  lineFields: List<{ type: ValueType }>
}

export const DECLARED_TELEMETRY: TelemetrySchema = {
  metrics: METRICS,
  spans: SPANS,
  logEvents: LOG_EVENTS,
  attributes: ATTRIBUTES,
  resourceAttributes: RESOURCE_ATTRIBUTES,
  fields: EVENT_FIELDS,
  lineFields: LINE_FIELDS,
}
