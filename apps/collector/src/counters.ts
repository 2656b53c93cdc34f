// Everything the collector counts: plain numbers by name, and by a closed list of reasons where there is more than one.
import { CONTROL, controlCodeText, MALFORMED_REASONS } from '@deye-hard/solarman-v5'

/** Why a new connection was closed at once. */
export const REFUSED_REASONS = [
  'connections_max',
  'connections_per_address_max',
  'spool_full',
  'spool_pending',
  'event_loop_delay',
  'accept_backoff',
  'stopping',
] as const
export type RefusedReason = (typeof REFUSED_REASONS)[number]

/** Why an accepted connection ended; `peer` and `peer_error` are the logger's doing. */
export const CLOSED_REASONS = [
  'peer',
  'peer_error',
  'first_frame_timeout',
  'idle',
  'garbage_limit',
  'slow_reader',
  'tls_client_hello',
  'v4_frame',
  'handler_error',
  'shutdown',
] as const
export type ClosedReason = (typeof CLOSED_REASONS)[number]

/** Why a frame that asks for an ack got none. */
export const UNACKED_REASONS = [
  'spool_full',
  'disk_error',
  'spool_pending',
  'unknown_logger',
  'unknown_logger_limit',
  'connection_closed',
] as const
export type UnackedReason = (typeof UNACKED_REASONS)[number]

/** Why a connection was not read for a while. */
export const PAUSED_REASONS = ['spool_pending', 'unacked_frames'] as const
export type PausedReason = (typeof PAUSED_REASONS)[number]

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
    acks_sent: 0,
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
    log_lines_suppressed: 0,
  }
}

/** The counters as `/status` shows them. */
export function snapshotCounters(counters: Counters): CounterValues {
  const { frames_received: byCode, ...plain } = counters
  return { ...plain, frames_received: namedCodes(byCode) }
}

/** Only codes that a logger is known to send get a key: what a stranger sends must not grow the list. */
const LOGGER_CODES = [
  CONTROL.hello,
  CONTROL.data,
  CONTROL.wifiInfo,
  CONTROL.heartbeat,
  CONTROL.report,
  CONTROL.response,
  CONTROL.interim,
]

function namedCodes(byCode: readonly number[]): Record<string, number> {
  const named: Record<string, number> = { other: 0 }
  for (const code of LOGGER_CODES) named[controlCodeText(code)] = 0
  for (const [code, count] of byCode.entries()) {
    const name = (LOGGER_CODES as number[]).includes(code) ? controlCodeText(code) : 'other'
    named[name] = (named[name] ?? 0) + count
  }
  return named
}

function byReason<R extends string>(reasons: readonly R[]): Record<R, number> {
  return Object.fromEntries(reasons.map(reason => [reason, 0])) as Record<R, number>
}
