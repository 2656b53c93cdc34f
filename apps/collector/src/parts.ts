// The parts that one collector process shares between its connections and handlers.
import type { Frame } from '@deye-hard/solarman-v5'
import type { Logger } from '@deye-hard/telemetry'
import type { AckOutbox } from './ack-outbox.ts'
import type { BackPressure } from './back-pressure.ts'
import type { Clock } from './clock.ts'
import type { Counters } from './counters.ts'
import type { DeadlineWheel } from './deadline-wheel.ts'
import type { ForeignPeers } from './foreign-peers.ts'
import type { Sessions } from './sessions.ts'
import type { CollectorSettings } from './settings.ts'
import type { MessageTraces } from './signals/message-traces.ts'
import type { Spool } from './spool/contract.ts'

/** Who is a logger of ours; `unloaded` until the list was read once. */
export interface KnownLoggers {
  isKnown(loggerSerial: number): boolean | 'unloaded'
}

/** Hears every valid frame, whoever sent it, and of each record that was sent again although we had acked it; see fleet/. */
export interface Contacts {
  heard(frame: Frame): void
  retried(loggerSerial: number): void
}

export interface Parts {
  settings: CollectorSettings
  clock: Clock
  counters: Counters
  log: Logger
  foreignPeers: ForeignPeers
  messageTraces: MessageTraces
  spool: Spool
  knownLoggers: KnownLoggers
  contacts: Contacts
  sessions: Sessions
  deadlines: DeadlineWheel
  backPressure: BackPressure
  outbox: AckOutbox
}
