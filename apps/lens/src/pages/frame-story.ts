// What became of the frame that a span is about: its row, its place in quarantine with the bytes decoded, an event, or nothing that is left.
import { CONTROL, type Description, describeFrame, readStream } from '@deye-hard/solarman-v5'
import type { FleetRows, MessageRows, Values } from '../postgres/fleet-rows.ts'
import { type Bounds, bounded } from './bounds.ts'
import type { FrameRequest, FrameStoryAnswer, KeptFrame } from './page-shapes.ts'

/** The clock of the span and that of receipt are read a moment apart, in one process. */
const AROUND_MS = 1_000
const NO_DATABASE = 'LENS_DATABASE_URL is not set, so that there are no rows to look at'

export async function frameStory(
  rows: FleetRows | undefined,
  { serial, startMs, endMs }: FrameRequest,
  bounds: Bounds,
): Promise<FrameStoryAnswer> {
  if (rows === undefined) return { kind: 'refused', query: '', reason: NO_DATABASE }
  const { frameRows } = bounds.limits
  const answer = await rows.messages(
    serial,
    Math.floor(startMs) - AROUND_MS,
    Math.ceil(endMs) + AROUND_MS,
    frameRows,
  )
  if (answer.kind === 'refused') return { ...answer, query: 'rows' }
  const { measurements, quarantined, events } = answer.value
  const kept = {
    rows: bounded(measurements, 'frameRows', bounds),
    quarantined: bounded(quarantined, 'frameRows', bounds),
    events: bounded(events, 'frameRows', bounds),
  }
  return {
    kind: 'data',
    rows: kept.rows.kept.map(values => ({ offsetMs: offsetOf(values, startMs), values })),
    quarantined: kept.quarantined.kept.map(one => keptFrame(one, startMs)),
    events: kept.events.kept.map(({ event_type, received_at }) => ({
      type: event_type,
      offsetMs: received_at.getTime() - startMs,
    })),
    isCut: Object.values(kept).some(({ left }) => left > 0),
  }
}

function offsetOf({ received_at }: Values, startMs: number): number {
  return Date.parse(String(received_at)) - startMs
}

/** The bytes as they came, where they are a measurement, and what they say. */
function keptFrame(
  { received_at, reason, detail, frame }: MessageRows['quarantined'][number],
  startMs: number,
): KeptFrame {
  const [read] = readStream(frame)
  const about = { offsetMs: received_at.getTime() - startMs, reason, detail }
  if (read?.kind !== 'frame') return { ...about, hex: null, decoded: { valid: false } }
  const isData = read.frame.code === CONTROL.data
  const decoded = describeFrame(read.frame)
  return {
    ...about,
    hex: isData ? frame.toString('hex') : null,
    decoded: isData ? decoded : withoutBytes(decoded),
  }
}

/** What a logger says of itself holds the name of a network and addresses of its owner: not for a page without accounts. */
function withoutBytes(decoded: Description): Description {
  return Object.fromEntries(Object.entries(decoded).filter(([name]) => !/hex|bytes|text/.test(name)))
}
