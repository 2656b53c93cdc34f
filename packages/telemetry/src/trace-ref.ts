// The ids of a span as plain values: what log lines, links and parents need of it.
import {
  type Context,
  context,
  isSpanContextValid,
  ROOT_CONTEXT,
  type SpanContext,
  TraceFlags,
  trace,
} from '@opentelemetry/api'

export interface TraceRef {
  traceId: string
  spanId: string
  sampled: boolean
}

/** The active span; null outside of spans and while telemetry is off. */
export function activeTrace(): TraceRef | null {
  const active = trace.getSpanContext(context.active())
  return active !== undefined && isSpanContextValid(active) ? refOf(active) : null
}

export function refOf({ traceId, spanId, traceFlags }: SpanContext): TraceRef {
  return { traceId, spanId, sampled: (traceFlags & TraceFlags.SAMPLED) !== 0 }
}

export function spanContextOf({ traceId, spanId, sampled }: TraceRef): SpanContext {
  return { traceId, spanId, traceFlags: sampled ? TraceFlags.SAMPLED : TraceFlags.NONE }
}

/** undefined: below the active span; null: a new trace. */
export function contextBelow(parent: TraceRef | null | undefined): Context {
  if (parent === undefined) return context.active()
  return parent === null ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, spanContextOf(parent))
}
