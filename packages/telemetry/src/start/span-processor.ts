// Takes ended spans into their pipeline: those that are sampled, and those that failed although they are not.
import { SpanStatusCode, TraceFlags } from '@opentelemetry/api'
import type { ReadableSpan, SpanProcessor } from '@opentelemetry/sdk-trace'
import type { ExportPipeline } from './export-pipeline.ts'
import { tidyLibrarySpan } from './library-spans.ts'

export function spansInto(pipeline: ExportPipeline<ReadableSpan>): SpanProcessor {
  return {
    onStart() {},
    onEnd(span) {
      const sampled = (span.spanContext().traceFlags & TraceFlags.SAMPLED) !== 0
      if (!sampled && span.status.code !== SpanStatusCode.ERROR) return
      tidyLibrarySpan(span)
      pipeline.add(span)
    },
    // The pipelines are drained by shutdown of Telemetry, which has a deadline.
    forceFlush: async () => {},
    shutdown: async () => {},
  }
}
