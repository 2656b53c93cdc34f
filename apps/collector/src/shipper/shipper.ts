// Moves what the spool holds to the API: at most a few batches at a time, live data first, and it never gives up.
import { DecodeTraces } from '../signals/decode-traces.ts'
import { ShipmentTraces } from '../signals/shipment-traces.ts'
import { Tracing } from '../signals/tracing.ts'
import type { AssignedBatch } from '../spool/contract.ts'
import { Backoff } from './backoff.ts'
import { BatchDelivery, type Delivery } from './batch-delivery.ts'
import { SYSTEM_CLOCK } from './clock.ts'
import type { Shipper, ShipperOptions, ShipperStatus } from './contract.ts'
import type { ShipError } from './errors.ts'
import { type Lane, Lanes, type Taken } from './lanes.ts'
import { MessageWriter } from './message-writer.ts'
import { ReadingAccount } from './reading-account.ts'

const DEFAULTS = {
  batchMessages: 1_000,
  batchBytes: 3 * 2 ** 20,
  batchesInFlight: 2,
  lingerMs: 100,
  backoff: { minMs: 200, maxMs: 30_000 },
  clock: SYSTEM_CLOCK,
}
const NO_TRACES = { frameSpansPerSecond: 0, errorSpansPerSecond: 0, tracedMessagesMax: 1 }

export type * from './contract.ts'

type Delivered = Extract<Delivery, { kind: 'delivered' }>
type Failed = Extract<Delivery, { kind: 'failed' }>

export function startShipper(options: ShipperOptions): Shipper {
  return new SpoolShipper(options)
}

class SpoolShipper implements Shipper {
  readonly account = new ReadingAccount()
  readonly #options: ShipperOptions & typeof DEFAULTS
  readonly #lanes: Lanes
  readonly #writer: MessageWriter
  readonly #delivery: BatchDelivery
  readonly #traces: ShipmentTraces
  readonly #backoff: Backoff
  readonly #unsubscribe: () => void
  readonly #failuresByError: Partial<Record<ShipError, number>> = {}
  readonly #counters = { batches_delivered: 0, messages_delivered: 0, messages_rejected: 0, messages_dead: 0 }
  /** Batches with an id that must go out as they are, oldest first: from before a crash, or after a failure. */
  readonly #resend: AssignedBatch[]
  readonly #inFlight = new Map<Promise<void>, Lane | 'resend'>()
  #messageLimit: number
  #lastLane: Lane = 'backlog'
  #lingerDone = true
  #cancelLinger: (() => void) | undefined
  #cancelPause: (() => void) | undefined
  #lastError: ShipError | null = null
  #lastFailedId: string | null = null
  #lastSuccessMs: number | null = null
  #attempted = false
  /** Set once `stop` was called. */
  #drainUntilMs: number | null = null
  #stopped = false
  #stopping: Promise<void> | undefined
  #onQuiet: (() => void) | undefined

