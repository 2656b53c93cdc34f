// The Wi-Fi signal that a logger reports, one byte of two kinds of frames; the decoder runs much later, in the shipper.
import { CONTROL, type Frame } from '@deye-hard/solarman-v5'

/** Payload offsets, reference 2.3 and 2.5. */
const HELLO_OFFSET = 17
const WIFI_INFO_OFFSET = 45
/** Other records tell of connections in the past, and come after the hello that tells of this one. */
const LIVE = 0x01
const MAX_PERCENT = 100

/** Percent; null when the frame does not say. */
export function wifiPercent({ code, payload }: Pick<Frame, 'code' | 'payload'>): number | null {
  if (code === CONTROL.hello) return percentAt(payload, HELLO_OFFSET)
  if (code === CONTROL.wifiInfo && payload[0] === LIVE) return percentAt(payload, WIFI_INFO_OFFSET)
  return null
}

function percentAt(payload: Buffer, offset: number): number | null {
  const value = payload[offset]
  return value === undefined || value > MAX_PERCENT ? null : value
}
