// Spans or log records on their way out: they wait in a ring, go in batches, one at a time, again and again until the receiver takes them.
import { beforeDeadline } from './deadline.ts'
import { RESOURCE_EXHAUSTED } from './grpc-status.ts'
import type { Outcome, Outlet } from './outlet.ts'
import { RingBuffer } from './ring-buffer.ts'
import type { SignalAccount } from './signal-account.ts'

/** Pause after a failure, with jitter between half and all of it; it doubles up to the longest, which bounds how late a receiver is found again. */
const BACKOFF_MIN_MS = 500
const BACKOFF_MAX_MS = 5_000

export interface PipelineOptions<T> {
  outlet: Outlet<T[]>
  account: SignalAccount
  queueMax: number
  batchMax: number
  /** How long an item waits for others. */
  delayMs: number
}

export class ExportPipeline<T> {
  readonly #options: PipelineOptions<T>
  readonly #ring: RingBuffer<T>
  #batchMax: number
  #failures = 0
  #timer: NodeJS.Timeout | null = null
  #sending: Promise<Outcome> | null = null
  #inFlight = 0
  #phase: 'open' | 'draining' | 'closed' = 'open'

  constructor(options: PipelineOptions<T>) {
    this.#options = options
    this.#ring = new RingBuffer(options.queueMax)
    this.#batchMax = options.batchMax
  }

  get queued(): number {
    return this.#ring.size
  }

  /** Never throws and never waits; when the ring is full the oldest item goes. */
  add(item: T): void {
    const { account } = this.#options
    if (this.#phase === 'closed') {
      account.drop('shutdown', 1)
      return
    }
    if (!this.#ring.push(item)) account.drop('queue_full', 1)
    if (this.#phase !== 'open' || this.#sending !== null || this.#failures > 0) return
    if (this.#ring.size === this.#batchMax) this.#wake(0)
    else if (this.#timer === null) this.#wake(this.#options.delayMs)
  }

  /** Sends what waits until the deadline or the first failure, gives up the rest, and takes nothing more. */
  async drain(deadlineMs: number): Promise<void> {
    this.#phase = 'draining'
    this.#clearTimer()
    let outcome = await beforeDeadline(deadlineMs, this.#sending)
    while (outcome !== 'late' && this.#ring.size > 0) {
      outcome = await beforeDeadline(deadlineMs, this.#sendBatch())
      if (outcome !== 'late' && outcome?.kind === 'failed') break
    }
    this.#close()
  }

  #close(): void {
    this.#phase = 'closed'
    const { account, outlet } = this.#options
    account.drop('shutdown', this.#ring.take(this.#ring.size).length + this.#inFlight)
    if (this.#sending === null) outlet.close()
    else void this.#sending.then(() => outlet.close())
  }

  #wake(delayMs: number): void {
    this.#clearTimer()
    this.#timer = setTimeout(() => this.#run(), delayMs).unref()
  }

  #clearTimer(): void {
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
  }

  async #run(): Promise<void> {
    this.#timer = null
    if (this.#sending !== null || this.#ring.size === 0) return
    await this.#sendBatch()
    if (this.#phase !== 'open' || this.#ring.size === 0) return
    if (this.#failures > 0) this.#wake(backoffMs(this.#failures))
    else this.#wake(this.#ring.size >= this.#batchMax ? 0 : this.#options.delayMs)
  }

  async #sendBatch(): Promise<Outcome> {
    const batch = this.#ring.take(this.#batchMax)
    this.#inFlight = batch.length
    this.#sending = this.#options.outlet.send(batch)
    const outcome = await this.#sending
    this.#sending = null
    this.#inFlight = 0
    if (this.#phase === 'closed') return outcome // counted as given up when it was closed
    if (outcome.kind === 'taken') this.#batchTaken(batch.length, outcome.rejected)
    else this.#batchFailed(batch, outcome)
    return outcome
  }

  #batchTaken(count: number, rejected: number): void {
    this.#failures = 0
    this.#batchMax = this.#options.batchMax
    this.#options.account.taken(count - rejected)
    if (rejected > 0) this.#options.account.drop('rejected', rejected)
  }

  #batchFailed(batch: T[], { reason, retryable, code }: Outcome & { kind: 'failed' }): void {
    const { account } = this.#options
    account.failed(reason)
    const tooLarge = code === RESOURCE_EXHAUSTED
    this.#failures = retryable ? this.#failures + 1 : 0
    if (!retryable || (tooLarge && batch.length === 1)) {
      account.drop(code === null ? 'export_failed' : 'rejected', batch.length)
      return
    }
    // The receiver may mean its load or the size of the message: smaller ones help in both cases.
    if (tooLarge) this.#batchMax = Math.ceil(batch.length / 2)
    const lost = this.#ring.putBack(batch)
    if (lost > 0) account.drop('queue_full', lost)
  }
}

function backoffMs(failures: number): number {
  const longest = Math.min(BACKOFF_MAX_MS, BACKOFF_MIN_MS * 2 ** Math.min(failures - 1, 10))
  return (longest * (1 + Math.random())) / 2
}