  constructor(options: ShipperOptions) {
    this.#options = { ...DEFAULTS, ...options }
    const { spool, client, registry, clock, backoff } = this.#options
    this.#lanes = new Lanes(spool)
    this.#writer = new MessageWriter({
      isKnown: serial => registry.isKnown(serial) !== false,
      ...(options.timeLimits && { timeLimits: options.timeLimits }),
    })
    this.#backoff = new Backoff(backoff, clock)
    this.#messageLimit = this.#options.batchMessages
    this.#resend = spool.assignedBatches()
    const tracing = options.tracing ?? new Tracing(NO_TRACES)
    this.#traces = new ShipmentTraces(tracing)
    const decodeTraces = new DecodeTraces(tracing)
    const { account } = this
    const parts = { spool, client, writer: this.#writer, lanes: this.#lanes, account, decodeTraces, clock }
    this.#delivery = new BatchDelivery(parts, this.#resend)
    for (const batch of this.#resend) this.#lanes.reserve(batch.groupKeys)
    this.#unsubscribe = spool.onDurable(() => this.#arrived())
    this.#pump()
  }

  status(): ShipperStatus {
    const { token, authFailures } = this.#options.client
    return {
      reachable: this.#attempted ? this.#backoff.failures === 0 : null,
      last_error: this.#lastError,
      consecutive_failures: this.#backoff.failures,
      backoff_ms: this.#backoff.remainingMs(),
      batches_in_flight: this.#inFlight.size,
      last_success_at: isoOrNull(this.#lastSuccessMs),
      token: {
        expires_at: isoOrNull(token.expiresAtMs),
        refreshes: { ...token.refreshes },
        auth_failures: { ...authFailures },
      },
      counters: {
        ...this.#counters,
        batches_failed: { ...this.#failuresByError },
        decoder_faults: this.#writer.decoderFaults,
      },
    }
  }

  stop(drainMs: number): Promise<void> {
    this.#stopping ??= this.#drain(drainMs)
    return this.#stopping
  }

  async #drain(drainMs: number): Promise<void> {
    const { clock, client } = this.#options
    this.#drainUntilMs = clock.now() + drainMs
    const cancelDeadline = clock.after(drainMs, () => this.#finish())
    if (drainMs > 0) {
      await new Promise<void>(resolve => {
        this.#onQuiet = resolve
        this.#pump()
      })
    }
    cancelDeadline()
    this.#finish()
    client.abort()
    await Promise.all(this.#inFlight.keys())
  }

  /** Ends the drain: nothing new leaves from here on. */
  #finish(): void {
    this.#stopped = true
    this.#unsubscribe()
    this.#cancelLinger?.()
    this.#cancelPause?.()
    this.#onQuiet?.()
  }

  /** A full batch leaves at once, a smaller one after a short wait for company. */
  #arrived(): void {
    if (this.#lanes.liveWaiting() >= this.#messageLimit) this.#lingerDone = true
    else if (!this.#cancelLinger && this.#drainUntilMs === null) {
      this.#lingerDone = false
      this.#cancelLinger = this.#options.clock.after(this.#options.lingerMs, () => {
        this.#cancelLinger = undefined
        this.#lingerDone = true
        this.#pump()
      })
    }
    this.#pump()
  }

  #pump(): void {
    while (!this.#stopped && this.#inFlight.size < this.#slots()) {
      if (this.#waitForPause()) return
      if (this.#startNext()) continue
      if (this.#inFlight.size > 0) return
      if (this.#lanes.recallPostponed()) continue
      if (this.#drainUntilMs !== null) this.#onQuiet?.()
      return
    }
  }

  /** What was assigned goes before anything new; but one batch that fails again and again must not hold up all others. */
  #startNext(): boolean {
    const [head] = this.#resend
    const mayDefer =
      head?.batchId === this.#lastFailedId && this.#resend.length <= this.#options.batchesInFlight
    if (head && !mayDefer) return this.#startResend()
    if ([...this.#inFlight.values()].includes('resend')) return false
    return this.#startPicked() || this.#startResend()
  }

  /** One batch at a time finds out whether the API is back. */
  #slots(): number {
    return this.#backoff.failures > 0 ? 1 : this.#options.batchesInFlight
  }

  #waitForPause(): boolean {
    const remainingMs = this.#backoff.remainingMs()
    if (remainingMs === 0) return false
    // An API that is down must not hold up a stop until the deadline.
    if (
      this.#drainUntilMs !== null &&
      this.#inFlight.size === 0 &&
      this.#options.clock.now() + remainingMs >= this.#drainUntilMs
    )
      this.#onQuiet?.()
    this.#cancelPause ??= this.#options.clock.after(remainingMs, () => {
      this.#cancelPause = undefined
      this.#pump()
    })
    return true
  }

  #startResend(): boolean {
    const batch = this.#resend.shift()
    if (!batch) return false
    this.#track('resend', this.#send(batch, 'resend'))
    return true
  }

  #startPicked(): boolean {
    const taken = this.#take()
    if (!taken) return false
    this.#track(taken.lane, this.#assignAndSend(taken))
    return true
  }

  /** Live first; but while a live batch is under way the next slot is for the backlog, if there is one. */
  #take(): Taken | null {
    const limits = { maxMessages: this.#messageLimit, maxBytes: this.#options.batchBytes }
    const liveUnderWay = [...this.#inFlight.values()].includes('live')
    const backlogsTurn = liveUnderWay || (this.#slots() === 1 && this.#lastLane === 'live')
    const order: Lane[] = backlogsTurn ? ['backlog', 'live'] : ['live', 'backlog']
    for (const lane of order) {
      if (lane === 'live' && !this.#lingerDone && this.#drainUntilMs === null) continue
      const taken = this.#lanes.take(lane, limits)
      if (taken) {
        this.#lastLane = lane
        return taken
      }
    }
    return null
  }

  #track(lane: Lane | 'resend', delivery: Promise<void>): void {
    const tracked: Promise<void> = delivery.finally(() => {
      this.#inFlight.delete(tracked)
      this.#pump()
    })
    this.#inFlight.set(tracked, lane)
  }

  async #assignAndSend({ groups, lane }: Taken): Promise<void> {
    const batch = await this.#delivery.assign(groups)
    if (batch) await this.#send(batch, lane)
    else this.#failed({ kind: 'failed', error: 'spool_disk_error', keep: false })
  }

  async #send(batch: AssignedBatch, lane: Lane | 'resend'): Promise<void> {
    await this.#traces.around(batch, lane, async () => {
      const startMs = performance.now()
      const delivery = await this.#delivery.deliver(batch)
      if (delivery.kind === 'delivered') this.#succeeded(delivery, batch, performance.now() - startMs)
      else {
        if (delivery.keep) this.#resend.push(batch)
        this.#lastFailedId = batch.batchId
        this.#failed(delivery, batch)
      }
      return delivery
    })
  }

  #succeeded({ messages, settlement }: Delivered, { batchId }: AssignedBatch, durationMs: number): void {
    // Only damaged frames: the API was not asked.
    if (messages === 0) return
    const { report, clock, batchMessages } = this.#options
    const { failures } = this.#backoff
    const { putBack, dead } = settlement
    this.#attempted = true
    this.#counters.batches_delivered++
    this.#counters.messages_delivered += messages - putBack.length - dead.length
    this.#counters.messages_rejected += putBack.length
    this.#counters.messages_dead += dead.length
    report?.({ kind: 'batch_shipped', batchId, messages, durationMs })
    for (const { entry, detail } of dead)
      report?.({ kind: 'message_dead', seq: entry.seq, loggerSerial: entry.loggerSerial, detail })
    this.#lastSuccessMs = clock.now()
    this.#lastError = null
    this.#lastFailedId = null
    this.#messageLimit = Math.min(batchMessages, this.#messageLimit * 2)
    if (failures === 0) return
    this.#backoff.succeeded()
    this.#lanes.splitHere()
    report?.({ kind: 'recovered', failures })
  }

  #failed({ error, status, retryAfterMs, detail }: Failed, batch?: AssignedBatch): void {
    if (error === 'aborted') return
    this.#attempted = true
    this.#lastError = error
    this.#failuresByError[error] = (this.#failuresByError[error] ?? 0) + 1
    if (error === 'batch_refused') this.#messageLimit = Math.max(1, Math.floor(this.#messageLimit / 2))
    this.#backoff.failed(retryAfterMs)
    this.#options.report?.({
      kind: 'batch_failed',
      ...(batch !== undefined && { batchId: batch.batchId }),
      error,
      failures: this.#backoff.failures,
      pauseMs: this.#backoff.pauseMs,
      ...(status !== undefined && { status }),
      ...(detail !== undefined && { detail }),
    })
  }
}

function isoOrNull(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString()
}
