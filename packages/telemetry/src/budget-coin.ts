// A coin that decides what is traced: its chance falls as events become many, so that 100,000 loggers cost what 120 do.

/** A window holds the budget of at least so many events; over fewer, chance would decide and not the rate. */
const EVENTS_IN_WINDOW_MIN = 10
const WINDOW_MIN_MS = 1_000

export interface BudgetCoinOptions {
  /** Events to take in a second. */
  perSecond: number
  nowMs: number
  /** From 0 to below 1; tests give a fixed one. */
  random?: () => number
}

/**
 * Takes every event while there are no more than the budget in a window, and about the budget above it. The chance is the budget over the events of
 * this or the last window, whichever has more: at a sudden flood it falls within the window (budget × (1 + ln(flood / budget)) are taken in it), after a
 * flood it rises again one window later.
 */
export class BudgetCoin {
  readonly #windowMs: number
  readonly #budget: number
  readonly #random: () => number
  #windowStartMs: number
  #events = 0
  #eventsBefore = 0

  constructor({ perSecond, nowMs, random = Math.random }: BudgetCoinOptions) {
    this.#windowMs = Math.max(WINDOW_MIN_MS, (EVENTS_IN_WINDOW_MIN / perSecond) * 1_000)
    this.#budget = perSecond === 0 ? 0 : (perSecond * this.#windowMs) / 1_000
    this.#windowStartMs = nowMs
    this.#random = random
  }

  /** Counts one event and says whether it is taken. */
  toss(nowMs: number): boolean {
    this.#turnWindow(nowMs)
    this.#events += 1
    const chance = this.probability
    return chance >= 1 || this.#random() < chance
  }

  /** Chance that the last event had, from 0 to 1. */
  get probability(): number {
    return this.#chanceAfter(Math.max(this.#events, this.#eventsBefore))
  }

  /** Chance of an event that comes now; rises after a flood also while none comes. Changes nothing: a toss may know an earlier time. */
  probabilityAt(nowMs: number): number {
    const windows = this.#windowsUntil(nowMs)
    if (windows <= 0) return this.probability
    return this.#chanceAfter(windows === 1 ? this.#events : 0)
  }

  #chanceAfter(events: number): number {
    if (this.#budget === 0) return 0
    return events <= this.#budget ? 1 : this.#budget / events
  }

  #windowsUntil(nowMs: number): number {
    return Math.floor((nowMs - this.#windowStartMs) / this.#windowMs)
  }

  #turnWindow(nowMs: number): void {
    const windows = this.#windowsUntil(nowMs)
    if (windows === 0) return
    this.#eventsBefore = windows === 1 ? this.#events : 0
    this.#events = 0
    this.#windowStartMs = windows > 0 ? this.#windowStartMs + windows * this.#windowMs : nowMs
  }
}
