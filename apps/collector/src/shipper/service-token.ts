// The collector's access token: fetched with its client secret, renewed before it expires, shared by all requests.
import { withSpan } from '@deye-hard/telemetry'
import type { Clock } from './clock.ts'
import type { ApiResult, ShipError } from './errors.ts'

export interface TokenGrant {
  token: string
  lifetimeMs: number
}

export interface ServiceTokenOptions {
  clock: Clock
  /** Renewed so long before it expires, up to half as much again by chance. */
  refreshMarginMs: number
  fetchGrant(): Promise<ApiResult<TokenGrant>>
  report?: (event: TokenEvent) => void
}

export type TokenEvent =
  | { kind: 'token_refreshed' }
  | { kind: 'token_not_refreshed'; error: ShipError; status?: number }

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

  #refresh(): Promise<ApiResult<string>> {
    return withSpan('token refresh', {}, async span => {
      const granted = await this.#options.fetchGrant()
      span.set({ outcome: granted.kind === 'ok' ? 'ok' : 'failed' })
      if (granted.kind === 'ok') return this.#take(granted.value)
      // A refused token request is told as failed by `fetchGrant`.
      const error = granted.kind === 'failed' ? granted.error : 'unexpected_status'
      span.fail(error)
      this.refreshes.failed++
      const { status } = granted
      this.#options.report?.({ kind: 'token_not_refreshed', error, ...(status !== undefined && { status }) })
      return granted
    })
  }

  #take({ token, lifetimeMs }: TokenGrant): ApiResult<string> {
    const { clock, refreshMarginMs, report } = this.#options
    this.refreshes.ok++
    // A margin longer than the lifetime would mean a new token for every request.
    const marginMs = Math.min(refreshMarginMs * (1 + JITTER_SHARE * clock.random()), lifetimeMs / 2)
    this.#token = token
    this.expiresAtMs = clock.now() + lifetimeMs
    this.#refreshAtMs = this.expiresAtMs - marginMs
    report?.({ kind: 'token_refreshed' })
    return { kind: 'ok', value: token }
  }
}
