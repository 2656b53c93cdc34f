// Reads a frame from quarantine anew, as the collector's shipper would today, so that a fix of the decoder reaches it.
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
  decodeMessage,
  ENVELOPE_BYTES,
  frameOf,
} from '@deye-hard/solarman-v5'
import type { QuarantineEntry } from '@deye-hard/store'

type Content =
  | Pick<Extract<ShippedMessage, { kind: 'reading' }>, 'kind' | 'reading'>
  | Pick<Extract<ShippedMessage, { kind: 'undecodable' }>, 'kind' | 'reason' | 'detail'>

export class StoredFrameReader {
  readonly #limits: TimeLimits
  readonly #clock = new BootClock()

  constructor(limits: TimeLimits) {
    this.#limits = limits
  }

  /** Live frames tell the clock of their boot, which dates the buffered ones beside them: feed all before the first `read`. */
  observe(entry: QuarantineEntry): void {
    const message = decode(entry)
    if (message?.type === 'data' && !message.buffered) this.#clock.observe(entry.loggerSerial, message)
  }

  /** Never throws. `seq` is the entry's own id: entries are resolved one by one. */
  read(entry: QuarantineEntry): ShippedMessage {
    return {
      seq: entry.id,
      logger_serial: entry.loggerSerial,
      received_at: entry.receivedAt.toISOString(),
      control_code: entry.controlCode,
      frame: entry.frame.toString('base64'),
      ...this.#content(entry),
    }
  }

  #content(entry: QuarantineEntry): Content {
    const message = decode(entry)
    if (message === null) return undecodable('undecodable_payload', 'shorter than a frame')
    if (message.type === 'undecodable') return undecodable('undecodable_payload', message.reason)
    if (message.type !== 'data')
      return undecodable('unknown_control_code', `${message.type} is no measurement`)
    return this.#reading(entry, message)
  }

  #reading(entry: QuarantineEntry, data: Data): Content {
    if (data.sensorListId !== DEYE_MICRO_SENSOR_LIST) {
      const id = data.sensorListId.toString(16).padStart(4, '0')
      return undecodable('unsupported_sensor_list', `sensor list 0x${id}`)
    }
    const decoded = decodeDeyeMicro(frameOf(entry.frame).payload)
    if (decoded.kind === 'undecodable') return undecodable('undecodable_payload', decoded.reason)
    const receivedAtMs = entry.receivedAt.getTime()
    const bootOffset = this.#clock.find(entry.loggerSerial, data)
    const outcome = toReading(decoded, { ...data, receivedAtMs, bootOffset }, this.#limits)
    if (outcome.kind === 'too_old') return undecodable('too_old', `acquired at ${outcome.acquired_at}`)
    if (outcome.kind === 'implausible') return undecodable('implausible', outcome.detail)
    return outcome
  }
}

/** The frame was verified when it was received; null when not even an envelope is there. */
function decode(entry: QuarantineEntry) {
  return entry.frame.length < ENVELOPE_BYTES ? null : decodeMessage(frameOf(entry.frame))
}

function undecodable(reason: QuarantineReason, detail: string): Content {
  return { kind: 'undecodable', reason, detail }
}
