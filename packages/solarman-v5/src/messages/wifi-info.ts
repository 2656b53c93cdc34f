// 0x4310, what a logger tells of its Wi-Fi connection attempts (reference/solarman-v5.md 2.5).
import type { Frame } from '../frame.ts'
import { byteOrNull, isBuffered, type LoggerClock, readClock, textOrNull } from '../payload-fields.ts'
import { type Undecodable, undecodable } from '../undecodable.ts'

const EVENT_OFFSET = 13
const SSID_OFFSET = 15
const LEAST_BYTES = 15
/** Type byte 0x04 is known by name only: a second form with the inverter serial and another layout. */
const SECOND_FORM = 0x04

export interface WifiInfo extends LoggerClock {
  type: 'wifi_info'
  frameType: number
  buffered: boolean
  /** Two bytes whose bits are not understood. View. */
  eventBytes: Buffer
  wifiSignalPercent: number | null
  trailer: number | null
  /** Personal data of the site: never log or ship it. */
  site: { ssid: string | null }
}

export function decodeWifiInfo({ code, payload }: Frame): WifiInfo | Undecodable {
  if (payload.length < LEAST_BYTES) return undecodable(code, 'payload_too_short')
  if (payload[0] === SECOND_FORM) return undecodable(code, 'unknown_frame_type')
  return {
    type: 'wifi_info',
    frameType: payload[0]!,
    buffered: isBuffered(payload[0]!),
    ...readClock(payload, 1),
    eventBytes: payload.subarray(EVENT_OFFSET, SSID_OFFSET),
    wifiSignalPercent: byteOrNull(payload, 45),
    trailer: byteOrNull(payload, 46),
    site: { ssid: textOrNull(payload, SSID_OFFSET, 30) },
  }
}
