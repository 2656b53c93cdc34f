// The spans of one connection: a part when its first frame has come, one more each interval, and one at its end.
// Each is recorded when it is over and links to the one before it, so no span stays open for days and a crash costs one part.
import { isTracing, recordSpan, type TraceRef } from '@deye-hard/telemetry'
import type { Clock } from '../clock.ts'
import type { ClosedReason } from '../counters.ts'

/** Ends that are somebody's fault; silence is none: every logger without sun falls silent. */
const FAULTS: readonly ClosedReason[] = [
  'garbage_limit',
  'slow_reader',
  'tls_client_hello',
  'v4_frame',
  'handler_error',
]

/** What a part says of its connection. */
export interface TracedConnection {
  readonly remoteAddress: string
  readonly loggerSerial: number | null
  /** Since it was accepted. */
  readonly counts: { frames: number; acks: number; malformed: number }
}

export interface ConnectionTrace {
  /** The newest part; null before the first. */
  readonly newest: TraceRef | null
  /** Monotonic ms at which a part is due; infinite before the first frame. */
  readonly partDueMs: number
  opened(connection: TracedConnection): void
  /** Records a part when one is due. */
  look(connection: TracedConnection, nowMs: number): void
  closed(connection: TracedConnection, reason: ClosedReason): void
}

/** null while telemetry is off: then an idle connection holds nothing for it. */
export function traceConnection(clock: Clock, intervalMs: number): ConnectionTrace | null {
  return isTracing() ? new ConnectionParts(clock, intervalMs) : null
}

class ConnectionParts implements ConnectionTrace {
  newest: TraceRef | null = null
  partDueMs = Number.POSITIVE_INFINITY
  readonly #clock: Clock
  readonly #intervalMs: number
  readonly #acceptedAtMs: number
  /** Wall clock, like all times that a span carries. */
  #partSinceMs: number

  constructor(clock: Clock, intervalMs: number) {
    this.#clock = clock
    this.#intervalMs = intervalMs
    this.#acceptedAtMs = clock.wallMs()
    this.#partSinceMs = this.#acceptedAtMs
  }

  opened(connection: TracedConnection): void {
    this.#record(connection, 'opened')
    this.partDueMs = this.#clock.monotonicMs() + this.#intervalMs
  }

  look(connection: TracedConnection, nowMs: number): void {
    if (nowMs < this.partDueMs) return
    this.#record(connection, 'open')
    this.partDueMs = nowMs + this.#intervalMs
  }

  closed(connection: TracedConnection, reason: ClosedReason): void {
    this.#record(connection, 'closed', reason)
  }

  #record(connection: TracedConnection, phase: string, reason?: ClosedReason): void {
    const { remoteAddress, loggerSerial, counts } = connection
    const nowMs = this.#clock.wallMs()
    const part = recordSpan('logger connection', {
      parent: null,
      startMs: Math.min(this.#partSinceMs, nowMs),
      endMs: nowMs,
      links: this.newest === null ? [] : [this.newest],
      ...(reason !== undefined && FAULTS.includes(reason) && { errorType: reason }),
      attributes: {
        'connection.phase': phase,
        ...(reason !== undefined && { 'connection.close_reason': reason }),
        'connection.frames': counts.frames,
        'connection.acks': counts.acks,
        'connection.malformed': counts.malformed,
        'connection.age': Math.max(0, nowMs - this.#acceptedAtMs) / 1_000,
        ...(loggerSerial !== null && { 'logger.serial': String(loggerSerial) }),
        'client.address': remoteAddress,
      },
    })
    // Without a part that was recorded, the next one links to the last that was.
    this.newest = part ?? this.newest
    this.#partSinceMs = nowMs
  }
}
