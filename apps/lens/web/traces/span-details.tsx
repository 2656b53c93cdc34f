// One span of a trace in full: attributes, resource, events, and the log lines that were written in it.
import type { TraceSpan, WaterfallRow } from '../../src/pages/drawing/waterfall.ts'
import type { LogLine } from '../../src/pages/page-shapes.ts'
import { LogLines } from '../logs/log-lines.tsx'
import { Link } from '../shell/place.tsx'
import { duration } from '../shell/words.ts'
import { Facts } from './facts.tsx'
import { FrameStory } from './frame-story.tsx'

/** Log lines from so long before and after are shown for a span's logger. */
const AROUND_MS = 60_000

interface SpanDetailsProps {
  row: WaterfallRow
  traceStartMs: number
  lines: readonly LogLine[]
  /** Of the whole trace. */
  spans: readonly TraceSpan[]
}

export function SpanDetails({ row: { span }, traceStartMs, lines, spans }: SpanDetailsProps) {
  const facts: [string, unknown][] = [
    ['service', span.service],
    ['kind', span.kind],
    ['start', `${duration(span.startMs - traceStartMs)} after the first`],
    ['duration', duration(span.durationMs)],
    ...(span.statusMessage === '' ? [] : [['status', span.statusMessage] as [string, unknown]]),
  ]
  const logger = span.attributes['logger.serial']
  return (
    <section class="span-details" aria-label={`Span ${span.name}`} aria-live="polite">
      <h2>{span.name}</h2>
      <Facts entries={facts} />
      {logger === undefined ? null : <LoggerLinks serial={String(logger)} ms={span.startMs} />}
      <FrameStory span={span} spans={spans} />
      <h3>Attributes</h3>
      <Facts entries={Object.entries(span.attributes)} />
      {span.events.length === 0 ? null : (
        <>
          <h3>Events</h3>
          {span.events.map((event, index) => (
            <div key={`${event.name} ${index}`} class="span-event">
              <p>{`${event.name}, ${duration(event.ms - traceStartMs)} after the first span`}</p>
              <Facts entries={Object.entries(event.attributes)} />
            </div>
          ))}
        </>
      )}
      <h3>Log lines</h3>
      {lines.length === 0 ? <p class="note">None in this span</p> : <LogLines lines={lines} isInTrace />}
      <details>
        <summary>Resource</summary>
        <Facts entries={Object.entries(span.resource)} />
      </details>
    </section>
  )
}

function LoggerLinks({ serial, ms }: { serial: string; ms: number }) {
  const query = new URLSearchParams({
    from: String(Math.floor(ms - AROUND_MS)),
    to: String(Math.ceil(ms + AROUND_MS)),
    filter: `logger_serial = ${serial}`,
  })
  return (
    <p>
      <Link href={`/logs?${query}`}>Log lines of this logger</Link>
      {' · '}
      <Link href={`/dashboards/fleet?var-logger=${encodeURIComponent(serial)}`}>Its dashboard</Link>
    </p>
  )
}
