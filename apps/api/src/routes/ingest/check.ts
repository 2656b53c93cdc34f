// Sorts the messages of a batch: fit for the store, fit for quarantine only, or not to be kept at all.
import {
  type CheckedEnvelope,
  checkContent,
  checkEnvelope,
  type IngestOutcome,
  type Refusal,
  type ShippedMessage,
} from '@deye-hard/domain'

/** Stands for the number of a message that has none. */
export const NO_SEQ = -1

export type Sorted = { kind: 'kept'; message: ShippedMessage } | { kind: 'rejected'; outcome: IngestOutcome }

export function sortMessages(messages: readonly unknown[]): Sorted[] {
  const seen = new Set<number>()
  return messages.map(message => {
    const envelope = checkEnvelope(message)
    if (envelope.kind === 'refused') return reject(seqOf(message), envelope)
    const { seq } = envelope.value
    if (seen.has(seq)) return reject(seq, REPEATED)
    seen.add(seq)
    return { kind: 'kept', message: keepable(envelope.value) }
  })
}

const REPEATED: Omit<Refusal, 'kind'> = {
  field: 'seq',
  form: 'a number that came before in this batch',
  expected: 'a number of its own',
}

/** A message whose content is wrong still has its frame: it can be decoded again after a fix. */
function keepable(envelope: CheckedEnvelope): ShippedMessage {
  const content = checkContent(envelope)
  if (content.kind === 'ok') return content.value
  const { seq, logger_serial, received_at, control_code, frame } = envelope
  const detail = sentence(content)
  return {
    seq,
    logger_serial,
    received_at,
    control_code,
    frame,
    kind: 'undecodable',
    reason: 'invalid_message',
    detail,
  }
}

function reject(seq: number, refusal: Omit<Refusal, 'kind'>): Sorted {
  return { kind: 'rejected', outcome: { seq, outcome: 'rejected', reason: sentence(refusal) } }
}

function sentence({ field, form, expected }: Omit<Refusal, 'kind'>): string {
  return `${field}: found ${form}, expected ${expected}`
}

function seqOf(message: unknown): number {
  const seq = (message as { seq?: unknown } | null)?.seq
  return Number.isSafeInteger(seq) ? (seq as number) : NO_SEQ
}
