// What has become of frames since the start of the process, as plain numbers: by control code, by reason, live or buffered.
// The ledger of the spool counts the same messages durably; a test holds the two together.
import { QUARANTINE_REASONS, type QuarantineReason } from '@deye-hard/domain'
import { byReason, type LiveAndBuffered } from '../counters.ts'
import { isBuffered } from '../received.ts'
import { recordWrite } from '../signals/durations.ts'
import type { MessageEnd, Settlement } from './settlement.ts'

/** Why a sound frame became no reading and no event here, before the API saw it. */
export type Rejection = QuarantineReason | 'decoder_fault'
export const REJECTIONS: readonly Rejection[] = [...QUARANTINE_REASONS, 'decoder_fault']

/** Why a message ended as bytes; `other` is what a newer API may say. */
const QUARANTINED_REASONS = [...QUARANTINE_REASONS, 'damaged', 'rejected', 'other'] as const
export type QuarantinedReason = (typeof QUARANTINED_REASONS)[number]

const CONTROL_CODE_OFFSET = 4

export class ReadingAccount {
  /** Events that travelled and were counted as messages; all other messages are received by the network half. */
  readonly received = none()
  readonly stored = none()
  readonly duplicate = none()
  readonly quarantined = Object.fromEntries(QUARANTINED_REASONS.map(reason => [reason, none()])) as Record<
    QuarantinedReason,
    LiveAndBuffered
  >
  /** Indexed by control byte, like all counts of frames. */
  readonly parsed = byCode()
  readonly rejected = Object.fromEntries(REJECTIONS.map(reason => [reason, byCode()])) as Record<
    Rejection,
    number[]
  >

  /** @param nowMs Wall clock at which the API confirmed. */
  add({ ends, damagedMessages }: Settlement, nowMs: number): void {
    this.quarantined.damaged.live += damagedMessages
    for (const end of ends) this.#addEnd(end, nowMs)
  }

  #addEnd({ entry, rejection, outcome, reason, inLedger }: MessageEnd, nowMs: number): void {
    const code = entry.bytes[CONTROL_CODE_OFFSET] ?? 0
    if (rejection === null) this.parsed[code]! += 1
    else this.rejected[rejection][code]! += 1
    if (!inLedger) return
    const kind = isBuffered(entry.bytes) ? 'buffered' : 'live'
    if (entry.messageClass === 'event') this.received[kind] += 1
    if (outcome === 'quarantined') this.quarantined[quarantinedReason(reason)][kind] += 1
    else this[outcome][kind] += 1
    recordWrite(nowMs - entry.receivedAtMs, reason === 'rejected' ? 'rejected' : outcome)
  }
}

function quarantinedReason(reason: string | null): QuarantinedReason {
  return QUARANTINED_REASONS.find(known => known === reason) ?? 'other'
}

function none(): LiveAndBuffered {
  return byReason(['live', 'buffered'])
}

function byCode(): number[] {
  return new Array<number>(256).fill(0)
}
