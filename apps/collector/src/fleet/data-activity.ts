// How busily each logger sends data, how often it sends again what we had acked, and how often it names another inverter.
import { RecentCounts } from './recent-counts.ts'

const MINUTE_MS = 60_000
const RATE_MINUTES = 5
const STRETCH_MINUTES = 5
const RATIO_STRETCHES = 12
const CHANGE_STRETCHES = 6

/** 78 bytes per logger: 6 + 13 + 13 + 7 counters of two bytes. Times are those of the monotonic clock. */
export class DataActivity {
  readonly #startedMs: number
  readonly #byMinute = new RecentCounts(MINUTE_MS, RATE_MINUTES)
  readonly #messages = new RecentCounts(STRETCH_MINUTES * MINUTE_MS, RATIO_STRETCHES)
  readonly #retries = new RecentCounts(STRETCH_MINUTES * MINUTE_MS, RATIO_STRETCHES)
  readonly #inverterChanges = new RecentCounts(STRETCH_MINUTES * MINUTE_MS, CHANGE_STRETCHES)

  constructor(startedMs: number) {
    this.#startedMs = startedMs
  }

  noteMessage(slot: number, nowMs: number): void {
    this.#byMinute.add(slot, nowMs)
    this.#messages.add(slot, nowMs)
  }

  /** The message was noted before. */
  noteRetry(slot: number, nowMs: number): void {
    this.#retries.add(slot, nowMs)
  }

  noteInverterChange(slot: number, nowMs: number): void {
    this.#inverterChanges.add(slot, nowMs)
  }

  /** Per minute, over the last five to six minutes; null while nothing came and we have not listened for so long. */
  messageRate(slot: number, nowMs: number): number | null {
    const messages = this.#byMinute.sum(slot, nowMs)
    if (messages === 0 && nowMs - this.#startedMs < RATE_MINUTES * MINUTE_MS) return null
    return messages / (this.#byMinute.spanMs(nowMs) / MINUTE_MS)
  }

  /** 0 to 1, over the last hour; null without messages. */
  retryRatio(slot: number, nowMs: number): number | null {
    const messages = this.#messages.sum(slot, nowMs)
    return messages === 0 ? null : Math.min(1, this.#retries.sum(slot, nowMs) / messages)
  }

  /** Over the last half hour. */
  inverterChanges(slot: number, nowMs: number): number {
    return this.#inverterChanges.sum(slot, nowMs)
  }

  forget(slot: number): void {
    for (const counts of [this.#byMinute, this.#messages, this.#retries, this.#inverterChanges])
      counts.forget(slot)
  }
}
