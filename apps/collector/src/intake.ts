// The network half of the collector: listener, connections and what they share; frames leave it into the spool.
import type { Logger } from '@deye-hard/telemetry'
import { AckOutbox } from './ack-outbox.ts'
import { Admission } from './admission.ts'
import { BackPressure } from './back-pressure.ts'
import { type Clock, systemClock } from './clock.ts'
import { createCounters } from './counters.ts'
import { DeadlineWheel } from './deadline-wheel.ts'
import { ForeignPeers } from './foreign-peers.ts'
import { Listener } from './listener.ts'
import { Overload } from './overload.ts'
import type { Contacts, KnownLoggers, Parts } from './parts.ts'
import { Sessions } from './sessions.ts'
import type { CollectorSettings } from './settings.ts'
import { MessageTraces } from './signals/message-traces.ts'
import { Tracing } from './signals/tracing.ts'
import type { Spool } from './spool/contract.ts'

export interface IntakeOptions {
  settings: CollectorSettings
  spool: Spool
  knownLoggers: KnownLoggers
  contacts?: Contacts
  logger: Logger
  clock?: Clock
  /** Shared with the shipper, which goes on with their traces. */
  tracing?: Tracing
}

const NOBODY_LISTENS: Contacts = { heard() {}, retried() {} }

export class Intake {
  readonly parts: Parts
  readonly overload: Overload
  readonly tracing: Tracing
  readonly #listener: Listener
  #stopSweeping = () => {}

  constructor(options: IntakeOptions) {
    const { settings, spool } = options
    this.tracing = options.tracing ?? new Tracing(settings, options.clock)
    this.parts = createParts(options, this.tracing)
    this.overload = new Overload(spool, settings, this.parts.clock)
    this.#listener = new Listener(this.parts, new Admission(settings, this.parts.clock, this.overload))
  }

  /** Resolves to the port; rejects with a StartError. */
  async start(): Promise<number> {
    const port = await this.#listener.start()
    this.#stopSweeping = this.parts.clock.every(this.parts.settings.sweepInterval, () => this.sweep())
    return port
  }

  get activeConnections(): number {
    return this.#listener.active
  }

  /** The one timer of the network half: what a frame must not pay for happens here. */
  sweep(): void {
    const nowMs = this.parts.clock.monotonicMs()
    this.parts.deadlines.sweep(nowMs)
    this.parts.backPressure.relax()
    this.overload.look()
  }

  /** Stops accepting, lets every due ack leave, ends the connections; resolves after `timeoutMs` and a goodbye at the latest. */
  async stop(timeoutMs: number): Promise<void> {
    await this.#listener.stop(timeoutMs)
    this.#stopSweeping()
    this.overload.stop()
  }
}

function createParts(options: IntakeOptions, tracing: Tracing): Parts {
  const { settings, spool, knownLoggers, clock = systemClock } = options
  const counters = createCounters()
  const log = options.logger.child({ logger: 'intake' })
  return {
    settings,
    clock,
    counters,
    log,
    foreignPeers: new ForeignPeers(),
    messageTraces: new MessageTraces(tracing, clock),
    spool,
    knownLoggers,
    contacts: options.contacts ?? NOBODY_LISTENS,
    sessions: new Sessions(counters, log),
    deadlines: new DeadlineWheel(settings.sweepInterval, clock.monotonicMs()),
    backPressure: new BackPressure(spool, settings.pendingBytesMax, counters),
    outbox: new AckOutbox(),
  }
}
