// 0x4210: a record of measurements, live or buffered. Its body is not looked at here: what cannot be decoded is kept too.
import type { Frame } from '@deye-hard/solarman-v5'
import type { Connection } from '../connection.ts'
import type { Parts } from '../parts.ts'
import { keepThenAck } from '../receipt.ts'
import type { Received } from '../received.ts'
import type { Handler } from './index.ts'

const LIVE = 0x01
/** Payload offsets of the common head, reference 2.4. */
const WORK_TIME_OFFSET = 3
const RECORD_COUNTER_OFFSET = 17
const HEAD_BYTES = 21
/** The second and third copy come 11 and 22 s after the first (reference 3.4). */
const RETRY_WINDOW_S = 60

export const handleData: Handler = (received, connection, parts) => {
  noteRetry(received.frame, connection, parts)
  keepThenAck(received, connection, parts, noteAcked)
}

/** The same live record again, a little later: our ack of the first copy was not accepted, if there was one (reference 3.4). */
function noteRetry({ payload, loggerSerial }: Frame, connection: Connection, parts: Parts): void {
  if (payload.length < HEAD_BYTES || payload[0] !== LIVE) return
  const workTimeS = payload.readUInt32LE(WORK_TIME_OFFSET)
  const recordCounter = payload.readUInt32LE(RECORD_COUNTER_OFFSET)
  const laterS = workTimeS - connection.lastWorkTimeS
  if (recordCounter === connection.lastRecordCounter && laterS > 0 && laterS <= RETRY_WINDOW_S) {
    parts.counters.frames_retried += 1
    if (connection.isLastRecordAcked) {
      parts.counters.acks_ignored += 1
      parts.contacts.retried(loggerSerial)
    }
  }
  connection.lastWorkTimeS = workTimeS
  connection.lastRecordCounter = recordCounter
  connection.isLastRecordAcked = false
}

function noteAcked({ frame: { payload } }: Received, connection: Connection): void {
  if (payload.length < HEAD_BYTES || payload[0] !== LIVE) return
  if (payload.readUInt32LE(RECORD_COUNTER_OFFSET) === connection.lastRecordCounter)
    connection.isLastRecordAcked = true
}
