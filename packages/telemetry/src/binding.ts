// What startTelemetry has started, where the rest of this package finds it. All null until then, and in tests that start nothing.
import type { Attributes, Meter, Tracer } from '@opentelemetry/api'

/** The span that instrumentation-http made for the request that is being answered. */
export interface RequestSpan {
  setRoute(route: string): void
  setAttributes(attributes: Attributes): void
  fail(error: unknown): void
}

export interface Bound {
  tracer: Tracer | null
  meter: Meter | null
  /** Takes a log line as it was written, without its line end. */
  emitLine: ((line: string) => void) | null
  request: RequestSpan | null
}

export const bound: Bound = { tracer: null, meter: null, emitLine: null, request: null }
