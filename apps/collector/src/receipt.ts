// What happens to a frame that carries data: onto the disk first, and only then the ack (DESIGN 4.1).
import { ackCode, controlCodeText } from '@deye-hard/solarman-v5'
import type { Connection } from './connection.ts'
import type { UnackedReason } from './counters.ts'
import type { Parts } from './parts.ts'
import { isBuffered, type Received } from './received.ts'
import type { MessageClass } from './spool/contract.ts'

type Settled = 'durable' | UnackedReason
/** @param seq number in the spool of what is durable. */
type Settle = (outcome: Settled, seq?: number) => void

/**
 * Spools a frame for the ledger and acks it once it is durable; without room it stays unacked and is sent again.
 * @param onAcked Called when its ack was handed over.
 */
export function keepThenAck(
  received: Received,
  connection: Connection,
  parts: Parts,
  onAcked?: (received: Received, connection: Connection) => void,
): void {
  keep('message', received, connection, parts, (outcome, seq) => {
    if (outcome === 'durable' && connection.isOpen) {
      connection.ack(received)
      onAcked?.(received, connection)
      parts.messageTraces.end(received, 'acked', seq)
    } else
      leaveUnacked(outcome === 'durable' ? 'connection_closed' : outcome, received, connection, parts, seq)
  })
}

/** Spools a frame for the ledger that asks for no ack; without room it is gone, for nobody sends it again. */
export function keepWithoutAck(received: Received, connection: Connection, parts: Parts): void {
  keep('message', received, connection, parts, (outcome, seq) => {
    if (outcome !== 'durable') parts.counters.frames_lost += 1
    endTrace(outcome, received, connection, parts, seq)
  })
}

/** Spools what a logger says about itself. The ack does not wait: the logger repeats it with every session and the
 * time in the ack is what its clock waits for, so a lost event costs one line of history and no reading. */
export function keepEvent(received: Received, connection: Connection, parts: Parts): void {
  keep('event', received, connection, parts, (outcome, seq) => {
    if (outcome !== 'durable') parts.counters.events_lost += 1
    endTrace(outcome, received, connection, parts, seq)
  })
}

/** Whatever its kind, a frame that waits for the disk counts against its connection, so that no flood starves the others. */
function keep(
  messageClass: MessageClass,
  { frame }: Received,
  connection: Connection,
  parts: Parts,
  settle: Settle,
): void {
  const isUnknown = parts.knownLoggers.isKnown(frame.loggerSerial) === false
  const refusal = refusalOf(isUnknown, parts)
  if (refusal !== null) {
    settle(refusal)
    return
  }
  connection.frameWaits()
  const entry = {
    bytes: frame.bytes,
    receivedAtMs: parts.clock.wallMs(),
    messageClass,
    loggerSerial: frame.loggerSerial,
    unknownLogger: isUnknown,
  }
  parts.spool.append(entry, (outcome, seq) => {
    if (outcome === 'durable' && messageClass === 'message')
      parts.counters.readings_received[isBuffered(entry.bytes) ? 'buffered' : 'live'] += 1
    settle(outcome, seq)
    connection.frameSettled()
    parts.backPressure.relax()
  })
  parts.backPressure.frameAdded(connection)
}

function refusalOf(isUnknown: boolean, parts: Parts): UnackedReason | null {
  if (parts.backPressure.mustShed()) return 'spool_pending'
  if (!isUnknown) return null
  if (parts.settings.unknownLoggerData === 'ignore') return 'unknown_logger'
  return parts.spool.unknownWaiting() >= parts.settings.spoolMaxUnknownMessages
    ? 'unknown_logger_limit'
    : null
}

function leaveUnacked(
  reason: UnackedReason,
  received: Received,
  connection: Connection,
  parts: Parts,
  seq?: number,
): void {
  const { frame } = received
  parts.counters.frames_unacked[reason] += 1
  parts.messageTraces.fail(received, connection, reason)
  if (parts.log.admits('frame not acknowledged')) {
    const fields = {
      ...connection.describe(),
      control_code: controlCodeText(frame.code),
      packet_size: frame.bytes.length,
      reason,
    }
    parts.log.warn('frame not acknowledged', fields, received.trace?.ref)
  }
  parts.messageTraces.end(received, 'unacked', seq)
}

/** Of a frame whose ack, if it asks for one, has gone before. */
function endTrace(
  outcome: Settled,
  received: Received,
  connection: Connection,
  parts: Parts,
  seq?: number,
): void {
  const { messageTraces } = parts
  if (outcome !== 'durable') {
    messageTraces.fail(received, connection, outcome)
    messageTraces.end(received, 'lost')
  } else messageTraces.end(received, ackCode(received.frame.code) === null ? 'kept' : 'acked', seq)
}
