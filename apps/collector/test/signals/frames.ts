// Frames for the tests of signals: good ones, and one for each kind of trouble.
import { buildDeyeMicroData, buildFrame, buildHeartbeat, buildHello } from '@deye-hard/solarman-v5/testing'

export const SERIAL = 2_700_000_001
const WORK_TIME_S = 5_000

export interface DataFields {
  loggerSerial?: number
  /** From the memory of the logger. */
  buffered?: boolean
  workTimeS?: number
}

/** Decodes and passes all checks. */
export function data(recordCounter: number, fields: DataFields = {}): Buffer {
  const { loggerSerial = SERIAL, buffered = false, workTimeS = WORK_TIME_S } = fields
  return buildDeyeMicroData({
    loggerSerial,
    frameType: buffered ? 0x81 : 0x01,
    workTimeS,
    powerOnS: 600,
    offsetS: Math.floor(Date.now() / 1_000) - workTimeS,
    recordCounter,
    inverterSerial: '2212345678',
    measured: { active_power_w: 400, energy_today_kwh: 1.2, energy_total_kwh: 345.6, grid_voltage_v: 231.4 },
  })
}

export const heartbeat = buildHeartbeat({ loggerSerial: SERIAL })
export const hello = buildHello({ loggerSerial: SERIAL, workTimeS: 10, powerOnS: 7 })
/** A data frame whose head is cut off. */
export const shortData = buildFrame({ code: 0x42, loggerSerial: SERIAL, payload: [1, 8, 84] })
/** 0x4410: nobody knows it, but it is in the range that gets an ack. */
export const unknownCode = buildFrame({ code: 0x44, loggerSerial: SERIAL, payload: [1, 2, 3] })
/** 0x5110: of no known range, and gets no ack. */
export const unexpectedCode = buildFrame({ code: 0x51, loggerSerial: SERIAL, payload: [1, 2] })

export function badChecksum(): Buffer {
  const frame = Buffer.from(heartbeat)
  frame[12]! ^= 0xff
  return frame
}
