// One signal's way to the receiver: an exporter of OpenTelemetry that is made anew after a failure, and answers that are values.
import { type ExportResult, ExportResultCode } from '@opentelemetry/core'
import {
  DEADLINE_EXCEEDED,
  type FailureReason,
  failureReason,
  isRetryable,
  statusOf,
  UNAVAILABLE,
} from './grpc-status.ts'

export interface Exporter<B> {
  export(batch: B, done: (result: ExportResult) => void): void
  shutdown(): Promise<void>
}

export type Outcome =
  | { kind: 'taken'; rejected: number }
  | { kind: 'failed'; reason: FailureReason; retryable: boolean; code: number | null }

export interface OutletOptions<B> {
  /** `connection` is part of the user agent, which makes gRPC open a new connection. */
  makeExporter: (connection: number) => Exporter<B>
  connections: Connections
  /** Items of the last message that the receiver did not keep although it took the message. */
  takeRejected: () => number
}

/**
 * The connection that all signals share, by number. A gRPC channel waits up to two minutes before it dials again, and channels of one address share
 * that wait (grpc-js, subchannel pool), so after a failure everyone moves on to a connection of another user agent.
 */
export class Connections {
  current = 0

  giveUp(connection: number): void {
    if (connection === this.current) this.current += 1
  }
}

export class Outlet<B> {
  readonly #options: OutletOptions<B>
  #exporter: Exporter<B> | null = null
  #connection = -1

  constructor(options: OutletOptions<B>) {
    this.#options = options
  }

  /** Never rejects. One call at a time. */
  async send(batch: B): Promise<Outcome> {
    const { connections, takeRejected } = this.#options
    takeRejected()
    const error = await this.#export(batch)
    if (error === null) return { kind: 'taken', rejected: takeRejected() }
    const code = statusOf(error)
    if (code === UNAVAILABLE || code === DEADLINE_EXCEEDED) connections.giveUp(this.#connection)
    return { kind: 'failed', reason: failureReason(code), retryable: isRetryable(code), code }
  }

  close(): void {
    this.#exporter?.shutdown().catch(() => {})
    this.#exporter = null
  }

  #export(batch: B): Promise<unknown> {
    return new Promise(resolve => {
      try {
        this.#open().export(batch, ({ code, error }) => {
          resolve(code === ExportResultCode.SUCCESS ? null : (error ?? new Error('no reason given')))
        })
      } catch (error) {
        resolve(error)
      }
    })
  }

  #open(): Exporter<B> {
    const { makeExporter, connections } = this.#options
    if (this.#connection !== connections.current) {
      this.close()
      this.#connection = connections.current
    }
    this.#exporter ??= makeExporter(this.#connection)
    return this.#exporter
  }
}
