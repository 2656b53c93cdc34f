// Which messages get a span: some of the good ones by a coin, those in trouble always, within a budget. Heartbeats get none.
import { CONTROL, controlCodeText, type Malformed } from '@deye-hard/solarman-v5'
import { recordSpan } from '@deye-hard/telemetry'
import type { Clock } from '../clock.ts'
import type { Connection } from '../connection.ts'
import type { UnackedReason } from '../counters.ts'
import { isBuffered, type Received } from '../received.ts'
import { openLoneSpan } from './lone-span.ts'
import type { Tracing } from './tracing.ts'

/** `kept` and `lost` are frames that ask for no ack. */
export type FrameOutcome = 'acked' | 'kept' | 'unacked' | 'lost' | 'failed'
export type FrameError = UnackedReason | 'unknown_control_code' | 'handler_error'

export interface MalformedBytes {
  /** `unfinished`: a frame start whose rest never came; what came is garbage and told as such. */
  reason: Malformed['reason'] | 'unfinished'
  offset: number
  skippedBytes?: number
}

export class MessageTraces {
  readonly #tracing: Tracing
  readonly #clock: Clock

  constructor(tracing: Tracing, clock: Clock) {
    this.#tracing = tracing
    this.#clock = clock
  }

  /** Asks the coin. */
  begin(received: Received, connection: Connection): void {
    const { budget } = this.#tracing
    if (received.frame.code === CONTROL.heartbeat || !budget.takesMessage(received.atMs)) return
    this.#open(received, connection, budget.messageProbability)
  }

  /** Something is wrong with the message: it is traced whatever the coin said. `end` must follow. */
  fail(received: Received, connection: Connection, errorType: FrameError, exception?: unknown): void {
    const { budget } = this.#tracing
    if (received.trace === null && budget.takesError())
      this.#open(received, connection, budget.errorProbability)
    if (exception !== undefined) received.trace?.recordException(exception)
    received.trace?.fail(errorType)
  }

  /** @param seq Number in the spool of a message that is durable. */
  end(received: Received, outcome: FrameOutcome, seq?: number): void {
    const { trace } = received
    if (trace === null) return
    received.trace = null
    trace.set({ 'frame.outcome': outcome })
    if (seq !== undefined) this.#tracing.messages.add(seq, trace.ref)
    trace.end()
  }

  /** Bytes that are no frame. */
  malformed(connection: Connection, { reason, offset, skippedBytes }: MalformedBytes): void {
    const { budget } = this.#tracing
    if (!budget.takesError()) return
    const nowMs = this.#clock.wallMs()
    recordSpan('logger message', {
      parent: null,
      startMs: nowMs,
      endMs: nowMs,
      errorType: reason,
      links: linksOf(connection),
      attributes: {
        ...(connection.loggerSerial !== null && { 'logger.serial': String(connection.loggerSerial) }),
        'solarman.control_code': 'none',
        ...(skippedBytes !== undefined && { 'frame.size': skippedBytes }),
        'frame.offset': offset,
        'frame.outcome': 'malformed',
        'sampling.probability': budget.errorProbability,
      },
    })
  }

  #open(received: Received, connection: Connection, probability: number): void {
    const { frame, offset, atMs } = received
    const waitedMs = Math.round(this.#clock.monotonicMs() - atMs)
    received.trace = openLoneSpan('logger message', {
      parent: null,
      links: linksOf(connection),
      // A start that is given costs the end its fraction of a millisecond, so only what has waited gets one.
      ...(waitedMs > 0 && { startMs: this.#clock.wallMs() - waitedMs }),
      attributes: {
        'logger.serial': String(frame.loggerSerial),
        'solarman.control_code': controlCodeText(frame.code),
        'solarman.buffered': isBuffered(frame.bytes),
        'frame.size': frame.bytes.length,
        'frame.offset': offset,
        'sampling.probability': probability,
      },
    })
  }
}

function linksOf({ newestPart }: Connection) {
  return newestPart === null ? [] : [newestPart]
}
