// One request of any signal, however it came: to rows, into the queue, and counted.
import type { Engine } from '../engine/engine.ts'
import { type IntakeCounts, newIntakeCounts } from './counts.ts'
import { Drops, type Offer } from './entries.ts'
import type { RecordLimits } from './limits.ts'
import { LogRows } from './log-rows.ts'
import { MetricRows } from './metric-rows.ts'
import { type QueueLimits, type QueueStatus, RowQueue } from './queue.ts'
import { TraceRows } from './trace-rows.ts'
import type { Signal, WireRequests } from './wire.ts'

export interface Outcome {
  /** Spans, points or log lines that are not stored. */
  rejected: number
  /** Why; empty when everything is taken. */
  message: string
}

export type ReceiverStatus = IntakeCounts & { queue: QueueStatus; series: number }

export class Receiver {
  readonly counts: IntakeCounts = newIntakeCounts()
  readonly #metrics: MetricRows
  readonly #traces: TraceRows
  readonly #logs: LogRows
  readonly #queue: RowQueue
  readonly #now: () => number

  constructor(
    engine: Engine,
    limits: { record: RecordLimits; queue: QueueLimits },
    now: () => number = Date.now,
  ) {
    this.#now = now
    this.#metrics = new MetricRows(limits.record, this.counts.cut)
    this.#traces = new TraceRows(limits.record, this.counts.cut)
    this.#logs = new LogRows(limits.record, this.counts.cut)
    this.#queue = new RowQueue(engine, limits.queue, this.counts.signals, () => {
      this.#metrics.series.forgetWritten()
      this.#traces.seen.forgetWritten()
      this.#logs.seen.forgetWritten()
    })
  }

  receive<S extends Signal>(signal: S, request: WireRequests[S]): Outcome {
    const drops = new Drops()
    const offer: Offer = entries => this.#queue.offer(entries)
    const counts = this.counts.signals[signal]
    this.counts.requests += 1
    counts.received += this.#write(signal, request, offer, drops)
    for (const [reason, count] of drops.byReason) counts.dropped[reason] += count
    return { rejected: drops.total, message: drops.message }
  }

  flush(): Promise<void> {
    return this.#queue.flush()
  }

  stop(patienceMs: number): Promise<void> {
    return this.#queue.stop(patienceMs)
  }

  status(): ReceiverStatus {
    const { signals, cut, refused, requests } = structuredClone(this.counts)
    return { signals, cut, refused, requests, queue: this.#queue.status(), series: this.#metrics.series.size }
  }

  #write(signal: Signal, request: unknown, offer: Offer, drops: Drops): number {
    const nowMs = this.#now()
    if (signal === 'metrics')
      return this.#metrics.write(request as WireRequests['metrics'], nowMs, offer, drops)
    if (signal === 'traces') return this.#traces.write(request as WireRequests['traces'], nowMs, offer, drops)
    return this.#logs.write(request as WireRequests['logs'], nowMs, offer, drops)
  }
}
