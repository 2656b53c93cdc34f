// A span that begins in one callback and ends in another, and is not the active one in between.
import { type OpenSpan, type SpanOptions, withSpan } from '@deye-hard/telemetry'
import type { SpanName } from '@deye-hard/telemetry-schema'

export interface LoneSpan<S extends SpanName> extends OpenSpan<S> {
  end(): void
}

/** Nothing runs inside it, so nothing that a handler sets off can end up in its trace by accident. Whoever opens it ends it. */
export function openLoneSpan<S extends SpanName>(name: S, options: SpanOptions<S>): LoneSpan<S> {
  const { promise, resolve } = Promise.withResolvers<void>()
  let span: OpenSpan<S> | undefined
  void withSpan(name, options, opened => {
    span = opened
    return promise
  })
  return { ...span!, end: resolve }
}
