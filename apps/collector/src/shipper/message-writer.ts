// Turns a frame from the spool into the message that travels: a reading, an event, or bytes with a reason.
import {
  acquisitionTime,
  BootClock,
  DEFAULT_TIME_LIMITS,
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
  type Frame,
  frameOf,
  type Hello,
  type Report,
  type WifiInfo,
} from '@deye-hard/solarman-v5'
import type { StoredEntry } from '../spool/contract.ts'
import { eventData, hex16 } from './event-data.ts'

const MIN_FRAME_BYTES = 13

type Content =
  | Pick<Extract<ShippedMessage, { kind: 'reading' }>, 'kind' | 'reading'>
  | Pick<Extract<ShippedMessage, { kind: 'event' }>, 'kind' | 'event'>
  | { kind: 'undecodable'; reason: QuarantineReason; detail?: string }

export interface MessageWriterOptions {
  /** Strangers must not push the clocks of the fleet out of memory. */
  isKnown(loggerSerial: number): boolean
  timeLimits?: TimeLimits
  bootClock?: BootClock
}

export class MessageWriter {
  /** Frames on which the decoder threw: a bug of ours, counted, and the frame goes to quarantine. */
  decoderFaults = 0
  readonly #isKnown: (loggerSerial: number) => boolean
  readonly #timeLimits: TimeLimits
  readonly #bootClock: BootClock

  constructor(options: MessageWriterOptions) {
    this.#isKnown = options.isKnown
    this.#timeLimits = options.timeLimits ?? DEFAULT_TIME_LIMITS
    this.#bootClock = options.bootClock ?? new BootClock()
  }

  /** Never throws. */
  write(entry: StoredEntry): ShippedMessage {
    return {
      seq: entry.seq,
      logger_serial: entry.loggerSerial,
      received_at: new Date(entry.receivedAtMs).toISOString(),
      control_code: hex16(entry.bytes.length > 4 ? entry.bytes.readUInt16LE(3) : 0),
      frame: entry.bytes.toString('base64'),
      ...this.#content(entry),
    }
  }

  #content(entry: StoredEntry): Content {
    if (entry.bare) return undecodable('invalid_message', 'the API refused the decoded form')
    if (entry.bytes.length < MIN_FRAME_BYTES)
      return undecodable('undecodable_payload', 'shorter than a frame')
    try {
      return this.#decode(entry, frameOf(entry.bytes))
    } catch (error) {
      this.decoderFaults++
      return undecodable('undecodable_payload', `decoder failed: ${(error as Error).name}`)
    }
  }

  #decode(entry: StoredEntry, frame: Frame): Content {
    const message = decodeMessage(frame)
    switch (message.type) {
      case 'data':
        return this.#reading(entry, frame, message)
      case 'hello':
      case 'wifi_info':
      case 'report':
        return this.#event(entry, message)
      case 'undecodable':
        return undecodable('undecodable_payload', message.reason)
      case 'unknown':
        return undecodable('unknown_control_code')
      default:
        return undecodable('unknown_control_code', `${message.type} is not a message that loggers push`)
    }
  }

  #reading(entry: StoredEntry, frame: Frame, data: Data): Content {
    if (data.sensorListId !== DEYE_MICRO_SENSOR_LIST)
      return undecodable('unsupported_sensor_list', `sensor list ${hex16(data.sensorListId)}`)
    const decoded = decodeDeyeMicro(frame.payload)
    if (decoded.kind === 'undecodable') return undecodable('undecodable_payload', decoded.reason)
    if (!data.buffered) this.#observe(entry, data)
    const bootOffset = this.#bootClock.find(entry.loggerSerial, data)
    const outcome = toReading(
      decoded,
      { ...data, receivedAtMs: entry.receivedAtMs, bootOffset },
      this.#timeLimits,
    )
    if (outcome.kind === 'implausible') return undecodable('implausible', outcome.detail)
    if (outcome.kind === 'too_old') return undecodable('too_old', `acquired at ${outcome.acquired_at}`)
    return outcome
  }

  #event(entry: StoredEntry, message: Hello | WifiInfo | Report): Content {
    // A session record carries the clock of an earlier boot (reference 2.7): the right one for what was buffered then.
    const sessions =
      message.type === 'report' ? message.records.filter(record => record.kind === 'session') : []
    for (const { clock } of sessions) this.#observe(entry, clock)
    const buffered = message.type !== 'hello' && message.buffered
    if (!buffered) this.#observe(entry, message)
    const bootOffset = this.#bootClock.find(entry.loggerSerial, message)
    const clock = { workTimeS: message.workTimeS, powerOnS: message.powerOnS, offsetS: message.offsetS }
    const time = acquisitionTime(
      { ...clock, buffered, receivedAtMs: entry.receivedAtMs, bootOffset },
      this.#timeLimits,
    )
    return {
      kind: 'event',
      event: { event_type: message.type, acquired_at: time.acquired_at, data: eventData(message) },
    }
  }

  #observe(entry: StoredEntry, clock: { workTimeS: number; powerOnS: number; offsetS: number }): void {
    if (this.#isKnown(entry.loggerSerial)) this.#bootClock.observe(entry.loggerSerial, clock)
  }
}

function undecodable(reason: QuarantineReason, detail?: string): Content {
  return detail === undefined ? { kind: 'undecodable', reason } : { kind: 'undecodable', reason, detail }
}
