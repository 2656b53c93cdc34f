// All connections of a load run: dials a bounded number at once, and dials again what was lost.
import type { TcpTarget } from '../device/tcp-dialer.ts'
import type { Fleet } from '../fleet/fleet.ts'
import type { Journal } from '../journal.ts'
import type { LatencyHistogram } from './latency-histogram.ts'
import { LoadConnection, type LoadCounters } from './load-connection.ts'
import { LoadFrames } from './load-frames.ts'

/** Below the usual accept queue of 511. */
const DIALS_MAX = 256
const REDIAL_MS = 250

export interface LoadPoolOptions {
  target: TcpTarget
  fleet: Fleet
  connections: number
  /** Frames in flight per connection, 0 … 255. */
  inFlight: number
  inOrder: boolean
  journal: Journal | null
  counters: LoadCounters
  latencies: LatencyHistogram
}

export class LoadPool {
  readonly #options: LoadPoolOptions
  /** One per connection, and kept when it is dialled again: its counters must not repeat. */
  readonly #frames: LoadFrames[]
  readonly #connections = new Map<number, LoadConnection>()
  readonly #redials = new Set<NodeJS.Timeout>()
  readonly #waiting: number[]
  readonly #first = Promise.withResolvers<void>()
  #dialling = 0
  #stopped = false

  constructor(options: LoadPoolOptions) {
    const { loggers } = options.fleet
    const nowMs = Date.now()
    this.#options = options
    this.#frames = Array.from({ length: options.connections }, (_, index) => {
      return new LoadFrames(loggers[index % loggers.length]!, Math.floor(index / loggers.length), nowMs)
    })
    this.#waiting = this.#frames.map((_, index) => index)
  }

  get firstConnected(): Promise<void> {
    return this.#first.promise
  }

  dialMore(): void {
    while (!this.#stopped && this.#dialling < DIALS_MAX && this.#waiting.length > 0) {
      this.#dial(this.#waiting.shift()!)
    }
  }

  /** About once a second: clocks go on, shed frames make room, and the journal reaches the disk. */
  tick(): void {
    const nowMs = Date.now()
    for (const frames of this.#frames) {
      frames.follow(nowMs)
    }
    for (const connection of this.#connections.values()) {
      connection.giveUpLateAnswers()
    }
    this.#options.journal?.flush()
  }

  stop(): void {
    this.#stopped = true
    for (const redial of this.#redials) {
      clearTimeout(redial)
    }
    for (const connection of this.#connections.values()) {
      connection.stop()
    }
  }

  #dial(index: number): void {
    this.#dialling += 1
    const { target, inFlight, inOrder, latencies, counters } = this.#options
    const connection = new LoadConnection({
      target,
      inFlight,
      inOrder,
      latencies,
      counters,
      frames: this.#frames[index]!,
      onAck: this.#journalOf(index),
      onDialled: () => this.#onDialled(),
      onLost: () => this.#onLost(index),
    })
    this.#connections.set(index, connection)
  }

  #journalOf(index: number): ((recordCounter: number) => void) | null {
    const { journal, fleet } = this.#options
    if (journal === null) {
      return null
    }
    const { body } = this.#frames[index]!
    const serial = fleet.loggers[index % fleet.loggers.length]!.logger_serial
    return recordCounter => journal.record(serial, { recordCounter, body }, false)
  }

  #onDialled(): void {
    this.#dialling -= 1
    if (this.#options.counters.connected > 0) {
      this.#first.resolve()
    }
    this.dialMore()
  }

  #onLost(index: number): void {
    this.#connections.delete(index)
    const redial = setTimeout(() => {
      this.#redials.delete(redial)
      this.#waiting.push(index)
      this.dialMore()
    }, REDIAL_MS)
    this.#redials.add(redial)
  }
}
