// Turns a frame from the spool into the message that travels: a reading, an event, or bytes with a reason.
import {
  acquisitionTime,
  BootClock,
  type DataContent,
  type DataContext,
  DEFAULT_TIME_LIMITS,
  dataContent,
  observeLive,
  type ShippedMessage,
  type TimeLimits,
  undecodableContent,
} from '@deye-hard/domain'
import {
  type Data,
  DEYE_MICRO_SENSOR_LIST,
  decodeDeyeMicro,
  decodeMessage,
  type Frame,
  frameOf,
} from '@deye-hard/solarman-v5'
import type { StoredEntry } from '../spool/contract.ts'
import { type EventMessage, eventData, hex16 } from './event-data.ts'

const MIN_FRAME_BYTES = 13

type Content = DataContent | Pick<Extract<ShippedMessage, { kind: 'event' }>, 'kind' | 'event'>

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
    if (entry.bare) return undecodableContent('invalid_message', 'the API refused the decoded form')
    if (entry.bytes.length < MIN_FRAME_BYTES)
      return undecodableContent('undecodable_payload', 'shorter than a frame')
    try {
      return this.#decode(entry, frameOf(entry.bytes))
    } catch (error) {
      this.decoderFaults++
      return undecodableContent('undecodable_payload', `decoder failed: ${(error as Error).name}`)
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
      case 'response':
      case 'interim':
        return this.#event(entry, message)
      case 'undecodable':
        return undecodableContent('undecodable_payload', message.reason)
      case 'unknown':
        return undecodableContent('unknown_control_code')
      default:
        return undecodableContent(
          'unknown_control_code',
          `${message.type} is not a message that loggers push`,
        )
    }
  }

  #reading(entry: StoredEntry, frame: Frame, data: Data): Content {
    const body = data.sensorListId === DEYE_MICRO_SENSOR_LIST ? decodeDeyeMicro(frame.payload) : null
    if (body?.kind === 'decoded' && !data.buffered) this.#observeLive(entry, data)
    return dataContent(data, body, this.#context(entry))
  }

  #event(entry: StoredEntry, message: EventMessage): Content {
    // A session record carries the clock of an earlier boot (reference 2.7): the right one for what was buffered then.
    const sessions =
      message.type === 'report' ? message.records.filter(record => record.kind === 'session') : []
    for (const { clock } of sessions) {
      if (this.#isKnown(entry.loggerSerial)) this.#bootClock.observe(entry.loggerSerial, clock)
    }
    const buffered = 'buffered' in message && message.buffered
    if (!buffered) this.#observeLive(entry, message)
    const bootOffset = this.#bootClock.find(entry.loggerSerial, message)
    const { type, workTimeS, powerOnS, offsetS } = message
    const time = acquisitionTime(
      { workTimeS, powerOnS, offsetS, buffered, receivedAtMs: entry.receivedAtMs, bootOffset },
      this.#timeLimits,
    )
    return {
      kind: 'event',
      event: { event_type: type, acquired_at: time.acquired_at, data: eventData(message) },
    }
  }

  #observeLive(entry: StoredEntry, message: Parameters<typeof observeLive>[0]): void {
    if (this.#isKnown(entry.loggerSerial)) observeLive(message, this.#context(entry))
  }

  #context({ loggerSerial, receivedAtMs }: StoredEntry): DataContext {
    return { loggerSerial, receivedAtMs, bootClock: this.#bootClock, timeLimits: this.#timeLimits }
  }
}
