// The V5 envelope: where its fields lie, which control codes exist, and a frame as the rest of the package sees it.
// Layout: reference/solarman-v5.md 1.1; control codes: 1.2 (byte 4 is the key, byte 3 is always 0x10).

export const START_BYTE = 0xa5
export const END_BYTE = 0x15
export const CONTROL_SUFFIX = 0x10
export const HEADER_BYTES = 11
export const TRAILER_BYTES = 2
export const ENVELOPE_BYTES = HEADER_BYTES + TRAILER_BYTES
/** The largest frame on record has 1,445 bytes, the length field allows 65,535 (reference 1.3). */
export const DEFAULT_MAX_PAYLOAD_BYTES = 4096

export const CONTROL = {
  hello: 0x41,
  data: 0x42,
  wifiInfo: 0x43,
  request: 0x45,
  heartbeat: 0x47,
  report: 0x48,
  helloAck: 0x11,
  dataAck: 0x12,
  wifiInfoAck: 0x13,
  response: 0x15,
  heartbeatAck: 0x17,
  reportAck: 0x18,
  interim: 0x05,
} as const

/** One frame whose length, control suffix, end byte and checksum were verified. */
export interface Frame {
  /** Byte 4, for example 0x42 for a data frame. */
  code: number
  /** Byte 5, the counter of the server. */
  seqServer: number
  /** Byte 6, the counter of the logger. */
  seqLogger: number
  /** The number printed on the stick. */
  loggerSerial: number
  /** View into `bytes`. */
  payload: Buffer
  /** View of the whole frame; never written to. */
  bytes: Buffer
}

/** The control code as it is written in logs and tables: `0x4210` for byte 4 = 0x42. */
export function controlCodeText(code: number): string {
  return `0x${code.toString(16).toUpperCase().padStart(2, '0')}${CONTROL_SUFFIX.toString(16)}`
}

/** The fields of `bytes`, which must hold exactly one verified frame. */
export function frameOf(bytes: Buffer): Frame {
  return {
    code: bytes[4]!,
    seqServer: bytes[5]!,
    seqLogger: bytes[6]!,
    loggerSerial: bytes.readUInt32LE(7),
    payload: bytes.subarray(HEADER_BYTES, bytes.length - TRAILER_BYTES),
    bytes,
  }
}
