// The frame that a span is about, and the row that it became: asked of the database when somebody wants to see it.
import type { ComponentChildren } from 'preact'
import { useState } from 'preact/hooks'
import { absence, messageOf, notKept, receivedBetween } from '../../src/pages/drawing/frame-words.ts'
import type { TraceSpan } from '../../src/pages/drawing/waterfall.ts'
import type { FrameRequest, FrameStoryAnswer } from '../../src/pages/page-shapes.ts'
import { postJson, useAsked } from '../shell/server.ts'
import { Failed, RefusedNote, Waiting } from '../shell/states.tsx'
import { duration } from '../shell/words.ts'
import { Facts } from './facts.tsx'

type Data = Extract<FrameStoryAnswer, { kind: 'data' }>

interface FrameStoryProps {
  span: TraceSpan
  spans: readonly TraceSpan[]
}

export function FrameStory({ span, spans }: FrameStoryProps) {
  const message = messageOf(span, spans)
  if (message === null) return null
  return <OneFrame key={message.spanId} message={message} spans={spans} isShown={message === span} />
}

interface OneFrameProps {
  message: TraceSpan
  spans: readonly TraceSpan[]
  /** Its attributes stand on the page already. */
  isShown: boolean
}

function OneFrame({ message, spans, isShown }: OneFrameProps) {
  const [isOpen, setOpen] = useState(false)
  const { attributes } = message
  const serial = String(attributes['logger.serial'])
  const facts = Object.entries(attributes).filter(([name]) => /^(logger|solarman|frame)\./.test(name))
  return (
    <details open={isOpen} onToggle={event => setOpen(event.currentTarget.open)}>
      <summary>
        <h3>Frame and row</h3>
      </summary>
      {isShown ? null : <Facts entries={facts} />}
      {notKept(message) === undefined ? (
        isOpen ? (
          <Asked
            request={{ serial, ...receivedBetween(message) }}
            beganMs={message.startMs}
            absent={absence(message, spans, Date.now())}
          />
        ) : null
      ) : (
        <p class="note">{notKept(message)}</p>
      )}
    </details>
  )
}

interface AskedProps {
  request: FrameRequest
  /** The span, to which the times of receipt are told. */
  beganMs: number
  absent: string
}

function Asked({ request, beganMs, absent }: AskedProps) {
  const asked = useAsked<FrameStoryAnswer>(JSON.stringify(request), signal =>
    postJson('/api/frames', request, signal),
  )
  const { answer } = asked
  if (answer === undefined) return asked.state === 'failed' ? <Failed problem={asked.problem} /> : <Waiting />
  if (answer.kind === 'refused') return <RefusedNote refused={answer} />
  return <Found answer={answer} lateMs={beganMs - request.startMs} absent={absent} />
}

interface FoundProps {
  answer: Data
  /** How much later than the start of the question the span began. */
  lateMs: number
  absent: string
}

function Found({ answer: { rows, quarantined, events, isCut }, lateMs, absent }: FoundProps) {
  if (rows.length + quarantined.length + events.length === 0) return <p class="note">{absent}</p>
  return (
    <>
      {rows.map(({ offsetMs, values }) => (
        <Part
          key={`${values['time']} ${offsetMs}`}
          title={`Row in measurement, received ${after(offsetMs - lateMs)}`}
          note="The bytes of a frame that became a row are not kept."
        >
          <Facts entries={Object.entries(values)} />
        </Part>
      ))}
      {quarantined.map(({ offsetMs, reason, detail, hex, decoded }) => (
        <Part
          key={`${offsetMs} ${hex}`}
          title={`In quarantine: ${reason}, received ${after(offsetMs - lateMs)}`}
          note={detail ?? ''}
        >
          <Facts entries={flat(decoded)} />
          {hex === null ? (
            <p class="note">Its bytes may name a home network and are not shown.</p>
          ) : (
            <pre>{hex}</pre>
          )}
        </Part>
      ))}
      {events.map(({ offsetMs, type }) => (
        <Part
          key={`${type} ${offsetMs}`}
          title={`An event of the logger: ${type}, received ${after(offsetMs - lateMs)}`}
          note="It tells of the logger itself and becomes no measurement."
        />
      ))}
      {isCut ? <p class="note">There are more that were received then (LENS_FRAME_ROWS_MAX).</p> : null}
    </>
  )
}

function Part({ title, note, children }: { title: string; note: string; children?: ComponentChildren }) {
  return (
    <section class="frame-part">
      <h4>{title}</h4>
      {note === '' ? null : <p class="note">{note}</p>}
      {children}
    </section>
  )
}

/** The clocks of span and receipt are read a moment apart. */
function after(offsetMs: number): string {
  const length = duration(Math.abs(offsetMs))
  return offsetMs < 0 ? `${length} before the span began` : `${length} after the span began`
}

function flat(values: Readonly<Record<string, unknown>>): [string, unknown][] {
  return Object.entries(values).flatMap(([name, value]): [string, unknown][] =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.entries(value)
      : [[name, value]],
  )
}
