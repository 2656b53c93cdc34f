// What came in and what became of it, in plain numbers for the health page: received = stored + dropped + waiting, for each signal.
import { SIGNALS, type Signal } from './wire.ts'

/** Why a span, point or log line is not stored. */
export const DROP_REASONS = [
  'queue_full',
  'too_old',
  'ahead_of_clock',
  'not_a_number',
  'exponential_histogram',
  'series_limit',
  'no_name',
  'wrong_id',
  'insert_failed',
] as const
export type DropReason = (typeof DROP_REASONS)[number]

/** What is shortened before it is stored. */
export const CUT_REASONS = [
  'value_bytes',
  'key_bytes',
  'body_bytes',
  'attribute_count',
  'event_count',
] as const
export type CutReason = (typeof CUT_REASONS)[number]

/** Why a whole request is refused. */
export const REFUSAL_REASONS = ['undecodable', 'too_large', 'busy', 'wrong_type', 'wrong_path'] as const
export type RefusalReason = (typeof REFUSAL_REASONS)[number]

export interface SignalCounts {
  received: number
  stored: number
  dropped: Record<DropReason, number>
}

export interface IntakeCounts {
  signals: Record<Signal, SignalCounts>
  cut: Record<CutReason, number>
  refused: Record<RefusalReason, number>
  requests: number
}

export function newIntakeCounts(): IntakeCounts {
  const signal = (): SignalCounts => ({ received: 0, stored: 0, dropped: zeros(DROP_REASONS) })
  return {
    signals: Object.fromEntries(SIGNALS.map(name => [name, signal()])) as Record<Signal, SignalCounts>,
    cut: zeros(CUT_REASONS),
    refused: zeros(REFUSAL_REASONS),
    requests: 0,
  }
}

function zeros<const N extends string>(names: readonly N[]): Record<N, number> {
  return Object.fromEntries(names.map(name => [name, 0])) as Record<N, number>
}
