// Reads a frame from quarantine anew, as the collector's shipper would today, so that a fix of the decoder reaches it.
import {
  BootClock,
  type DataContent,
  type DataContext,
  dataContent,
  observeLive,
  type ShippedMessage,
  type TimeLimits,
  undecodableContent,
} from '@deye-hard/domain'
import {
  DEYE_MICRO_SENSOR_LIST,
  decodeDeyeMicro,
  decodeMessage,
  ENVELOPE_BYTES,
  frameOf,
} from '@deye-hard/solarman-v5'
import type { QuarantineEntry } from '@deye-hard/store'

export class StoredFrameReader {
  readonly #limits: TimeLimits
  readonly #clock = new BootClock()

  constructor(limits: TimeLimits) {
    this.#limits = limits
  }

  /** Live frames tell the clock of their boot, which dates the buffered ones beside them: feed all before the first `read`. */
  observe(entry: QuarantineEntry): void {
    const message = decode(entry)
    if (message?.type === 'data' && !message.buffered) observeLive(message, this.#context(entry))
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

  #content(entry: QuarantineEntry): DataContent {
    const message = decode(entry)
    if (message === null) return undecodableContent('undecodable_payload', 'shorter than a frame')
    if (message.type === 'undecodable') return undecodableContent('undecodable_payload', message.reason)
    if (message.type !== 'data')
      return undecodableContent('unknown_control_code', `${message.type} is no measurement`)
    const isMicro = message.sensorListId === DEYE_MICRO_SENSOR_LIST
    const body = isMicro ? decodeDeyeMicro(frameOf(entry.frame).payload) : null
    return dataContent(message, body, this.#context(entry))
  }

  #context(entry: QuarantineEntry): DataContext {
    return {
      loggerSerial: entry.loggerSerial,
      receivedAtMs: entry.receivedAt.getTime(),
      bootClock: this.#clock,
      timeLimits: this.#limits,
    }
  }
}

/** The frame was verified when it was received; null when not even an envelope is there. */
function decode(entry: QuarantineEntry) {
  return entry.frame.length < ENVELOPE_BYTES ? null : decodeMessage(frameOf(entry.frame))
}
