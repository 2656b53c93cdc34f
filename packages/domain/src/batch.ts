// Checks a batch of messages on its way into the API: the batch, the envelope of each message, and what the envelope holds.
import { checkEvent } from './event-check.ts'
import { type MeasurementBatch, QUARANTINE_REASONS, type ShippedMessage } from './message.ts'
import { checkReading } from './reading-check.ts'
import {
  type Check,
  checkFields,
  type FieldRule,
  isInstant,
  isMatching,
  isOneOf,
  isStorableText,
  isWhole,
} from './shape.ts'

/** DESIGN 4.7; more go into the next batch. */
export const MAX_BATCH_MESSAGES = 1_000
const MAX_U32 = 2 ** 32 - 1
/** A V5 frame has at most 13 + 65,535 bytes, base64 makes 4 characters of 3. */
const MAX_FRAME_CHARACTERS = 4 * Math.ceil((13 + 65_535) / 3)
const MAX_DETAIL_CHARACTERS = 1_000
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/

const BATCH_RULES: readonly FieldRule[] = [
  { field: 'batch_id', expected: 'a UUID', holds: isMatching(UUID) },
  {
    field: 'collector_id',
    expected: '1 to 64 letters, digits, dots, underscores or hyphens',
    holds: isMatching(/^[A-Za-z0-9._-]{1,64}$/),
  },
  { field: 'messages', expected: `a list of at most ${MAX_BATCH_MESSAGES} messages`, holds: isMessageList },
]

const ENVELOPE_RULES: readonly FieldRule[] = [
  { field: 'seq', expected: 'a whole number from 0', holds: isWhole(0, Number.MAX_SAFE_INTEGER) },
  { field: 'logger_serial', expected: 'a whole number of 32 bits', holds: isWhole(0, MAX_U32) },
  { field: 'received_at', expected: 'a time such as 2026-01-31T12:00:00.000Z', holds: isInstant },
  { field: 'control_code', expected: 'a code such as 0x4210', holds: isMatching(/^0x[0-9a-f]{4}$/) },
  { field: 'frame', expected: 'a frame in base64', holds: isFrame },
  {
    field: 'kind',
    expected: 'reading, event or undecodable',
    holds: isOneOf(['reading', 'event', 'undecodable']),
  },
]

const UNDECODABLE_RULES: readonly FieldRule[] = [
  {
    field: 'reason',
    expected: `one of ${QUARANTINE_REASONS.join(', ')}`,
    holds: isOneOf(QUARANTINE_REASONS),
  },
  {
    field: 'detail',
    expected: `nothing or a text of at most ${MAX_DETAIL_CHARACTERS} characters`,
    holds: value => value === undefined || isStorableText(MAX_DETAIL_CHARACTERS)(value),
  },
]

/** What a message has for certain once `checkEnvelope` said ok; its content is still to be checked. */
export type CheckedEnvelope = Pick<
  ShippedMessage,
  'seq' | 'logger_serial' | 'received_at' | 'control_code' | 'frame' | 'kind'
>

/** The batch around its messages; a batch that fails here is refused as a whole. */
export function checkBatch(
  value: unknown,
): Check<Omit<MeasurementBatch, 'messages'> & { messages: unknown[] }> {
  return checkFields(value, BATCH_RULES)
}

/** A message that fails here cannot be kept at all: it is rejected with the reason. */
export function checkEnvelope(value: unknown): Check<CheckedEnvelope> {
  return checkFields(value, ENVELOPE_RULES)
}

/** What a sound envelope holds; a message that fails here goes to quarantine as `invalid_message`, with its frame. */
export function checkContent(envelope: CheckedEnvelope): Check<ShippedMessage> {
  const content = contentOf(envelope)
  return content.kind === 'ok' ? { kind: 'ok', value: envelope as ShippedMessage } : content
}

function contentOf(envelope: CheckedEnvelope & { reading?: unknown; event?: unknown }): Check<unknown> {
  switch (envelope.kind) {
    case 'reading':
      return checkReading(envelope.reading)
    case 'event':
      return checkEvent(envelope.event)
    case 'undecodable':
      return checkFields(envelope, UNDECODABLE_RULES)
  }
}

function isMessageList(value: unknown): boolean {
  return Array.isArray(value) && value.length <= MAX_BATCH_MESSAGES
}

/** Length first, so that a huge text never meets the pattern. */
function isFrame(value: unknown): boolean {
  return typeof value === 'string' && value.length <= MAX_FRAME_CHARACTERS && BASE64.test(value)
}
