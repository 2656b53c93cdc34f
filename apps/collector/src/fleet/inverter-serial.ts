// The inverter that a live record names; the decoder runs much later, in the shipper.
import { CONTROL, deyeMicroSerial, type Frame } from '@deye-hard/solarman-v5'

/** Records from the logger's buffer may be of the inverter that was there before (reference 2.4). */
const LIVE = 0x01

/** Null when the frame does not say. */
export function inverterSerial({ code, payload }: Pick<Frame, 'code' | 'payload'>): string | null {
  return code === CONTROL.data && payload[0] === LIVE ? deyeMicroSerial(payload) : null
}
