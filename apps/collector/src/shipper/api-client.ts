// What the collector asks of the API: a token, the list of loggers, and to take batches.
import type { IngestOutcome } from '@deye-hard/domain'
import { type ApiAnswer, type ApiRequest, requestApi } from './api-request.ts'
import { type Clock, SYSTEM_CLOCK } from './clock.ts'
import type { ApiResult } from './errors.ts'
import { ServiceToken, type TokenEvent, type TokenGrant } from './service-token.ts'

const OUTCOMES: readonly string[] = ['stored', 'duplicate', 'quarantined', 'rejected']
const DEFAULT_TIMEOUT_MS = 10_000
const DEFAULT_REFRESH_MARGIN_MS = 60_000

export interface ApiClientOptions {
  apiUrl: string
  clientId: string
  clientSecret: string
  timeoutMs?: number
  tokenRefreshMarginMs?: number
  clock?: Clock
  /** For log lines; called once for each attempt to get a token. */
  report?: (event: TokenEvent) => void
}

/** What the collector asks for; label of `solar.backend.auth.failures`. */
export type Operation = 'token' | 'measurements' | 'loggers'

/** As the API knows a logger; more fields may follow. */
export interface RegisteredLogger {
  logger_serial: number
  inverter_id: number | null
  site_id: number | null
  latitude: number | null
  longitude: number | null
  timezone: string | null
  has_battery: boolean
  upload_interval_s: number | null
}

export type LoggerList =
  | { kind: 'unchanged' }
  | { kind: 'loggers'; loggers: RegisteredLogger[]; etag: string | null }

export class ApiClient {
  readonly token: ServiceToken
  /** Requests that were refused with 401 or 403. */
  readonly authFailures: Record<Operation, number> = { token: 0, measurements: 0, loggers: 0 }
  readonly #options: Required<ApiClientOptions>
  readonly #stop = new AbortController()

  constructor(options: ApiClientOptions) {
    this.#options = {
      timeoutMs: DEFAULT_TIMEOUT_MS,
      tokenRefreshMarginMs: DEFAULT_REFRESH_MARGIN_MS,
      clock: SYSTEM_CLOCK,
      report: () => {},
      ...options,
    }
    this.token = new ServiceToken({
      clock: this.#options.clock,
      refreshMarginMs: this.#options.tokenRefreshMarginMs,
      fetchGrant: () => this.#fetchGrant(),
      report: this.#options.report,
    })
  }

  /** @param body a MeasurementBatch as JSON. @returns one outcome for each of `seqs`. */
  async postBatch(
    batchId: string,
    seqs: readonly number[],
    body: string,
  ): Promise<ApiResult<Map<number, IngestOutcome>>> {
    const headers = { 'content-type': 'application/json' }
    const answer = await this.#authorized('measurements', {
      method: 'POST',
      url: this.#url('/api/measurements'),
      headers,
      body,
    })
    if (answer.kind !== 'ok') return answer
    const outcomes = readOutcomes(answer.value.body, batchId, seqs)
    return outcomes ? { kind: 'ok', value: outcomes } : { kind: 'failed', error: 'bad_answer' }
  }

  async getLoggers(etag: string | null): Promise<ApiResult<LoggerList>> {
    const headers: Record<string, string> = etag === null ? {} : { 'if-none-match': etag }
    const url = this.#url('/api/service/loggers')
    const answer = await this.#authorized('loggers', { method: 'GET', url, headers })
    if (answer.kind !== 'ok') return answer
    if (answer.value.status === 304) return { kind: 'ok', value: { kind: 'unchanged' } }
    const loggers = readLoggers(answer.value.body)
    if (!loggers) return { kind: 'failed', error: 'bad_answer' }
    return { kind: 'ok', value: { kind: 'loggers', loggers, etag: answer.value.headers.get('etag') } }
  }

  /** Ends what is under way; for the end of the drain. */
  abort(): void {
    this.#stop.abort()
  }

  /** A 401 costs one new token and one more attempt. */
  async #authorized(operation: Operation, request: ApiRequest): Promise<ApiResult<ApiAnswer>> {
    const first = await this.#withToken(operation, request)
    if (first.kind !== 'failed' || first.error !== 'unauthorized' || first.token === null) return first
    return this.#withToken(operation, request)
  }

  async #withToken(
    operation: Operation,
    request: ApiRequest,
  ): Promise<ApiResult<ApiAnswer> & { token?: string | null }> {
    const token = await this.token.get()
    if (token.kind === 'failed') return { ...token, notSent: true, token: null }
    if (token.kind === 'refused') return { ...token, token: null }
    const headers = { ...request.headers, authorization: `Bearer ${token.value}` }
    const answer = await this.#request(operation, { ...request, headers })
    if (answer.kind !== 'failed' || answer.error !== 'unauthorized') return answer
    this.token.forget(token.value)
    return { ...answer, token: token.value }
  }

  async #fetchGrant(): Promise<ApiResult<TokenGrant>> {
    const { clientId, clientSecret } = this.#options
    const answer = await this.#request('token', {
      method: 'POST',
      url: this.#url('/api/service/token'),
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ client_id: clientId, client_secret: clientSecret }),
    })
    // A refused token request says nothing about a batch.
    if (answer.kind === 'refused')
      return { kind: 'failed', error: 'unexpected_status', status: answer.status }
    if (answer.kind !== 'ok') return answer
    const grant = readGrant(answer.value.body)
    return grant ? { kind: 'ok', value: grant } : { kind: 'failed', error: 'bad_answer' }
  }

  #url(path: string): URL {
    return new URL(
      path.slice(1),
      this.#options.apiUrl.endsWith('/') ? this.#options.apiUrl : `${this.#options.apiUrl}/`,
    )
  }

  async #request(operation: Operation, request: ApiRequest): Promise<ApiResult<ApiAnswer>> {
    const { clock, timeoutMs } = this.#options
    const answer = await requestApi(request, { clock, timeoutMs, signal: this.#stop.signal })
    if (answer.kind === 'failed' && (answer.error === 'unauthorized' || answer.error === 'forbidden'))
      this.authFailures[operation]++
    return answer
  }
}

/** Null unless the answer is about this batch and names an outcome for each message: anything else is asked again. */
function readOutcomes(
  body: unknown,
  batchId: string,
  seqs: readonly number[],
): Map<number, IngestOutcome> | null {
  const { batch_id, outcomes } = (body ?? {}) as { batch_id?: unknown; outcomes?: unknown }
  if (batch_id !== batchId || !Array.isArray(outcomes)) return null
  const bySeq = new Map<number, IngestOutcome>()
  for (const outcome of outcomes as (IngestOutcome | null)[])
    if (outcome && OUTCOMES.includes(outcome.outcome)) bySeq.set(outcome.seq, outcome)
  return seqs.every(seq => bySeq.has(seq)) ? bySeq : null
}

function readLoggers(body: unknown): RegisteredLogger[] | null {
  const { loggers } = (body ?? {}) as { loggers?: unknown }
  if (!Array.isArray(loggers)) return null
  const sound = (loggers as (RegisteredLogger | null)[]).every(logger =>
    Number.isInteger(logger?.logger_serial),
  )
  return sound ? (loggers as RegisteredLogger[]) : null
}

function readGrant(body: unknown): TokenGrant | null {
  const { access_token, expires_in } = (body ?? {}) as { access_token?: unknown; expires_in?: unknown }
  if (typeof access_token !== 'string' || typeof expires_in !== 'number' || !(expires_in > 0)) return null
  return { token: access_token, lifetimeMs: expires_in * 1_000 }
}
