// Wraps a payload into a V5 frame, and builds the small frames of a logger: hello, heartbeat, Wi-Fi info, report.
import { ascii, type Bytes, place, u8, u16le, u32le, zeros } from './bytes.ts'

export interface Address {
  loggerSerial: number
  /** Byte 5: the last counter of the server that this logger accepted; default 0. */
  seqServer?: number
  /** Byte 6: the logger's own counter; default 1. */
  seqLogger?: number
}

/** Working time W, power-on time P and clock offset O, in seconds (reference 2.4). */
export interface Clock {
  workTimeS: number
  powerOnS: number
  offsetS: number
}

export interface FrameFields extends Address {
  /** Byte 4, for example 0x42. */
  code: number
  payload: Bytes | Uint8Array
}

/** A complete frame with the right length, checksum and end byte. */
export function buildFrame(fields: FrameFields): Buffer {
  const { payload } = fields
  const bytes = Buffer.alloc(payload.length + 13)
  bytes[0] = 0xa5
  bytes[1] = payload.length & 0xff
  bytes[2] = payload.length >> 8
  bytes[3] = 0x10
  bytes[4] = fields.code
  bytes[5] = fields.seqServer ?? 0
  bytes[6] = fields.seqLogger ?? 1
  for (let index = 0; index < 4; index += 1)
    bytes[7 + index] = Math.floor(fields.loggerSerial / 256 ** index) & 0xff
  for (let index = 0; index < payload.length; index += 1) bytes[11 + index] = payload[index]!
  sealFrame(bytes)
  return bytes
}

/** Sets checksum and end byte anew, for frames that a test or a fault has changed on purpose. */
export function sealFrame(bytes: Buffer): Buffer {
  let sum = 0
  for (let index = 1; index < bytes.length - 2; index += 1) sum = (sum + bytes[index]!) % 256
  bytes[bytes.length - 2] = sum
  bytes[bytes.length - 1] = 0x15
  return bytes
}

export interface HelloFields extends Address {
  workTimeS: number
  powerOnS: number
  offsetS?: number
  frameType?: number
  uploadIntervalMin?: number
  acquisitionIntervalS?: number
  heartbeatS?: number
  deviceCount?: number
  wifiSignalPercent?: number
  typeNumber?: number
  moduleVersion?: string
  mac?: Bytes
  localIp?: string
  bootCounter?: number
  sensorListId?: number
  systemVersion?: string
  ssid?: string
  /** 86, 130, 212 and 314 are on record (reference 1.3); default 86. */
  payloadBytes?: number
}

export function buildHello(fields: HelloFields): Buffer {
  const payload = place(fields.payloadBytes ?? 86, [
    [0, u8(fields.frameType ?? 2)],
    [1, clock({ offsetS: 0, ...fields })],
    [13, u8(fields.uploadIntervalMin ?? 5)],
    [14, u8(fields.acquisitionIntervalS ?? 60)],
    [15, u8(fields.heartbeatS ?? 120)],
    [16, u8(fields.deviceCount ?? 1)],
    [17, u8(fields.wifiSignalPercent ?? 80)],
    [18, u8(fields.typeNumber ?? 1)],
    [19, ascii(fields.moduleVersion ?? 'MW3_16U_5408_1.57', 40)],
    [59, fields.mac ?? [2, 0, 0, 0, 0, 1]],
    [65, ascii(fields.localIp ?? '192.0.2.17', 16)],
    [81, u16le(fields.bootCounter ?? 0)],
    [83, u8(1)],
    [84, u16le(fields.sensorListId ?? 0x5408)],
    [88, u8(0xff)],
    [89, ascii(fields.systemVersion ?? 'V1.1.00.0B', 40)],
    [129, [0xfe, 0xfe]],
    [172, ascii(fields.ssid ?? 'site-wifi', 40)],
  ])
  return buildFrame({ ...fields, code: 0x41, payload })
}

export function buildHeartbeat(fields: Address): Buffer {
  return buildFrame({ ...fields, code: 0x47, payload: [0] })
}

export interface WifiInfoFields extends Address, Clock {
  frameType?: 0x01 | 0x81
  /** Meaning of the bits is unknown; 0x0000 and 0x0040 are seen (reference 2.5). */
  eventBits?: number
  ssid?: string
  wifiSignalPercent?: number
}

export function buildWifiInfo(fields: WifiInfoFields): Buffer {
  const payload = [
    ...u8(fields.frameType ?? 0x81),
    ...clock(fields),
    ...u16le(fields.eventBits ?? 0),
    ...ascii(fields.ssid ?? 'site-wifi', 30),
    ...u8(fields.wifiSignalPercent ?? 80),
    ...u8(1),
  ]
  return buildFrame({ ...fields, code: 0x43, payload })
}

export type ReportRecord =
  | { kind: 'session'; clock: Clock }
  | { kind: 'firmware'; unixTimeS: number; text: string }
  | { kind: 'never_upgraded' }
  | { kind: 'raw'; type: number; length?: number; data: Bytes }

export interface ReportFields extends Address, Clock {
  frameType?: 0x01 | 0x81
  records: readonly ReportRecord[]
}

export function buildReport(fields: ReportFields): Buffer {
  const payload = [
    ...u8(fields.frameType ?? 1),
    ...clock(fields),
    ...u8(fields.records.length),
    ...fields.records.flatMap(recordBytes),
  ]
  return buildFrame({ ...fields, code: 0x48, payload })
}

export interface AnswerFields extends Address, Clock {
  /** 0x15 (answer) or 0x05 (interim answer). */
  code?: number
  /** 2 Modbus, 1 AT text, 8 interim AT text, 5 battery unit; default 2. */
  frameType?: number
  status?: number
  body: Bytes | Uint8Array
}

/** Answer of a logger to a request of the server (0x1510, 0x0510). */
export function buildAnswer(fields: AnswerFields): Buffer {
  const payload = [...u8(fields.frameType ?? 2), ...u8(fields.status ?? 1), ...clock(fields), ...fields.body]
  return buildFrame({ ...fields, code: fields.code ?? 0x15, payload })
}

export interface RequestFields extends Address {
  /** 2 Modbus, 1 AT text, 5 battery unit; default 2. */
  frameType?: number
  /** Sensor list id, or the command word 0x0002 of an AT request. */
  word?: number
  body: Bytes | Uint8Array
}

/** Request of a server to a logger (0x4510). */
export function buildRequest(fields: RequestFields): Buffer {
  const payload = [...u8(fields.frameType ?? 2), ...u16le(fields.word ?? 0), ...zeros(12), ...fields.body]
  return buildFrame({ seqLogger: 0, ...fields, code: 0x45, payload })
}

function clock(fields: Clock): Bytes {
  return [...u32le(fields.workTimeS), ...u32le(fields.powerOnS), ...u32le(fields.offsetS)]
}

function recordBytes(record: ReportRecord): Bytes {
  switch (record.kind) {
    case 'session':
      return [0x01, 12, ...clock(record.clock)]
    case 'firmware':
      return [0x05, 44, ...u32le(record.unixTimeS), ...ascii(record.text, 40)]
    case 'never_upgraded':
      return [0x05, 44, ...new Array<number>(44).fill(0xff)]
    case 'raw':
      return [record.type, record.length ?? record.data.length, ...record.data]
  }
}
