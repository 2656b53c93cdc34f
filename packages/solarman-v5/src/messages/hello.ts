// 0x4110, the first frame after a start: who the logger is and in which rhythm it works (reference/solarman-v5.md 2.3).
import type { Frame } from '../frame.ts'
import {
  byteOrNull,
  type LoggerClock,
  paddedText,
  readClock,
  textOrNull,
  u16OrNull,
} from '../payload-fields.ts'
import { type Undecodable, undecodable } from '../undecodable.ts'

const HEAD_BYTES = 13
const MAC_OFFSET = 59
const MAC_BYTES = 6
const LOCAL_IP_OFFSET = 65
const SSID_OFFSET = 172

/** Fields behind the clocks are null where the form is too short to hold them: 86, 130, 212 and 314 bytes are known. */
export interface Hello extends LoggerClock {
  type: 'hello'
  frameType: number
  uploadIntervalMin: number | null
  acquisitionIntervalS: number | null
  heartbeatS: number | null
  commandOrDeviceCount: number | null
  wifiSignalPercent: number | null
  typeNumber: number | null
  moduleVersion: string | null
  /** Counts up at each restart on some loggers; meaning not confirmed. */
  bootCounter: number | null
  sensorListCount: number | null
  sensorListId: number | null
  systemVersion: string | null
  upgradeMethod: number | null
  certificateState: number | null
  /** Personal data of the site: never log or ship it. */
  site: { mac: string | null; localIp: string | null; ssid: string | null }
}

export function decodeHello({ code, payload }: Frame): Hello | Undecodable {
  if (payload.length < HEAD_BYTES) return undecodable(code, 'payload_too_short')
  return {
    type: 'hello',
    frameType: payload[0]!,
    ...readClock(payload, 1),
    uploadIntervalMin: byteOrNull(payload, 13),
    acquisitionIntervalS: byteOrNull(payload, 14),
    heartbeatS: byteOrNull(payload, 15),
    commandOrDeviceCount: byteOrNull(payload, 16),
    wifiSignalPercent: byteOrNull(payload, 17),
    typeNumber: byteOrNull(payload, 18),
    moduleVersion: textOrNull(payload, 19, 40),
    bootCounter: u16OrNull(payload, 81),
    sensorListCount: byteOrNull(payload, 83),
    sensorListId: u16OrNull(payload, 84),
    systemVersion: textOrNull(payload, 89, 40),
    upgradeMethod: byteOrNull(payload, 129),
    certificateState: byteOrNull(payload, 131),
    site: decodeSite(payload),
  }
}

function decodeSite(payload: Buffer): Hello['site'] {
  const mac = payload.subarray(MAC_OFFSET, MAC_OFFSET + MAC_BYTES)
  return {
    mac: mac.length === MAC_BYTES ? [...mac].map(byte => byte.toString(16).padStart(2, '0')).join(':') : null,
    localIp: textOrNull(payload, LOCAL_IP_OFFSET, 16),
    // The 225-byte form ends inside this field, so its length is what the payload leaves.
    ssid: SSID_OFFSET < payload.length ? paddedText(payload.subarray(SSID_OFFSET)) : null,
  }
}
