// One HTTP request to the API with a deadline and a bounded answer; every way it can end is a value.
import { scrub } from '@deye-hard/telemetry'
import type { Clock } from './clock.ts'
import type { ApiResult, ShipError } from './errors.ts'

/** Estimates: 1,000 outcomes are some 120 kB, a registry of 100,000 loggers some 20 MB. */
const ANSWER_MAX_BYTES = 64 * 2 ** 20
const DETAIL_MAX_CHARACTERS = 300
/** Cleaned before it is cut: half a secret is not recognised as one. Longer than any that begins in what is kept. */
const DETAIL_READ_CHARACTERS = 8_192

export interface ApiRequest {
  method: 'GET' | 'POST'
  url: URL
  headers: Record<string, string>
  body?: string
}

export interface ApiAnswer {
  status: number
  headers: Headers
  /** Undefined when the answer has no JSON (304, empty). */
  body: unknown
}

export interface RequestLimits {
  clock: Clock
  timeoutMs: number
  signal: AbortSignal
}

/** Statuses of success come back as they are, all others as `refused` or `failed`. */
export async function requestApi(request: ApiRequest, limits: RequestLimits): Promise<ApiResult<ApiAnswer>> {
  const end = new AbortController()
  const onStop = () => end.abort()
  limits.signal.addEventListener('abort', onStop, { once: true })
  if (limits.signal.aborted) onStop()
  const cancelDeadline = limits.clock.after(limits.timeoutMs, () => end.abort())
  try {
    const response = await fetch(request.url, {
      method: request.method,
      headers: { accept: 'application/json', ...request.headers },
      // A redirect would carry the token to another place.
      redirect: 'manual',
      signal: end.signal,
      ...(request.body !== undefined && { body: request.body }),
    })
    const text = await boundedText(response)
    return text === null ? { kind: 'failed', error: 'bad_answer' } : answerOf(response, text, limits.clock)
  } catch {
    if (limits.signal.aborted) return { kind: 'failed', error: 'aborted' }
    return { kind: 'failed', error: end.signal.aborted ? 'timeout' : 'unreachable' }
  } finally {
    cancelDeadline()
    limits.signal.removeEventListener('abort', onStop)
  }
}

/** Null when the answer is larger than any that the API gives. */
async function boundedText(response: Response): Promise<string | null> {
  if (response.body === null) return ''
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of response.body) {
    bytes += chunk.length
    if (bytes > ANSWER_MAX_BYTES) return null
    chunks.push(chunk)
  }
  return Buffer.concat(chunks, bytes).toString()
}

function answerOf(response: Response, text: string, clock: Clock): ApiResult<ApiAnswer> {
  const { status, headers } = response
  if (status === 400 || status === 413 || status === 422)
    return { kind: 'refused', status, detail: detailOf(text) }
  if (status !== 200 && status !== 304) return failureOf(status, headers, clock)
  if (text === '') return { kind: 'ok', value: { status, headers, body: undefined } }
  try {
    return { kind: 'ok', value: { status, headers, body: JSON.parse(text) as unknown } }
  } catch {
    return { kind: 'failed', error: 'bad_answer', status }
  }
}

/** What answers may be a proxy that quotes our request, and the detail goes to the log and onto the disk of the spool. */
function detailOf(text: string): string {
  return scrub(text.slice(0, DETAIL_READ_CHARACTERS)).slice(0, DETAIL_MAX_CHARACTERS)
}

const ERROR_BY_STATUS = new Map<number, ShipError>([
  [401, 'unauthorized'],
  [403, 'forbidden'],
  [404, 'not_found'],
  [408, 'timeout'],
  [429, 'rate_limited'],
])

function failureOf(status: number, headers: Headers, clock: Clock): ApiResult<never> {
  const error = ERROR_BY_STATUS.get(status) ?? (status >= 500 ? 'server_error' : 'unexpected_status')
  const retryAfterMs = readRetryAfter(headers.get('retry-after'), clock)
  return { kind: 'failed', error, status, ...(retryAfterMs !== null && { retryAfterMs }) }
}

/** RFC 9110 10.2.3: seconds or a date. */
function readRetryAfter(text: string | null, clock: Clock): number | null {
  if (text === null) return null
  if (/^\d{1,9}$/.test(text.trim())) return Number(text) * 1_000
  const dateMs = Date.parse(text)
  return Number.isNaN(dateMs) ? null : Math.max(0, dateMs - clock.now())
}
