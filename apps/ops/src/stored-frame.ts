// Reads a frame from quarantine anew, as the collector would today, so that a fix of the decoder reaches it.
import {
  BootClock,
  type QuarantineReason,
  type ShippedMessage,
  type TimeLimits,
  toReading,
} from '@deye-hard/domain'
import {
  type Data,
  DEYE_MICRO_SENSOR_LIST,
  decodeDeyeMicro,
  decodeFrame,
  decodeMessage,
} from '@deye-hard/solarman-v5'
import type { QuarantineEntry } from '@deye-hard/store'

export type Reread =
  | { kind: 'readable'; message: ShippedMessage }
  /** Nothing changed for it: it stays where it is. */
  | { kind: 'unreadable'; reason: QuarantineReason; detail: string }

export class StoredFrameReader {
  readonly #limits: TimeLimits
  readonly #clock = new BootClock()

  constructor(limits: TimeLimits) {
    this.#limits = limits
  }

  /** Live frames tell the clock of their boot, which dates the buffered ones beside them: feed all before the first `read`. */
  observe(entry: QuarantineEntry): void {
    const found = findData(entry)
    if (found && !found.data.buffered) this.#clock.observe(entry.loggerSerial, found.data)
  }

  read(entry: QuarantineEntry): Reread {
    const found = findData(entry)
    if (!found) return unreadable('unknown_control_code', `${entry.controlCode} is no data frame`)
    const { data, payload } = found
    if (data.sensorListId !== DEYE_MICRO_SENSOR_LIST)
      return unreadable('unsupported_sensor_list', `sensor list 0x${data.sensorListId.toString(16)}`)
    const decoded = decodeDeyeMicro(payload)
    if (decoded.kind === 'undecodable') return unreadable('undecodable_payload', decoded.reason)
    const receivedAtMs = entry.receivedAt.getTime()
    const bootOffset = this.#clock.find(entry.loggerSerial, data)
    const outcome = toReading(decoded, { ...data, receivedAtMs, bootOffset }, this.#limits)
    if (outcome.kind === 'too_old') return unreadable('too_old', `acquired at ${outcome.acquired_at}`)
    if (outcome.kind === 'implausible') return unreadable('implausible', outcome.detail)
    return { kind: 'readable', message: { ...envelope(entry), kind: 'reading', reading: outcome.reading } }
  }
}

function findData(entry: QuarantineEntry): { data: Data; payload: Buffer } | null {
  const decoded = decodeFrame(entry.frame)
  if (decoded.kind !== 'frame') return null
  const message = decodeMessage(decoded.frame)
  return message.type === 'data' ? { data: message, payload: decoded.frame.payload } : null
}

/** `seq` belongs to batches; an entry is resolved by its own id. */
function envelope(entry: QuarantineEntry) {
  return {
    seq: entry.id,
    logger_serial: entry.loggerSerial,
    received_at: entry.receivedAt.toISOString(),
    control_code: entry.controlCode,
    frame: entry.frame.toString('base64'),
  }
}

function unreadable(reason: QuarantineReason, detail: string): Reread {
  return { kind: 'unreadable', reason, detail }
}
