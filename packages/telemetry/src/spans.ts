// Spans by their names in the schema; without telemetry only the work itself runs.

import { type AttributesOf, SPANS, type SpanName } from '@deye-hard/telemetry-schema'
import {
  type Attributes,
  context,
  type Link,
  type Span,
  SpanKind,
  type SpanOptions as SpanStart,
  SpanStatusCode,
  type Tracer,
  trace,
} from '@opentelemetry/api'
import { bound } from './binding.ts'
import { errorTypeOf, exceptionOf } from './exception.ts'
import { contextBelow, refOf, spanContextOf, type TraceRef } from './trace-ref.ts'

export interface SpanOptions<S extends SpanName> {
  /** The name to send, for spans whose name in the schema is a pattern. */
  title?: string
  attributes?: AttributesOf<S>
  links?: readonly TraceRef[]
  /** null: a new trace; left out: the active span. */
  parent?: TraceRef | null
  /** Milliseconds since 1970, as of `Date.now()`. */
  startMs?: number
}

export interface OpenSpan<S extends SpanName> {
  /** Ids are all zeros while telemetry is off; such a ref is ignored as a link or parent. */
  readonly ref: TraceRef
  set(attributes: AttributesOf<S>): void
  /** Marks the span as failed. */
  fail(errorType: string): void
  /** Puts the exception with its stack on the span, and does not mark it as failed. */
  recordException(error: unknown): void
}

const NO_REF: TraceRef = { traceId: '0'.repeat(32), spanId: '0'.repeat(16), sampled: false }
const NO_SPAN: OpenSpan<SpanName> = { ref: NO_REF, set() {}, fail() {}, recordException() {} }

const KINDS = {
  internal: SpanKind.INTERNAL,
  server: SpanKind.SERVER,
  client: SpanKind.CLIENT,
  producer: SpanKind.PRODUCER,
  consumer: SpanKind.CONSUMER,
} as const

/** Whether spans go anywhere: ask before building costly attributes. */
export function isTracing(): boolean {
  return bound.tracer !== null
}

/** Runs `work` inside a span, until its promise is settled if it gives one. What it throws is recorded with its stack, marks the span as failed, and goes on. */
export function withSpan<S extends SpanName, T>(
  name: S,
  options: SpanOptions<S>,
  work: (span: OpenSpan<S>) => T,
): T {
  const { tracer } = bound
  if (tracer === null) return work(NO_SPAN)
  const below = contextBelow(options.parent)
  const span = tracer.startSpan(options.title ?? name, startOf(name, options), below)
  return context.with(trace.setSpan(below, span), () => runInside(span, () => work(openSpan(span))))
}

/** A span of what is over already: one call, nothing held open. Returns its ref for links; null when nothing records. */
export function recordSpan<S extends SpanName>(
  name: S,
  options: SpanOptions<S> & { startMs: number; endMs?: number; errorType?: string },
): TraceRef | null {
  const { tracer } = bound
  if (tracer === null) return null
  const span = startPast(tracer, name, options)
  if (!span.isRecording()) return null
  if (options.errorType !== undefined) failSpan(span, options.errorType)
  span.end(options.endMs ?? Date.now())
  return refOf(span.spanContext())
}

function startPast<S extends SpanName>(tracer: Tracer, name: S, options: SpanOptions<S>): Span {
  return tracer.startSpan(options.title ?? name, startOf(name, options), contextBelow(options.parent))
}

function startOf<S extends SpanName>(name: S, options: SpanOptions<S>): SpanStart {
  const { attributes, links, startMs } = options
  return {
    kind: KINDS[SPANS[name].kind],
    ...(attributes === undefined ? {} : { attributes: attributes as Attributes }),
    ...(links === undefined ? {} : { links: linksTo(links) }),
    ...(startMs === undefined ? {} : { startTime: startMs }),
  }
}

function linksTo(refs: readonly TraceRef[]): Link[] {
  return refs
    .filter(({ traceId }) => traceId !== NO_REF.traceId)
    .map(ref => ({ context: spanContextOf(ref) }))
}

function openSpan<S extends SpanName>(span: Span): OpenSpan<S> {
  return {
    ref: refOf(span.spanContext()),
    set: attributes => void span.setAttributes(attributes as Attributes),
    fail: errorType => failSpan(span, errorType),
    recordException: error => span.recordException(exceptionOf(error)),
  }
}

function runInside<T>(span: Span, work: () => T): T {
  try {
    const result = work()
    if (isThenable(result)) return endAfter(span, result) as T
    span.end()
    return result
  } catch (error) {
    endFailed(span, error)
    throw error
  }
}

async function endAfter(span: Span, result: PromiseLike<unknown>): Promise<unknown> {
  try {
    const value = await result
    span.end()
    return value
  } catch (error) {
    endFailed(span, error)
    throw error
  }
}

function endFailed(span: Span, error: unknown): void {
  span.recordException(exceptionOf(error))
  failSpan(span, errorTypeOf(error))
  span.end()
}

function failSpan(span: Span, errorType: string): void {
  span.setAttribute('error.type', errorType)
  span.setStatus({ code: SpanStatusCode.ERROR })
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function'
}
