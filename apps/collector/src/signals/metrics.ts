// The one place where the plain numbers of the collector become its declared metrics: read at each export, so that no frame pays.
import { CONTROL, MALFORMED_REASONS } from '@deye-hard/solarman-v5'
import { instruments, type Report } from '@deye-hard/telemetry'
import {
  CONTROL_CODES,
  type ControlCodeLabel,
  CUT_REASONS,
  CLOSED_REASONS as ENDED_REASONS,
  type MetricOf,
  PAUSED_REASONS,
  REFUSED_REASONS,
  UNACKED_REASONS,
} from '@deye-hard/telemetry-schema'
import { controlCodeLabel, type LiveAndBuffered } from '../counters.ts'
import { observeFleet } from '../fleet/metrics.ts'
import type { Operation } from '../shipper/api-client.ts'
import { REJECTIONS } from '../shipper/reading-account.ts'
import type { StatusParts } from '../status.ts'

const OPERATIONS: readonly Operation[] = ['token', 'measurements', 'loggers']

/** From now until the returned function is called; counters are those of the process. */
export function observeCollector(parts: StatusParts): () => void {
  const ends = [
    ...observeConnections(parts),
    ...observeFrames(parts),
    ...observeAcks(parts),
    ...observeReadings(parts),
    ...observeSpool(parts),
    ...observeBackend(parts),
    ...observeFleet(parts.fleet),
  ]
  return () => {
    for (const end of ends) end()
  }
}

const { observe } = instruments

function observeConnections({ intake }: StatusParts) {
  const { counters, sessions } = intake.parts
  return [
    observe('solar.collector.connections.accepted', report => report(counters.connections_accepted)),
    observe('solar.collector.connections.dropped', report => {
      for (const reason of REFUSED_REASONS) report(counters.connections_refused[reason], { reason })
      for (const reason of CUT_REASONS) report(counters.connections_closed[reason], { reason })
    }),
    observe('solar.collector.connections.closed', report => {
      for (const reason of ENDED_REASONS) report(counters.connections_closed[reason], { reason })
    }),
    observe('solar.collector.connections.active', report => report(intake.activeConnections)),
    observe('solar.collector.loggers.connected', report => report(sessions.size)),
    observe('solar.collector.reading_paused', report => {
      for (const reason of PAUSED_REASONS) report(counters.reading_paused[reason], { reason })
    }),
    observe('solar.collector.garbage', report => report(counters.garbage_bytes)),
    observe('solar.telemetry.sampling_probability', report =>
      report(intake.tracing.budget.messageProbabilityNow),
    ),
  ]
}

function observeFrames({ intake, shipper }: StatusParts) {
  const { counters } = intake.parts
  const { parsed, rejected } = shipper.account
  return [
    observe('solar.frames.received', report => reportByCode(counters.frames_received, report)),
    observe('solar.frames.parsed', report => {
      // A heartbeat never reaches the shipper: there is nothing in it to decode.
      const heartbeats = counters.frames_received[CONTROL.heartbeat]!
      reportByCode(parsed.with(CONTROL.heartbeat, heartbeats), report)
    }),
    observe('solar.frames.rejected', report => {
      const none = { 'solarman.control_code': 'none' } as const
      for (const reason of MALFORMED_REASONS) report(counters.frames_malformed[reason], { reason, ...none })
      report(counters.frames_unfinished, { reason: 'unfinished', ...none })
      // Of the 64 pairs those that can be expected are there from the start, so that their first rise is seen as one.
      for (const reason of REJECTIONS)
        for (const [code, count] of byLabel(rejected[reason]))
          if (count > 0 || code === '0x4210') report(count, { reason, 'solarman.control_code': code })
    }),
    observe('solar.frames.unacked', report => {
      for (const reason of UNACKED_REASONS) report(counters.frames_unacked[reason], { reason })
    }),
  ]
}

function observeAcks({ intake }: StatusParts) {
  const { counters } = intake.parts
  return [
    observe('solar.acks.sent', report => report(counters.acks_sent)),
    observe('solar.acks.late', report => report(counters.acks_late)),
    observe('solar.acks.ignored', report => report(counters.acks_ignored)),
  ]
}

function observeReadings({ intake, shipper, spool }: StatusParts) {
  const { readings_received } = intake.parts.counters
  const { received, stored, duplicate, quarantined } = shipper.account
  return [
    observe('solar.readings.received', report => {
      report(readings_received.live + received.live, { buffered: false })
      report(readings_received.buffered + received.buffered, { buffered: true })
    }),
    observe('solar.readings.stored', report => reportKinds(stored, report)),
    observe('solar.readings.duplicate', report => reportKinds(duplicate, report)),
    observe('solar.readings.quarantined', report => {
      for (const [reason, counts] of Object.entries(quarantined) as Entries<typeof quarantined>) {
        report(counts.live, { reason, buffered: false })
        if (counts.buffered > 0) report(counts.buffered, { reason, buffered: true })
      }
    }),
    observe('solar.readings.unaccounted', report => report(spool.status().ledger.unaccounted)),
  ]
}

function observeSpool({ spool }: StatusParts) {
  return [
    observe('solar.spool.messages', report => report(spool.status().messages)),
    observe('solar.spool.size', report => report(spool.status().bytes)),
    observe('solar.spool.limit', report => report(spool.status().max_bytes)),
    observe('solar.spool.oldest_age', report => report(spool.status().oldest_age_s)),
  ]
}

function observeBackend({ shipper, registry }: StatusParts) {
  return [
    observe('solar.backend.auth.failures', report => {
      const { auth_failures } = shipper.status().token
      for (const operation of OPERATIONS) report(auth_failures[operation], { operation })
    }),
    observe('solar.backend.token.refreshes', report => {
      const { refreshes } = shipper.status().token
      for (const outcome of ['ok', 'failed'] as const) report(refreshes[outcome], { outcome })
    }),
    observe('solar.backend.logger_lookups', report => {
      const { refreshes } = registry.status()
      for (const outcome of ['ok', 'unchanged', 'failed'] as const) report(refreshes[outcome], { outcome })
    }),
  ]
}

type Entries<T> = [keyof T, T[keyof T]][]
type CountedByCode = Extract<MetricOf<'counter'>, 'solar.frames.received' | 'solar.frames.parsed'>
type CountedByKind = Extract<MetricOf<'counter'>, 'solar.readings.stored' | 'solar.readings.duplicate'>

function reportByCode(byCode: readonly number[], report: Report<CountedByCode>): void {
  for (const [code, count] of byLabel(byCode)) report(count, { 'solarman.control_code': code })
}

/** Codes that loggers do not send are one label. */
function byLabel(byCode: readonly number[]): Map<ControlCodeLabel, number> {
  const sums = new Map<ControlCodeLabel, number>(CONTROL_CODES.map(code => [code, 0]))
  for (const [code, count] of byCode.entries()) {
    const label = controlCodeLabel(code)
    sums.set(label, sums.get(label)! + count)
  }
  return sums
}

function reportKinds({ live, buffered }: LiveAndBuffered, report: Report<CountedByKind>): void {
  report(live, { buffered: false })
  report(buffered, { buffered: true })
}
