// OTLP spans to rows of signoz_index_v3.
import { attributeMaps, flatten } from './attribute-maps.ts'
import type { DropReason } from './counts.ts'
import type { Drops, Entry, Offer } from './entries.ts'
import { type CutCounts, type RecordLimits, readAttributes, timeFault } from './limits.ts'
import { type Resource, Resources } from './resource.ts'
import { bucketOf, SeenResources } from './seen-resources.ts'
import { spanColumns } from './span-columns.ts'
import { nanosToMs, toBigInt, toHex, toText } from './values.ts'
import type { TraceRequest, WireScope, WireSpan } from './wire.ts'

/** By number of Span.SpanKind and Status.StatusCode of opentelemetry.proto.trace.v1. */
const KINDS = ['Unspecified', 'Internal', 'Server', 'Client', 'Producer', 'Consumer']
const STATUS_CODES = ['Unset', 'Ok', 'Error']
const ERROR = 2
/** Bits of SpanFlags. */
const HAS_IS_REMOTE = 0x100
const IS_REMOTE = 0x200
const TRACE_ID_BYTES = 16
const SPAN_ID_BYTES = 8
const NANOS_PER_S = 1_000_000_000n

interface Scope {
  attributes: Record<string, string>
  name: string
  version: string
}

export class TraceRows {
  readonly seen = new SeenResources('signoz_traces.traces_v3_resource')
  readonly #resources: Resources
  readonly #limits: RecordLimits
  readonly #cut: CutCounts

  constructor(limits: RecordLimits, cut: CutCounts) {
    this.#limits = limits
    this.#cut = cut
    this.#resources = new Resources(limits, cut)
  }

  /** Offers the rows of each span; returns the count of spans. */
  write(request: TraceRequest, nowMs: number, offer: Offer, drops: Drops): number {
    let spans = 0
    for (const { resource: wire, scopeSpans } of request.resourceSpans) {
      const resource = this.#resources.read(wire)
      for (const scoped of scopeSpans) {
        const scope = this.#scope(scoped.scope)
        spans += scoped.spans.length
        for (const span of scoped.spans) drops.note(this.#writeSpan(span, resource, scope, nowMs, offer))
      }
    }
    return spans
  }

  #writeSpan(
    span: WireSpan,
    resource: Resource,
    scope: Scope,
    nowMs: number,
    offer: Offer,
  ): DropReason | null {
    const start = toBigInt(span.startTimeUnixNano)
    const timeMs = nanosToMs(start)
    const fault = timeFault(timeMs, nowMs, this.#limits)
    if (fault !== null) return fault
    if (span.traceId?.length !== TRACE_ID_BYTES || span.spanId?.length !== SPAN_ID_BYTES) return 'wrong_id'
    const bucket = bucketOf(timeMs)
    const line = JSON.stringify(this.#row(span, start, bucket, resource, scope))
    const entries: Entry[] = [{ table: 'signoz_traces.signoz_index_v3', line, records: 1 }]
    const missing = this.seen.missing(resource, bucket)
    if (missing !== null) entries.unshift(missing)
    if (!offer(entries)) return 'queue_full'
    if (missing !== null) this.seen.written(resource, bucket)
    return null
  }

  #row(span: WireSpan, start: bigint, bucket: number, resource: Resource, scope: Scope): object {
    const end = toBigInt(span.endTimeUnixNano)
    const kind = span.kind ?? 0
    const status = span.status?.code ?? 0
    const attributes = flatten(readAttributes(span.attributes, this.#limits, this.#cut))
    return {
      ts_bucket_start: bucket,
      resource_fingerprint: resource.fingerprint,
      timestamp: `${start / NANOS_PER_S}.${String(start % NANOS_PER_S).padStart(9, '0')}`,
      trace_id: toHex(span.traceId),
      span_id: toHex(span.spanId),
      trace_state: span.traceState ?? '',
      parent_span_id: toHex(span.parentSpanId),
      flags: span.flags ?? 0,
      name: (span.name ?? '').slice(0, this.#limits.valueMax),
      kind,
      kind_string: KINDS[kind] ?? 'Unspecified',
      duration_nano: String(end > start ? end - start : 0n),
      status_code: status,
      status_message: (span.status?.message ?? '').slice(0, this.#limits.valueMax),
      status_code_string: STATUS_CODES[status] ?? 'Unset',
      ...attributeMaps(attributes),
      resources_string: resource.attributes,
      events: this.#events(span),
      links: this.#links(span),
      ...spanColumns(attributes, kind),
      has_error: status === ERROR,
      is_remote: isRemote(span.flags ?? 0),
      resource: resource.attributes,
      scope,
    }
  }

  /** Exceptions are marked; times stay exact, which a JavaScript number would not. */
  #events(span: WireSpan): string[] {
    const kept = span.events.slice(0, this.#limits.eventsMax)
    this.#cut.event_count += span.events.length - kept.length
    return kept.map(({ name, timeUnixNano, attributes }) => {
      const pairs = readAttributes(attributes, this.#limits, this.#cut)
      const attributeMap = Object.fromEntries(pairs.map(([key, value]) => [key, toText(value)]))
      const isError = name === 'exception' ? ',"isError":true' : ''
      return `{"name":${JSON.stringify(name ?? '')},"timeUnixNano":${toBigInt(timeUnixNano)},"attributeMap":${JSON.stringify(attributeMap)}${isError}}`
    })
  }

  /** The parent comes first, also where there is none: then without its span. */
  #links(span: WireSpan): string {
    const kept = span.links.slice(0, this.#limits.eventsMax)
    this.#cut.event_count += span.links.length - kept.length
    const reference = (traceId: string, spanId: string, refType: string) =>
      spanId === '' ? { traceId, refType } : { traceId, spanId, refType }
    return JSON.stringify([
      reference(toHex(span.traceId), toHex(span.parentSpanId), 'CHILD_OF'),
      ...kept.map(link => reference(toHex(link.traceId), toHex(link.spanId), 'FOLLOWS_FROM')),
    ])
  }

  #scope(wire: WireScope | null | undefined): Scope {
    const pairs = readAttributes(wire?.attributes ?? [], this.#limits, this.#cut)
    const attributes = Object.fromEntries(pairs.map(([key, value]) => [key, toText(value)]))
    return { attributes, name: wire?.name ?? '', version: wire?.version ?? '' }
  }
}

function isRemote(flags: number): string {
  if ((flags & HAS_IS_REMOTE) === 0) return 'unknown'
  return (flags & IS_REMOTE) === 0 ? 'no' : 'yes'
}
