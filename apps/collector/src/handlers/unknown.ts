// Control codes that nobody has described or only servers send: kept with their bytes, so that they end in quarantine.
import { ackCode, controlCodeText } from '@deye-hard/solarman-v5'
import { keepThenAck, keepWithoutAck } from '../receipt.ts'
import type { Handler } from './index.ts'

export const handleUnknown: Handler = (received, connection, parts) => {
  const { frame } = received
  parts.messageTraces.fail(received, connection, 'unknown_control_code')
  // A logger that waits for the generic ack may otherwise restart (reference 2.1, 3.4).
  if (ackCode(frame.code) !== null) {
    keepThenAck(received, connection, parts)
    return
  }
  parts.counters.frames_unexpected += 1
  const fields = {
    ...connection.describe(),
    control_code: controlCodeText(frame.code),
    packet_size: frame.bytes.length,
  }
  parts.log.warn('frame with a code that loggers do not send', fields, received.trace?.ref)
  keepWithoutAck(received, connection, parts)
}
