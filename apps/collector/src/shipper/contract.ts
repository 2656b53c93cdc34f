// What the shipper needs, what it tells, and how it is stopped.
import type { TimeLimits } from '@deye-hard/domain'
import type { Tracing } from '../signals/tracing.ts'
import type { Spool } from '../spool/contract.ts'
import type { ApiClient, Operation } from './api-client.ts'
import type { BackoffLimits } from './backoff.ts'
import type { Clock } from './clock.ts'
import type { ShipError } from './errors.ts'
import type { ReadingAccount } from './reading-account.ts'
import type { LoggerRegistry } from './registry.ts'

export interface ShipperOptions {
  spool: Spool
  client: ApiClient
  registry: Pick<LoggerRegistry, 'isKnown'>
  batchMessages?: number
  /** Of a batch as JSON, estimated; below the body limit of the API. */
  batchBytes?: number
  batchesInFlight?: number
  /** How long a frame waits for others to share its batch. */
  lingerMs?: number
  backoff?: BackoffLimits
  timeLimits?: TimeLimits
  clock?: Clock
  /** Shared with the network half; nothing is traced without it. */
  tracing?: Tracing
  /** For log lines; called once for each batch, recovery and given-up message, inside the span of the batch. */
  report?: (event: ShipperEvent) => void
}

export type ShipperEvent =
  | { kind: 'batch_shipped'; batchId: string; messages: number; durationMs: number }
  | {
      kind: 'batch_failed'
      /** Of a batch that has an id on disk. */
      batchId?: string
      error: ShipError
      failures: number
      pauseMs: number
      status?: number
      detail?: string
    }
  | { kind: 'recovered'; failures: number }
  | { kind: 'message_dead'; seq: number; loggerSerial: number; detail: string }

export interface ShipperStatus {
  /** Null before the first attempt. */
  reachable: boolean | null
  last_error: ShipError | null
  consecutive_failures: number
  backoff_ms: number
  batches_in_flight: number
  last_success_at: string | null
  token: {
    expires_at: string | null
    refreshes: { ok: number; failed: number }
    auth_failures: Record<Operation, number>
  }
  counters: {
    batches_delivered: number
    batches_failed: Partial<Record<ShipError, number>>
    messages_delivered: number
    /** Sent once more as bytes, and given up after that. */
    messages_rejected: number
    messages_dead: number
    decoder_faults: number
  }
}

export interface Shipper {
  /** What has become of messages since the start of the process. */
  readonly account: ReadingAccount
  status(): ShipperStatus
  /** Ships for up to `drainMs`, then leaves the rest in the spool. */
  stop(drainMs: number): Promise<void>
}
