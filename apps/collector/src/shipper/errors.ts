// Why the API did not take a batch: the closed list of the telemetry schema, and what follows from it.
import type { SHIP_ERRORS } from '@deye-hard/telemetry-schema'

export type ShipError = (typeof SHIP_ERRORS)[number]

/** After any other error the API may have stored the batch, and only its id tells. */
export const NOT_STORED: readonly ShipError[] = ['unauthorized', 'forbidden', 'not_found', 'rate_limited']
/** An expected outcome of talking to the API; exceptions stay inside api-client.ts. */
export type ApiResult<T> =
  | { kind: 'ok'; value: T }
  /** The API read the batch and refuses it as a whole: sending it again unchanged cannot help. */
  | { kind: 'refused'; status: number; detail: string }
  | { kind: 'failed'; error: ShipError; status?: number; retryAfterMs?: number; notSent?: true }
