// Everything the collector counts: plain numbers by name, and by a closed list of reasons where there is more than one.
import { CONTROL, controlCodeText, MALFORMED_REASONS } from '@deye-hard/solarman-v5'
import {
  type ControlCodeLabel,
  CUT_REASONS,
  CLOSED_REASONS as ENDED_REASONS,
  PAUSED_REASONS,
  REFUSED_REASONS,
  UNACKED_REASONS,
} from '@deye-hard/telemetry-schema'

export type RefusedReason = (typeof REFUSED_REASONS)[number]
export type CutReason = (typeof CUT_REASONS)[number]
/** Why an accepted connection ended: the logger's doing, the end of the collector, or one of our limits. */
export const CLOSED_REASONS = [...ENDED_REASONS, ...CUT_REASONS] as const
export type ClosedReason = (typeof CLOSED_REASONS)[number]
export type UnackedReason = (typeof UNACKED_REASONS)[number]
export type PausedReason = (typeof PAUSED_REASONS)[number]

/** Messages by whether they came live or from the memory of a logger. */
export type LiveAndBuffered = Record<'live' | 'buffered', number>

export type CounterValues = Record<string, number | Record<string, number>>

export type Counters = ReturnType<typeof createCounters>

export function createCounters() {
  return {
    connections_accepted: 0,
    connections_refused: byReason(REFUSED_REASONS),
    connections_closed: byReason(CLOSED_REASONS),
    accept_errors: 0,
    reading_paused: byReason(PAUSED_REASONS),
    /** Indexed by control byte: counting a frame must not build a text. */
    frames_received: new Array<number>(256).fill(0),
    frames_malformed: byReason(MALFORMED_REASONS),
    frames_unfinished: 0,
    frames_unexpected: 0,
    frames_retried: 0,
    garbage_bytes: 0,
    /** Messages that became durable, see `solar.readings.received`. */
    readings_received: { live: 0, buffered: 0 } as LiveAndBuffered,
    acks_sent: 0,
    acks_late: 0,
    /** Retries of records that had been acked. */
    acks_ignored: 0,
    acks_accepted: 0,
    acks_not_accepted: 0,
    frames_unacked: byReason(UNACKED_REASONS),
    events_lost: 0,
    /** Frames that ask for no ack and found no room. */
    frames_lost: 0,
    sessions_doubled: 0,
    serials_changed: 0,
    probes_sent: 0,
    probes_answered: 0,
  }
}

/** The counters as `/status` shows them. */
export function snapshotCounters(counters: Counters): CounterValues {
  const { frames_received: byCode, ...plain } = counters
  return { ...plain, frames_received: namedCodes(byCode) }
}

/** Only codes that a logger is known to send have a name: what a stranger sends must not grow the list. */
export const LOGGER_CODES: readonly number[] = [
  CONTROL.hello,
  CONTROL.data,
  CONTROL.wifiInfo,
  CONTROL.heartbeat,
  CONTROL.report,
  CONTROL.response,
  CONTROL.interim,
]
const LABELS = Array.from({ length: 256 }, (_, code) => {
  return LOGGER_CODES.includes(code) ? (controlCodeText(code) as ControlCodeLabel) : 'other'
})

/** Label of a control byte, for metrics and status. */
export function controlCodeLabel(code: number): ControlCodeLabel {
  return LABELS[code] ?? 'other'
}

function namedCodes(byCode: readonly number[]): Record<string, number> {
  const named: Record<string, number> = { other: 0 }
  for (const code of LOGGER_CODES) named[controlCodeLabel(code)] = 0
  for (const [code, count] of byCode.entries()) named[controlCodeLabel(code)]! += count
  return named
}

export function byReason<R extends string>(reasons: readonly R[]): Record<R, number> {
  return Object.fromEntries(reasons.map(reason => [reason, 0])) as Record<R, number>
}
