// What happens to a frame that carries data: onto the disk first, and only then the ack (DESIGN 4.1).
import type { Frame } from '@deye-hard/solarman-v5'
import { controlCodeText } from '@deye-hard/solarman-v5'
import type { Connection } from './connection.ts'
import type { UnackedReason } from './counters.ts'
import type { Parts } from './parts.ts'
import type { AppendOutcome } from './spool/contract.ts'

/** Spools `frame` for the ledger and acks it once it is durable; without room it stays unacked and is sent again. */
export function keepThenAck(frame: Frame, connection: Connection, parts: Parts): void {
  const isUnknown = parts.knownLoggers.isKnown(frame.loggerSerial) === false
  const refusal = refusalOf(isUnknown, parts)
  if (refusal !== null) {
    leaveUnacked(refusal, frame, connection, parts)
    return
  }
  connection.frameWaits()
  const entry = {
    bytes: frame.bytes,
    receivedAtMs: parts.clock.wallMs(),
    messageClass: 'message' as const,
    loggerSerial: frame.loggerSerial,
    unknownLogger: isUnknown,
  }
  parts.spool.append(entry, outcome => settle(outcome, frame, connection, parts))
  parts.backPressure.frameAdded(connection)
}

/** Spools what a logger says about itself. The ack does not wait: the logger repeats it with every session and the
 * time in the ack is what its clock waits for, so a lost event costs one line of history and no reading. */
export function keepEvent(frame: Frame, parts: Parts): void {
  const isUnknown = parts.knownLoggers.isKnown(frame.loggerSerial) === false
  if (refusalOf(isUnknown, parts) !== null) {
    parts.counters.events_lost += 1
    return
  }
  const entry = {
    bytes: frame.bytes,
    receivedAtMs: parts.clock.wallMs(),
    messageClass: 'event' as const,
    loggerSerial: frame.loggerSerial,
    unknownLogger: isUnknown,
  }
  parts.spool.append(entry, outcome => {
    if (outcome !== 'durable') parts.counters.events_lost += 1
  })
}

function refusalOf(isUnknown: boolean, parts: Parts): UnackedReason | null {
  if (parts.backPressure.mustShed()) return 'spool_pending'
  if (!isUnknown) return null
  if (parts.settings.unknownLoggerData === 'ignore') return 'unknown_logger'
  return parts.spool.unknownWaiting() >= parts.settings.spoolMaxUnknownMessages
    ? 'unknown_logger_limit'
    : null
}

function settle(outcome: AppendOutcome, frame: Frame, connection: Connection, parts: Parts): void {
  if (outcome !== 'durable') leaveUnacked(outcome, frame, connection, parts)
  else if (!connection.isOpen) parts.counters.frames_unacked.connection_closed += 1
  else connection.ack(frame)
  connection.frameSettled()
  parts.backPressure.relax()
}

function leaveUnacked(reason: UnackedReason, frame: Frame, connection: Connection, parts: Parts): void {
  parts.counters.frames_unacked[reason] += 1
  if (!parts.log.admits('frameUnacked')) return
  parts.log.write('frameUnacked', {
    ...connection.describe(),
    control_code: controlCodeText(frame.code),
    packet_size: frame.bytes.length,
    reason,
  })
}
