// What happens to a frame that carries data: onto the disk first, and only then the ack (DESIGN 4.1).
import type { Frame } from '@deye-hard/solarman-v5'
import { controlCodeText } from '@deye-hard/solarman-v5'
import type { Connection } from './connection.ts'
import type { UnackedReason } from './counters.ts'
import type { Parts } from './parts.ts'
import type { MessageClass } from './spool/contract.ts'

type Settled = 'durable' | UnackedReason

/** Spools `frame` for the ledger and acks it once it is durable; without room it stays unacked and is sent again. */
export function keepThenAck(frame: Frame, connection: Connection, parts: Parts): void {
  keep('message', frame, connection, parts, outcome => {
    if (outcome !== 'durable') leaveUnacked(outcome, frame, connection, parts)
    else if (!connection.isOpen) parts.counters.frames_unacked.connection_closed += 1
    else connection.ack(frame)
  })
}

/** Spools a frame for the ledger that asks for no ack; without room it is gone, for nobody sends it again. */
export function keepWithoutAck(frame: Frame, connection: Connection, parts: Parts): void {
  keep('message', frame, connection, parts, outcome => {
    if (outcome !== 'durable') parts.counters.frames_lost += 1
  })
}

/** Spools what a logger says about itself. The ack does not wait: the logger repeats it with every session and the
 * time in the ack is what its clock waits for, so a lost event costs one line of history and no reading. */
export function keepEvent(frame: Frame, connection: Connection, parts: Parts): void {
  keep('event', frame, connection, parts, outcome => {
    if (outcome !== 'durable') parts.counters.events_lost += 1
  })
}

/** Whatever its kind, a frame that waits for the disk counts against its connection, so that no flood starves the others. */
function keep(
  messageClass: MessageClass,
  frame: Frame,
  connection: Connection,
  parts: Parts,
  settle: (outcome: Settled) => void,
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
  parts.spool.append(entry, outcome => {
    settle(outcome)
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
