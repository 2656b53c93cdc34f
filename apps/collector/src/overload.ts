// Says whether the collector has more to do than it can: then new connections are refused first (DESIGN 4.5).
import type { Clock } from './clock.ts'
import type { RefusedReason } from './counters.ts'
import type { CollectorSettings } from './settings.ts'
import type { Spool } from './spool/contract.ts'

/** `monitorEventLoopDelay` would lose the first sample after each reset, and so every one while the loop is stuck. */
export const LOOP_SAMPLE_INTERVAL_MS = 100

type OverloadReason = Extract<RefusedReason, 'spool_full' | 'spool_pending' | 'event_loop_delay'>

export class Overload {
  /** Longest lag of the event loop between the last two looks, in ms. */
  eventLoopDelayMs = 0
  readonly stop: () => void
  readonly #spool: Spool
  readonly #settings: CollectorSettings
  readonly #clock: Clock
  #sampledAtMs: number
  #worstLagMs = 0
  #isSpoolFull = false

  constructor(spool: Spool, settings: CollectorSettings, clock: Clock) {
    this.#spool = spool
    this.#settings = settings
    this.#clock = clock
    this.#sampledAtMs = clock.monotonicMs()
    this.stop = clock.every(LOOP_SAMPLE_INTERVAL_MS, () => this.#sample())
  }

  /** Looks at what is too dear to ask for each connection; called by the sweep. */
  look(): void {
    this.eventLoopDelayMs = this.#worstLagMs
    this.#worstLagMs = 0
    const { full, disk_error: diskError } = this.#spool.status()
    this.#isSpoolFull = full || diskError !== null
  }

  /** Why no new connection is taken now; null when there is room. */
  reason(): OverloadReason | null {
    if (this.#isSpoolFull) return 'spool_full'
    if (this.#spool.pendingBytes() > this.#settings.pendingBytesMax) return 'spool_pending'
    return this.eventLoopDelayMs > this.#settings.eventLoopDelayMax ? 'event_loop_delay' : null
  }

  #sample(): void {
    const nowMs = this.#clock.monotonicMs()
    this.#worstLagMs = Math.max(this.#worstLagMs, nowMs - this.#sampledAtMs - LOOP_SAMPLE_INTERVAL_MS)
    this.#sampledAtMs = nowMs
  }
}
