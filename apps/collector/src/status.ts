// What `/status` says: the collector's own account of what it took, keeps and delivered.
import type { Ledger } from '@deye-hard/domain'
import { type CounterValues, snapshotCounters } from './counters.ts'
import type { Fleet, FleetStatus } from './fleet/fleet.ts'
import type { Intake } from './intake.ts'
import type { LoggerRegistry, RegistryStatus } from './shipper/registry.ts'
import type { Shipper, ShipperStatus } from './shipper/shipper.ts'
import type { Spool, SpoolStatus } from './spool/contract.ts'

export interface Status {
  collector_id: string
  ledger: Ledger
  events: SpoolStatus['events']
  spool: Pick<
    SpoolStatus,
    'messages' | 'bytes' | 'max_bytes' | 'oldest_age_s' | 'full' | 'disk_error' | 'damaged' | 'dead'
  >
  connections: { active: number; accepted: number; loggers: number }
  counters: CounterValues
  api: Omit<ShipperStatus, 'counters' | 'batches_in_flight'>
  registry: RegistryStatus
  fleet: FleetStatus
  batches_in_flight: number
  /** Longest lag of the event loop in the last sweep interval. */
  event_loop_delay_ms: number
}

export interface StatusParts {
  spool: Spool
  intake: Intake
  shipper: Shipper
  registry: LoggerRegistry
  fleet: Fleet
}

export function readStatus({ spool, intake, shipper, registry, fleet }: StatusParts): Status {
  const { collector_id, ledger, events, refused, commits, commits_failed, ...spooled } = spool.status()
  const { counters: shipped, batches_in_flight, ...api } = shipper.status()
  const { counters, sessions } = intake.parts
  const { budget, messages } = intake.tracing
  return {
    collector_id,
    ledger,
    events,
    spool: spooled,
    connections: {
      active: intake.activeConnections,
      accepted: counters.connections_accepted,
      loggers: sessions.size,
    },
    counters: {
      ...snapshotCounters(counters),
      ...shipped,
      spool_refused: refused,
      commits,
      commits_failed,
      error_spans_left_out: budget.errorsLeftOut,
      traces_forgotten: messages.forgotten,
    },
    api,
    registry: registry.status(),
    fleet: fleet.status(),
    batches_in_flight,
    event_loop_delay_ms: Math.round(intake.overload.eventLoopDelayMs),
  }
}
