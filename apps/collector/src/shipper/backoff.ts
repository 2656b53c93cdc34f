// Exponential back-off with full jitter: after an outage a fleet of clients must not come back in step.
import type { Clock } from './clock.ts'

/** An API that asks for more than this is asked again anyway. */
const RETRY_AFTER_MAX_MS = 5 * 60_000
const MAX_DOUBLINGS = 30

export interface BackoffLimits {
  minMs: number
  maxMs: number
}

export class Backoff {
  failures = 0
  /** The pause that runs, or ran last; 0 after a success. */
  pauseMs = 0
  #untilMs = 0
  readonly #limits: BackoffLimits
  readonly #clock: Clock

  constructor(limits: BackoffLimits, clock: Clock) {
    this.#limits = limits
    this.#clock = clock
  }

  /** Between half the floor and the ceiling, which doubles with each failure; never below what the API asked for. */
  failed(retryAfterMs = 0): void {
    const { minMs, maxMs } = this.#limits
    const ceilingMs = Math.min(maxMs, minMs * 2 ** Math.min(this.failures, MAX_DOUBLINGS))
    const jitteredMs = Math.max(minMs / 2, this.#clock.random() * ceilingMs)
    this.failures++
    this.pauseMs = Math.ceil(Math.max(jitteredMs, Math.min(retryAfterMs, RETRY_AFTER_MAX_MS)))
    this.#untilMs = this.#clock.now() + this.pauseMs
  }

  succeeded(): void {
    this.failures = 0
    this.pauseMs = 0
    this.#untilMs = 0
  }

  /** 0 when the next attempt is due. A clock that jumped back must not lengthen the pause. */
  remainingMs(): number {
    return Math.min(this.pauseMs, Math.max(0, this.#untilMs - this.#clock.now()))
  }
}
