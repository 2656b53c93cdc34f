// Decides whether a new connection is taken: caps in all and per address, overload, and a pause after errors of accept.
import type { Clock } from './clock.ts'
import type { RefusedReason } from './counters.ts'
import type { Overload } from './overload.ts'
import type { CollectorSettings } from './settings.ts'

export class Admission {
  active = 0
  readonly #settings: CollectorSettings
  readonly #clock: Clock
  readonly #overload: Overload
  readonly #perAddress = new Map<string, number>()
  #backoffMs = 0
  #refuseUntilMs = 0
  #isStopping = false

  constructor(settings: CollectorSettings, clock: Clock, overload: Overload) {
    this.#settings = settings
    this.#clock = clock
    this.#overload = overload
  }

  /** Takes a place for `address` and returns null, or returns the reason to refuse. */
  enter(address: string): RefusedReason | null {
    const reason = this.#refusal(address)
    if (reason !== null) return reason
    this.active += 1
    this.#perAddress.set(address, (this.#perAddress.get(address) ?? 0) + 1)
    return null
  }

  /** Gives the place back. */
  leave(address: string): void {
    this.active -= 1
    const left = (this.#perAddress.get(address) ?? 1) - 1
    if (left > 0) this.#perAddress.set(address, left)
    else this.#perAddress.delete(address)
  }

  /** Accept failed (mostly EMFILE): refusing for a while leaves descriptors to the spool and to health checks. */
  acceptFailed(): void {
    const { acceptBackoffMin, acceptBackoffMax } = this.#settings
    const nowMs = this.#clock.monotonicMs()
    const goesOn = nowMs < this.#refuseUntilMs + this.#backoffMs
    this.#backoffMs = goesOn ? Math.min(this.#backoffMs * 2, acceptBackoffMax) : acceptBackoffMin
    this.#refuseUntilMs = nowMs + this.#backoffMs
  }

  stop(): void {
    this.#isStopping = true
  }

  #refusal(address: string): RefusedReason | null {
    if (this.#isStopping) return 'stopping'
    if (this.active >= this.#settings.connectionsMax) return 'connections_max'
    const ofAddress = this.#perAddress.get(address) ?? 0
    if (ofAddress >= this.#settings.connectionsPerAddressMax) return 'connections_per_address_max'
    if (this.#clock.monotonicMs() < this.#refuseUntilMs) return 'accept_backoff'
    return this.#overload.reason()
  }
}
