// The spans of one trace as rows of a waterfall: depth first, children by their start, each with its place in the time of the trace.

export interface TraceSpan {
  spanId: string
  parentSpanId: string
  name: string
  service: string
  kind: string
  /** Since the epoch, with fractions. */
  startMs: number
  durationMs: number
  hasError: boolean
  statusMessage: string
  attributes: Readonly<Record<string, string | number | boolean>>
  resource: Readonly<Record<string, string>>
  events: readonly SpanEvent[]
}

export interface SpanEvent {
  name: string
  ms: number
  attributes: Readonly<Record<string, unknown>>
}

export interface WaterfallRow {
  span: TraceSpan
  depth: number
  /** Its parent is not among the spans: sampled away, or not arrived yet. */
  isOrphan: boolean
  /** Shares of the time of the whole trace. */
  offset: number
  width: number
}

export interface Waterfall {
  startMs: number
  durationMs: number
  rows: WaterfallRow[]
}

export function waterfall(spans: readonly TraceSpan[]): Waterfall {
  const startMs = spans.reduce((first, span) => Math.min(first, span.startMs), Number.POSITIVE_INFINITY)
  const endMs = spans.reduce((last, span) => Math.max(last, span.startMs + span.durationMs), 0)
  const durationMs = Math.max(endMs - startMs, 0.001)
  const known = new Set(spans.map(({ spanId }) => spanId))
  const children = new Map<string, TraceSpan[]>()
  const roots: TraceSpan[] = []
  for (const span of [...spans].sort((a, b) => a.startMs - b.startMs)) {
    const { parentSpanId, spanId } = span
    if (!known.has(parentSpanId) || parentSpanId === spanId) roots.push(span)
    else children.set(parentSpanId, [...(children.get(parentSpanId) ?? []), span])
  }
  const rows: WaterfallRow[] = []
  const placed = new Set<string>()
  const place = (root: TraceSpan) => {
    const stack = [{ span: root, depth: 0 }]
    for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
      const { span, depth } = next
      if (placed.has(span.spanId)) continue
      placed.add(span.spanId)
      rows.push({
        span,
        depth,
        isOrphan: depth === 0 && span.parentSpanId !== '',
        offset: (span.startMs - startMs) / durationMs,
        width: span.durationMs / durationMs,
      })
      const below = children.get(span.spanId) ?? []
      for (const child of below.toReversed()) stack.push({ span: child, depth: depth + 1 })
    }
  }
  for (const root of roots) place(root)
  // What is left names each other as parents; it is shown rather than lost.
  for (const span of spans) place(span)
  return { startMs, durationMs, rows }
}
