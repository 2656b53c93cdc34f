// What became of one signal: taken, given up and why, failed attempts; and one log line when the receiver goes away, one when it is back.
import { FAILURE_REASONS, type FailureReason } from './grpc-status.ts'

export const SIGNALS = ['spans', 'logs', 'metrics'] as const
export type Signal = (typeof SIGNALS)[number]

export const DROP_REASONS = ['queue_full', 'rejected', 'shutdown', 'export_failed'] as const
export type DropReason = (typeof DROP_REASONS)[number]

/** `dropped` is since the receiver last took something of the signal. */
export interface SignalReport {
  notTaken(signal: Signal, reason: FailureReason, dropped: number): void
  takenAgain(signal: Signal, dropped: number): void
}

export class SignalAccount {
  readonly signal: Signal
  readonly #report: SignalReport
  #failing = false
  #droppedAtLastTaken = 0
  exported = 0
  readonly dropped: Record<DropReason, number> = zeros(DROP_REASONS)
  readonly failures: Record<FailureReason, number> = zeros(FAILURE_REASONS)

  constructor(signal: Signal, report: SignalReport) {
    this.signal = signal
    this.#report = report
  }

  taken(count: number): void {
    this.exported += count
    const dropped = sum(this.dropped)
    if (this.#failing) this.#report.takenAgain(this.signal, dropped - this.#droppedAtLastTaken)
    this.#failing = false
    this.#droppedAtLastTaken = dropped
  }

  failed(reason: FailureReason): void {
    this.failures[reason] += 1
    if (!this.#failing)
      this.#report.notTaken(this.signal, reason, sum(this.dropped) - this.#droppedAtLastTaken)
    this.#failing = true
  }

  drop(reason: DropReason, count: number): void {
    this.dropped[reason] += count
  }
}

export function sum(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((total, count) => total + count, 0)
}

function zeros<K extends string>(keys: readonly K[]): Record<K, number> {
  return Object.fromEntries(keys.map(key => [key, 0])) as Record<K, number>
}
