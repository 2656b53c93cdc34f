// The decoding of a message as a span: for messages that are traced already, and for payloads that give no message.

import type { ShippedMessage } from '@deye-hard/domain'
import { controlCodeText, HEADER_BYTES, TRAILER_BYTES } from '@deye-hard/solarman-v5'
import { recordSpan } from '@deye-hard/telemetry'
import { isBuffered } from '../received.ts'
import type { StoredEntry } from '../spool/contract.ts'
import type { Tracing } from './tracing.ts'

/** Bytes 1 and 2 of the payload of a data frame (reference 2.4), and the serial behind its head (4.2). */
const SENSOR_LIST_OFFSET = HEADER_BYTES + 1
const INVERTER_SERIAL_OFFSET = HEADER_BYTES + 21
const CONTROL_CODE_OFFSET = 4

export class DecodeTraces {
  readonly #tracing: Tracing

  constructor(tracing: Tracing) {
    this.#tracing = tracing
  }

  /** Runs `decode`, and records it where that is due. */
  around(entry: StoredEntry, decode: () => ShippedMessage): ShippedMessage {
    const { messages, budget } = this.#tracing
    const parent = messages.find(entry.seq) ?? null
    const startMs = parent === null ? 0 : performance.now()
    const message = decode()
    if (parent === null && (message.kind !== 'undecodable' || !budget.takesError())) return message
    const durationMs = parent === null ? 0 : performance.now() - startMs
    const endMs = Date.now()
    recordSpan('message decode', {
      parent,
      startMs: endMs - durationMs,
      endMs,
      ...(message.kind === 'undecodable' && { errorType: message.reason }),
      attributes: {
        'logger.serial': String(entry.loggerSerial),
        'solarman.control_code': controlCodeText(entry.bytes[CONTROL_CODE_OFFSET] ?? 0),
        'solarman.buffered': isBuffered(entry.bytes),
        'decode.kind': message.kind,
        ...(message.kind === 'undecodable' && faultOf(entry, message)),
        // A child is as likely as its parent, which says how likely that was.
        ...(parent === null && { 'sampling.probability': budget.errorProbability }),
      },
    })
    return message
  }
}

type Undecodable = Extract<ShippedMessage, { kind: 'undecodable' }>

function faultOf({ bytes }: StoredEntry, { reason, detail }: Undecodable) {
  const offset = offsetOf(reason, detail, bytes.length)
  return {
    'decode.reason': detail ?? reason,
    ...(offset !== null && { 'decode.offset': offset }),
  }
}

/** Where decoding stopped: `detail` of an undecodable payload is the decoder's own reason. */
function offsetOf(
  reason: Undecodable['reason'],
  detail: string | undefined,
  frameBytes: number,
): number | null {
  if (reason === 'unknown_control_code') return CONTROL_CODE_OFFSET
  if (reason === 'unsupported_sensor_list') return SENSOR_LIST_OFFSET
  switch (detail) {
    case 'payload_too_short':
      return frameBytes - TRAILER_BYTES
    case 'unknown_frame_type':
      return HEADER_BYTES
    case 'wrong_sensor_list':
      return SENSOR_LIST_OFFSET
    case 'bad_inverter_serial':
      return INVERTER_SERIAL_OFFSET
    default:
      return null
  }
}
