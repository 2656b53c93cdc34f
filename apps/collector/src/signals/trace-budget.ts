// How many spans a second the work may cost: the same for 120 loggers and for 100,000.
import { BudgetCoin, isTracing } from '@deye-hard/telemetry'
import { type Clock, systemClock } from '../clock.ts'
import type { CollectorSettings } from '../settings.ts'

export type BudgetSettings = Pick<CollectorSettings, 'frameSpansPerSecond' | 'errorSpansPerSecond'>

export class TraceBudget {
  /** Errors that got no span, because there were too many. */
  errorsLeftOut = 0
  readonly #clock: Clock
  readonly #messages: BudgetCoin
  readonly #shipments: BudgetCoin
  readonly #errors: BudgetCoin

  constructor(settings: BudgetSettings, clock: Clock = systemClock) {
    this.#clock = clock
    const nowMs = clock.monotonicMs()
    this.#messages = new BudgetCoin({ perSecond: settings.frameSpansPerSecond, nowMs })
    this.#shipments = new BudgetCoin({ perSecond: settings.frameSpansPerSecond, nowMs })
    this.#errors = new BudgetCoin({ perSecond: settings.errorSpansPerSecond, nowMs })
  }

  /** Chance that the latest message had to be traced, from 0 to 1. */
  get messageProbability(): number {
    return this.#messages.probability
  }

  /** Of a message that comes now. */
  get messageProbabilityNow(): number {
    return this.#messages.probabilityAt(this.#clock.monotonicMs())
  }

  get errorProbability(): number {
    return this.#errors.probability
  }

  /** @param nowMs monotonic; asked for each frame, which has looked at the clock already. */
  takesMessage(nowMs: number): boolean {
    return isTracing() && this.#messages.toss(nowMs)
  }

  /** For a batch without a traced message. */
  takesShipment(): boolean {
    return isTracing() && this.#shipments.toss(this.#clock.monotonicMs())
  }

  takesError(): boolean {
    if (!isTracing()) return false
    if (this.#errors.toss(this.#clock.monotonicMs())) return true
    this.errorsLeftOut += 1
    return false
  }
}
