// The collector's access token: fetched with its client secret, renewed before it expires, shared by all requests.
import type { Clock } from './clock.ts'
import type { ApiResult } from './errors.ts'

export interface TokenGrant {
  token: string
  lifetimeMs: number
}

export interface ServiceTokenOptions {
  clock: Clock
  /** Renewed so long before it expires, up to half as much again by chance. */
  refreshMarginMs: number
  fetchGrant(): Promise<ApiResult<TokenGrant>>
}

const JITTER_SHARE = 0.5

export class ServiceToken {
  readonly refreshes = { ok: 0, failed: 0 }
  expiresAtMs: number | null = null
  #token: string | null = null
  #refreshAtMs = 0
  #refreshing: Promise<ApiResult<string>> | undefined
  readonly #options: ServiceTokenOptions

  constructor(options: ServiceTokenOptions) {
    this.#options = options
  }

  /** A renewal that fails while the old token is still good costs nothing. */
  async get(): Promise<ApiResult<string>> {
    const current = this.#token
    const nowMs = this.#options.clock.now()
    if (current !== null && nowMs < this.#refreshAtMs) return { kind: 'ok', value: current }
    this.#refreshing ??= this.#refresh().finally(() => {
      this.#refreshing = undefined
    })
    const renewed = await this.#refreshing
    if (renewed.kind === 'ok' || current === null) return renewed
    return nowMs < (this.expiresAtMs ?? 0) && this.#token === current
      ? { kind: 'ok', value: current }
      : renewed
  }

  /** The API refused this token (keys rotated, clock wrong): the next `get` fetches another. */
  forget(token: string): void {
    if (this.#token === token) this.#token = null
  }

  async #refresh(): Promise<ApiResult<string>> {
    const { clock, refreshMarginMs, fetchGrant } = this.#options
    const granted = await fetchGrant()
    if (granted.kind !== 'ok') {
      this.refreshes.failed++
      return granted
    }
    this.refreshes.ok++
    const { token, lifetimeMs } = granted.value
    // A margin longer than the lifetime would mean a new token for every request.
    const marginMs = Math.min(refreshMarginMs * (1 + JITTER_SHARE * clock.random()), lifetimeMs / 2)
    this.#token = token
    this.expiresAtMs = clock.now() + lifetimeMs
    this.#refreshAtMs = this.expiresAtMs - marginMs
    return { kind: 'ok', value: token }
  }
}
