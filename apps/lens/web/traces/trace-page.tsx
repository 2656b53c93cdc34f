// One trace: the waterfall of its spans, and of the chosen span its attributes, events and log lines.
import { useMemo } from 'preact/hooks'
import { type Waterfall, type WaterfallRow, waterfall } from '../../src/pages/drawing/waterfall.ts'
import type { Refused, TraceAnswer } from '../../src/pages/page-shapes.ts'
import { LogLines } from '../logs/log-lines.tsx'
import { useTitle } from '../shell/app.tsx'
import { go, Link, usePlace, withQuery } from '../shell/place.tsx'
import { getJson, useAsked } from '../shell/server.ts'
import { Failed, RefusedNote, Waiting } from '../shell/states.tsx'
import { duration, exactTime } from '../shell/words.ts'
import { SpanDetails } from './span-details.tsx'

export function TracePage({ traceId }: { traceId: string }) {
  useTitle(`Trace ${traceId.slice(0, 8)}`)
  const asked = useAsked<TraceAnswer | Refused>(traceId, signal => getJson(`/api/traces/${traceId}`, signal))
  const { answer } = asked
  return (
    <>
      <p class="crumbs">
        <Link href="/traces">Traces</Link>
      </p>
      <h1>
        Trace <code>{traceId}</code>
      </h1>
      {answer === undefined ? (
        asked.state === 'failed' ? (
          <Failed problem={asked.problem} />
        ) : (
          <Waiting />
        )
      ) : 'kind' in answer ? (
        <RefusedNote refused={answer} />
      ) : (
        <Trace answer={answer} />
      )}
    </>
  )
}

function Trace({ answer }: { answer: TraceAnswer }) {
  const { query } = usePlace()
  const drawn = useMemo(() => waterfall(answer.spans), [answer])
  const linesOf = (spanId: string) => answer.logs.filter(line => line.spanId === spanId)
  const chosen = drawn.rows.find(({ span }) => span.spanId === query.get('span')) ?? drawn.rows[0]
  const services = [...new Set(answer.spans.map(({ service }) => service))]
  const alone = answer.logs.filter(line => !answer.spans.some(({ spanId }) => spanId === line.spanId))
  return (
    <>
      <p class="note">
        {drawn.rows.length === 0
          ? 'Its spans are not kept, only its log lines.'
          : `${exactTime(drawn.startMs)}, ${duration(drawn.durationMs)}, ${drawn.rows.length} spans of ${services.join(', ')}, ${answer.logs.length} log lines`}
        {answer.isCut ? '; it has more than are shown (LENS_TRACE_SPANS_MAX, LENS_TRACE_LINES_MAX)' : ''}
      </p>
      <div class="trace">
        <Rows drawn={drawn} chosen={chosen} services={services} countOf={spanId => linesOf(spanId).length} />
        {chosen === undefined ? null : (
          <SpanDetails
            row={chosen}
            traceStartMs={drawn.startMs}
            lines={linesOf(chosen.span.spanId)}
            spans={answer.spans}
          />
        )}
      </div>
      {alone.length === 0 ? null : (
        <section>
          <h2>Log lines of spans that are not kept</h2>
          <LogLines lines={alone} isInTrace />
        </section>
      )}
    </>
  )
}

interface RowsProps {
  drawn: Waterfall
  chosen: WaterfallRow | undefined
  services: readonly string[]
  countOf(spanId: string): number
}

function Rows({ drawn, chosen, services, countOf }: RowsProps) {
  return (
    <ol class="waterfall" aria-label="Spans">
      {drawn.rows.map(row => {
        const { span, depth, offset, width, isOrphan } = row
        const lines = countOf(span.spanId)
        const place = { '--depth': String(depth), '--offset': String(offset), '--width': String(width) }
        return (
          <li key={span.spanId}>
            <button
              type="button"
              style={place}
              aria-pressed={row === chosen}
              onClick={() => go(withQuery({ span: span.spanId }), 'replace')}
            >
              <span class="span-name">
                {isOrphan ? <span title="Its parent is not kept">⤷ </span> : null}
                {span.name}
                <small>{` ${span.service}`}</small>
                {lines === 0 ? null : (
                  <small class="count">{` ${lines} ${lines === 1 ? 'line' : 'lines'}`}</small>
                )}
              </span>
              <span class="span-track" aria-hidden="true">
                <span
                  class={`span-bar service-${services.indexOf(span.service) % 4} ${span.hasError ? 'bad' : ''}`}
                />
              </span>
              <span class={`span-time ${span.hasError ? 'text bad' : ''}`}>
                {duration(span.durationMs)}
                {span.hasError ? ' error' : ''}
              </span>
            </button>
          </li>
        )
      })}
    </ol>
  )
}
