// The 23-byte answer of the server, byte-exact by reference/solarman-v5.md 3.1.
import { CONTROL, CONTROL_SUFFIX, END_BYTE, type Frame, START_BYTE } from './frame.ts'

const ACK_PAYLOAD_BYTES = 10
const ACK_BYTES = 23
const ACK_CODE_DISTANCE = 0x30
const STATUS_OK = 1
const LOGGER_CODE_GROUP = 0x40

export interface AckOptions {
  /** UTC seconds: the logger, and through it the inverter, sets its clock by this. */
  unixTimeS: number
  /** 0, 60 or 120 were seen from vendor clouds; the reference recommends 120. */
  heartbeatIntervalS: number
  /** The server's counter; without it the received one + 1, as stand-in servers do. */
  seqServer?: number
}

/**
 * Control code of the answer to `code`, or null where none is due: answers (0x15, 0x05) and whatever lies outside
 * the 0x40 range. Unknown codes of that range get the generic ack, else the logger may restart (reference 2.1).
 */
export function ackCode(code: number): number | null {
  if ((code & 0xf0) !== LOGGER_CODE_GROUP || code === CONTROL.request) return null
  return code - ACK_CODE_DISTANCE
}

/** The ack of `request`, whose code must be one that `ackCode` answers. */
export function writeAck(request: Frame, options: AckOptions): Buffer {
  const code = ackCode(request.code)
  if (code === null) throw new RangeError(`no ack exists for control byte ${request.code}`)
  const ack = Buffer.allocUnsafe(ACK_BYTES)
  ack[0] = START_BYTE
  ack[1] = ACK_PAYLOAD_BYTES
  ack[2] = 0
  ack[3] = CONTROL_SUFFIX
  ack[4] = code
  ack[5] = (options.seqServer ?? request.seqServer + 1) & 0xff
  ack[6] = request.seqLogger
  ack.writeUInt32LE(request.loggerSerial, 7)
  // The frame type is echoed, 0x81 included; a frame without payload has none to echo.
  ack[11] = request.payload.length > 0 ? request.payload[0]! : 0
  ack[12] = STATUS_OK
  ack.writeUInt32LE(options.unixTimeS, 13)
  ack.writeUInt32LE(options.heartbeatIntervalS, 17)
  ack[21] = checksum(ack, 1, ACK_BYTES - 2)
  ack[22] = END_BYTE
  return ack
}

function checksum(bytes: Buffer, from: number, to: number): number {
  let sum = 0
  for (let index = from; index < to; index += 1) sum += bytes[index]!
  return sum & 0xff
}
