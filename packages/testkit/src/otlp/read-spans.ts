// From an OTLP trace request to spans.
import type { Origin, ReceivedSpan, SpanKind } from './received.ts'
import type { TraceRequest, WireSpan } from './wire-messages.ts'
import { msBetween, toAttributes, toHex, toMs, toOrigin } from './wire-values.ts'

/** By number of opentelemetry.proto.trace.v1.Span.SpanKind; its comment lets 0 (unspecified) be taken for internal. */
const KINDS: readonly SpanKind[] = ['internal', 'internal', 'server', 'client', 'producer', 'consumer']
/** By number of opentelemetry.proto.trace.v1.Status.StatusCode. */
const STATUS_CODES = ['unset', 'ok', 'error'] as const

export function readSpans(request: TraceRequest): ReceivedSpan[] {
  return request.resourceSpans.flatMap(({ resource, scopeSpans }) =>
    scopeSpans.flatMap(({ scope, spans }) => {
      const origin = toOrigin(resource, scope)
      return spans.map(span => readSpan(span, origin))
    }),
  )
}

function readSpan(span: WireSpan, origin: Origin): ReceivedSpan {
  return {
    ...origin,
    traceId: toHex(span.traceId),
    spanId: toHex(span.spanId),
    parentSpanId: toHex(span.parentSpanId),
    name: span.name ?? '',
    kind: KINDS[span.kind ?? 0] ?? 'internal',
    startMs: toMs(span.startTimeUnixNano),
    endMs: toMs(span.endTimeUnixNano),
    durationMs: msBetween(span.startTimeUnixNano, span.endTimeUnixNano),
    attributes: toAttributes(span.attributes),
    events: span.events.map(({ name, timeUnixNano, attributes }) => ({
      name: name ?? '',
      timeMs: toMs(timeUnixNano),
      attributes: toAttributes(attributes),
    })),
    links: span.links.map(({ traceId, spanId, attributes }) => ({
      traceId: toHex(traceId),
      spanId: toHex(spanId),
      attributes: toAttributes(attributes),
    })),
    status: {
      code: STATUS_CODES[span.status?.code ?? 0] ?? 'unset',
      message: span.status?.message ?? '',
    },
  }
}
