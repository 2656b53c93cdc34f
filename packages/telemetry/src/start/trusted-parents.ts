// W3C trace context that believes only the callers we trust: a stranger could force sampling, and write into traces of others.
import {
  type Context,
  isSpanContextValid,
  type TextMapGetter,
  type TextMapPropagator,
  type TextMapSetter,
  trace,
} from '@opentelemetry/api'
import { W3CTraceContextPropagator } from '@opentelemetry/core'

export class TrustedParents implements TextMapPropagator {
  readonly #w3c = new W3CTraceContextPropagator()
  readonly #trusted = new WeakSet<object>()

  /** From now on the `traceparent` among these headers is believed. */
  trust(headers: object): void {
    this.#trusted.add(headers)
  }

  inject(context: Context, carrier: unknown, setter: TextMapSetter): void {
    this.#w3c.inject(context, carrier, setter)
  }

  extract(context: Context, carrier: unknown, getter: TextMapGetter): Context {
    if (typeof carrier !== 'object' || carrier === null || !this.#trusted.has(carrier)) return context
    const parent = trace.getSpanContext(this.#w3c.extract(context, carrier, getter))
    if (parent === undefined || !isSpanContextValid(parent)) return context
    // `tracestate` is free text, which nothing here reads.
    const { traceId, spanId, traceFlags } = parent
    return trace.setSpanContext(context, { traceId, spanId, traceFlags, isRemote: true })
  }

  fields(): string[] {
    return this.#w3c.fields()
  }
}
