// Why the API did not take a batch: the closed list for status, counters and log lines.

export const SHIP_ERRORS = [
  'unreachable',
  'timeout',
  'server_error',
  'rate_limited',
  'unauthorized',
  'forbidden',
  'not_found',
  'unexpected_status',
  'bad_answer',
  'batch_refused',
  'spool_disk_error',
  'aborted',
] as const
/** After any other error the API may have stored the batch, and only its id tells. */
export const NOT_STORED: readonly ShipError[] = ['unauthorized', 'forbidden', 'not_found', 'rate_limited']
export type ShipError = (typeof SHIP_ERRORS)[number]

/** An expected outcome of talking to the API; exceptions stay inside api-client.ts. */
export type ApiResult<T> =
  | { kind: 'ok'; value: T }
  /** The API read the batch and refuses it as a whole: sending it again unchanged cannot help. */
  | { kind: 'refused'; status: number; detail: string }
  | { kind: 'failed'; error: ShipError; status?: number; retryAfterMs?: number; notSent?: true }
