// Talks to the HTTP API of SigNoz: every answer is a value, so that each caller decides what a refusal means to it.
import type { Secret } from '@deye-hard/config'

const ANSWER_LIMIT_MS = 30_000
/** Enough of an unexpected page to recognise it, too little to flood a terminal. */
const TEXT_SHOWN = 200

export type Credentials =
  | { kind: 'api_key'; apiKey: Secret }
  | { kind: 'login'; email: string; password: Secret }

export type Answer<T> =
  | { kind: 'done'; data: T }
  | { kind: 'refused'; status: number; code: string; message: string }
  | { kind: 'unreachable'; reason: string }

export type Method = 'GET' | 'POST' | 'PUT' | 'DELETE'

interface Envelope<T> {
  status?: 'success' | 'error'
  data?: T
  error?: string | { code?: string; message?: string; errors?: { message?: string }[] | null }
}

export class SigNozClient {
  readonly url: string
  readonly #credentials: Credentials
  #accessToken: string | null = null

  constructor(url: string, credentials: Credentials) {
    this.url = url
    this.#credentials = credentials
  }

  /** The data of the envelope, or the whole answer of the old endpoints that have none. Never throws for what a server may do. */
  async ask<T>(method: Method, path: string, body?: unknown): Promise<Answer<T>> {
    const answer = await this.#send<T>(method, path, body)
    if (answer.kind !== 'refused' || answer.status !== 401 || this.#credentials.kind === 'api_key')
      return answer
    // An access token lives 30 minutes.
    const login = await this.logIn()
    return login.kind === 'done' ? this.#send<T>(method, path, body) : login
  }

  /** With a key there is nothing to log in to: the first answer shows whether it is good. */
  async logIn(): Promise<Answer<null>> {
    if (this.#credentials.kind === 'api_key') return this.#send('GET', '/api/v1/channels').then(asLogin)
    const { email, password } = this.#credentials
    const query = new URLSearchParams({ email, ref: this.url })
    this.#accessToken = null
    const context = await this.#send<{ exists?: boolean; orgs?: { id: string }[] }>(
      'GET',
      `/api/v2/sessions/context?${query}`,
    )
    if (context.kind !== 'done') return context
    const orgId = context.data.orgs?.[0]?.id
    if (orgId === undefined)
      return {
        kind: 'refused',
        status: 503,
        code: 'no_organisation',
        message: 'there is no organisation yet',
      }
    if (context.data.exists === false)
      return { kind: 'refused', status: 401, code: 'no_user', message: `there is no user ${email}` }
    const session = await this.#send<{ accessToken: string }>('POST', '/api/v2/sessions/email_password', {
      email,
      password: password.reveal(),
      orgId,
    })
    if (session.kind === 'done') this.#accessToken = session.data.accessToken
    return asLogin(session)
  }

  async #send<T>(method: Method, path: string, body?: unknown): Promise<Answer<T>> {
    try {
      const response = await fetch(this.url + path, {
        method,
        headers: { 'content-type': 'application/json', ...this.#authorization() },
        signal: AbortSignal.timeout(ANSWER_LIMIT_MS),
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      })
      return readAnswer<T>(response.status, await response.text())
    } catch (error) {
      return { kind: 'unreachable', reason: reasonOf(error) }
    }
  }

  #authorization(): Record<string, string> {
    if (this.#credentials.kind === 'api_key') return { 'SIGNOZ-API-KEY': this.#credentials.apiKey.reveal() }
    return this.#accessToken === null ? {} : { authorization: `Bearer ${this.#accessToken}` }
  }
}

/** Exported for tests of the forms that real servers send. */
export function readAnswer<T>(status: number, text: string): Answer<T> {
  const parsed = parse<T>(text)
  if (parsed === null && text !== '')
    return {
      kind: 'refused',
      status,
      code: 'not_signoz',
      message: `no JSON but "${text.slice(0, TEXT_SHOWN)}"`,
    }
  if (status >= 200 && status < 300) {
    const data = parsed !== null && 'data' in parsed ? parsed.data : parsed
    return { kind: 'done', data: (data ?? null) as T }
  }
  const error = parsed?.error
  if (typeof error === 'string') return { kind: 'refused', status, code: 'unknown', message: error }
  // The field stands in `errors` when the message is only "alert rule is not valid".
  const details = (error?.errors ?? []).flatMap(({ message }) => message ?? [])
  const message = [error?.message ?? `HTTP ${status}`, ...details].join(': ')
  return { kind: 'refused', status, code: error?.code ?? 'unknown', message }
}

function parse<T>(text: string): Envelope<T> | null {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' ? (value as Envelope<T>) : null
  } catch {
    return null
  }
}

function asLogin(answer: Answer<unknown>): Answer<null> {
  return answer.kind === 'done' ? { kind: 'done', data: null } : answer
}

/** Node wraps the errors of several addresses of one host into an AggregateError with an empty message. */
function reasonOf(error: unknown): string {
  const { cause, message, name } = error as Error
  if (name === 'TimeoutError') return `no answer within ${ANSWER_LIMIT_MS / 1_000} s`
  if (cause instanceof AggregateError) return (cause.errors[0] as Error).message
  return cause instanceof Error ? cause.message || 'connection failed' : message
}
