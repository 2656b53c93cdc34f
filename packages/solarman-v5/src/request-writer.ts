// Writes 0x4510 requests: reads of registers and AT text. Writing registers stays out on purpose (reference 5.3).
import { CONTROL, CONTROL_SUFFIX, END_BYTE, ENVELOPE_BYTES, HEADER_BYTES, START_BYTE } from './frame.ts'
import { REQUEST_FRAME_TYPE } from './messages/request.ts'
import { crc16 } from './modbus/crc16.ts'

const HEAD_BYTES = 15
const READ_REQUEST_BYTES = 8
const READ_HOLDING = 3
/** By the Modbus rule; 45 to 110 are known to work on Deye (reference 5.1). */
export const MAX_REGISTERS_PER_READ = 125
const AT_COMMAND_WORD = 0x0002

export interface RequestAddress {
  /** 0 asks a mute logger for its serial (reference 5.2). */
  loggerSerial: number
  /** The answer repeats it: match answers by this byte. */
  seqServer: number
  /** The last counter of the logger, or 0. */
  seqLogger?: number
}

export interface ModbusRead extends RequestAddress {
  register: number
  quantity: number
  slave?: number
  /** 3 reads holding registers (Deye), 4 input registers. */
  function?: 3 | 4
  sensorListId?: number
}

/** @throws RangeError when the quantity is not 1 .. 125. */
export function writeModbusRequest(read: ModbusRead): Buffer {
  if (!(read.quantity >= 1 && read.quantity <= MAX_REGISTERS_PER_READ)) {
    throw new RangeError(`quantity ${read.quantity} is not 1 .. ${MAX_REGISTERS_PER_READ}`)
  }
  const rtu = Buffer.alloc(READ_REQUEST_BYTES)
  rtu[0] = read.slave ?? 1
  rtu[1] = read.function ?? READ_HOLDING
  rtu.writeUInt16BE(read.register, 2)
  rtu.writeUInt16BE(read.quantity, 4)
  rtu.writeUInt16LE(crc16(rtu.subarray(0, 6)), 6)
  return writeRequest(read, REQUEST_FRAME_TYPE.modbus, read.sensorListId ?? 0, rtu)
}

/** @param command for example `AT+TIME=214028,1,60,120`; the carriage return is added. Allow-list what users may send. */
export function writeAtRequest(address: RequestAddress, command: string): Buffer {
  return writeRequest(address, REQUEST_FRAME_TYPE.at, AT_COMMAND_WORD, Buffer.from(`${command}\r`, 'latin1'))
}

function writeRequest(address: RequestAddress, frameType: number, word: number, body: Buffer): Buffer {
  const payloadBytes = HEAD_BYTES + body.length
  const bytes = Buffer.alloc(payloadBytes + ENVELOPE_BYTES)
  bytes[0] = START_BYTE
  bytes.writeUInt16LE(payloadBytes, 1)
  bytes[3] = CONTROL_SUFFIX
  bytes[4] = CONTROL.request
  bytes[5] = address.seqServer
  bytes[6] = address.seqLogger ?? 0
  bytes.writeUInt32LE(address.loggerSerial, 7)
  bytes[HEADER_BYTES] = frameType
  bytes.writeUInt16LE(word, HEADER_BYTES + 1)
  body.copy(bytes, HEADER_BYTES + HEAD_BYTES)
  const checked = bytes.subarray(1, -2)
  bytes[bytes.length - 2] = checked.reduce((sum, byte) => sum + byte, 0)
  bytes[bytes.length - 1] = END_BYTE
  return bytes
}
