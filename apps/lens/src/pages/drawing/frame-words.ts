// What is said of the frame that a span is about: which span of the trace names it, and what became of it.
import type { TimeRange } from './time-range.ts'
import type { TraceSpan } from './waterfall.ts'

const MESSAGE = 'logger message'
/** Alone in its trace where only the trouble with the payload was recorded. */
const DECODE = 'message decode'
/** So long a frame may wait for its batch before it is decoded; one that waits longer is not found by its decoding. */
const BATCH_WAIT_MS = 10_000
/** Shorter ago, and the batch of the frame may not have left. */
const UNDER_WAY_MS = 60_000
/** What a frame came to that was never durable. */
const NOT_KEPT: Readonly<Record<string, string>> = {
  unacked: 'It was not kept and not acked, so that the logger keeps it and sends it again.',
  lost: 'It was not kept: it asks for no ack, and there was no room.',
  malformed: 'These bytes are no frame; they were skipped and counted.',
  failed: 'A handler failed on it, so that it was not acked; the logger sends it again.',
}

/** Null when the trace is about no frame of a known logger. */
export function messageOf(span: TraceSpan, spans: readonly TraceSpan[]): TraceSpan | null {
  const byId = new Map(spans.map(one => [one.spanId, one]))
  const seen = new Set<string>()
  for (let at: TraceSpan | undefined = span; at !== undefined && !seen.has(at.spanId); ) {
    if (at.name === MESSAGE) return known(at)
    seen.add(at.spanId)
    at = byId.get(at.parentSpanId)
  }
  return known(spans.find(({ name }) => name === MESSAGE)) ?? known(spans.find(({ name }) => name === DECODE))
}

/** When its frame was received. */
export function receivedBetween({ name, startMs, durationMs }: TraceSpan): TimeRange {
  const waitMs = name === DECODE ? BATCH_WAIT_MS : 0
  return { startMs: Math.floor(startMs - waitMs), endMs: Math.ceil(startMs + durationMs) }
}

function known(span: TraceSpan | undefined): TraceSpan | null {
  return span?.attributes['logger.serial'] === undefined ? null : span
}

/** Undefined when it was kept, so that there should be something of it. */
export function notKept(message: TraceSpan): string | undefined {
  return NOT_KEPT[String(message.attributes['frame.outcome'] ?? '')]
}

/** Why nothing of a kept frame may be found. */
export function absence(message: TraceSpan, spans: readonly TraceSpan[], nowMs: number): string {
  if (nowMs - message.startMs < UNDER_WAY_MS)
    return 'Nothing of it is in the database yet; its batch may be under way. Look again in a moment.'
  const shipment = spans.find(({ name }) => name === 'shipment')
  if (Number(shipment?.attributes['batch.duplicates'] ?? 0) > 0)
    return 'No row was received then. Its batch had duplicates: it was most likely one of them, and its row is that of the first copy.'
  if (shipment?.hasError === true)
    return 'No row was received then. Its batch failed and is sent again from the spool.'
  return 'No row, event or quarantined frame was received then: a duplicate of an earlier frame, still in the spool, or already past its retention.'
}
