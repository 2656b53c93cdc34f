// Holds one answer of a server against reference 3.1, byte by byte.
import type { Frame } from '@deye-hard/solarman-v5'

const ACK_BYTES = 23
const ANSWER_DISTANCE = 0x30
const STATUS_OK = 1
const STATUS_AT = 12
const FRAME_TYPE_AT = 11
const UNIX_TIME_AT = 13

/**
 * What is wrong with the answer, or null. Length, suffix, checksum and end byte were checked by the reader that made
 * the frame. Byte 5 is the server's own affair: received + 1 and a running counter are both in use (reference 1.4).
 */
export function ackProblem(request: Frame, answer: Frame): string | null {
  const { bytes } = answer
  if (bytes.length !== ACK_BYTES) {
    return `has ${bytes.length} bytes in place of ${ACK_BYTES}`
  }
  const frameType = request.payload[0] ?? 0
  const checks: readonly [ok: boolean, problem: string][] = [
    [answer.code === request.code - ANSWER_DISTANCE, 'does not answer this control code'],
    [answer.seqLogger === request.seqLogger, 'does not copy the sequence byte of the logger'],
    [answer.loggerSerial === request.loggerSerial, 'does not copy the serial'],
    [bytes[FRAME_TYPE_AT] === frameType, 'does not copy the frame type'],
    [bytes[STATUS_AT] === STATUS_OK, 'has a status other than 1'],
    [bytes.readUInt32LE(UNIX_TIME_AT) > 0, 'holds no time'],
  ]
  return checks.find(([ok]) => !ok)?.[1] ?? null
}
