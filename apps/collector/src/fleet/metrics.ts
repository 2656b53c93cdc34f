// The gauges of the fleet, read at each export from what the latest evaluation found.
import { LOGGER_STATES } from '@deye-hard/domain'
import { instruments } from '@deye-hard/telemetry'
import type { LabelsOf, MetricOf } from '@deye-hard/telemetry-schema'
import type { Fleet } from './fleet.ts'
import type { Member } from './member.ts'

type OfLogger =
  | 'solar.logger.message_age'
  | 'solar.logger.message_rate'
  | 'solar.logger.retry_ratio'
  | 'solar.logger.wifi_signal'
  | 'solar.logger.inverter_changes'
type OfSite = 'solar.fleet.expected' | 'solar.fleet.silent' | 'solar.fleet.silent_share'
type OfAll = Extract<MetricOf<'gauge'>, `solar.fleet.all.${string}`>

/** For a logger that the API has not yet given an inverter or a site. */
const NONE = 'none'

const { observe } = instruments

/** Each returned function ends one of them. */
export function observeFleet(fleet: Fleet): (() => void)[] {
  return [...observeLoggers(fleet), ...observeSums(fleet)]
}

function observeLoggers(fleet: Fleet) {
  const { activity, clock } = fleet
  /** Null: not known, and then there is no series. */
  const each = (name: OfLogger, read: (member: Member) => number | null) =>
    observe(name, report => {
      for (const member of fleet.loggersWithSeries()) {
        const value = read(member)
        if (value !== null) report(value, labelsOf(member))
      }
    })
  return [
    each('solar.logger.message_age', member => messageAgeS(member, clock.wallMs())),
    each('solar.logger.message_rate', ({ slot }) => activity.messageRate(slot, clock.monotonicMs())),
    each('solar.logger.retry_ratio', ({ slot }) => activity.retryRatio(slot, clock.monotonicMs())),
    each('solar.logger.wifi_signal', ({ wifiPercent }) => wifiPercent),
    each('solar.logger.inverter_changes', ({ slot, hasChangedInverter }) =>
      hasChangedInverter ? activity.inverterChanges(slot, clock.monotonicMs()) : null,
    ),
    observe('solar.logger.state', report => {
      for (const member of fleet.loggersWithSeries()) {
        const labels = labelsOf(member)
        for (const state of LOGGER_STATES) report(member.state === state ? 1 : 0, { ...labels, state })
      }
    }),
  ]
}

function observeSums(fleet: Fleet) {
  const bySite = (name: OfSite, field: 'expected' | 'silent' | 'silentShare') =>
    observe(name, report => {
      for (const [siteId, sum] of fleet.findings?.sites ?? []) report(sum[field], { 'site.id': siteId })
    })
  const ofAll = (name: OfAll, field: 'expected' | 'expectedRate' | 'silent' | 'silentShare') =>
    observe(name, report => {
      if (fleet.findings !== null) report(fleet.findings.sums.all[field])
    })
  return [
    bySite('solar.fleet.expected', 'expected'),
    bySite('solar.fleet.silent', 'silent'),
    bySite('solar.fleet.silent_share', 'silentShare'),
    ofAll('solar.fleet.all.expected', 'expected'),
    ofAll('solar.fleet.all.expected_rate', 'expectedRate'),
    ofAll('solar.fleet.all.silent', 'silent'),
    ofAll('solar.fleet.all.silent_share', 'silentShare'),
    observe('solar.fleet.loggers', report => {
      const states = fleet.findings?.sums.all.states
      for (const state of LOGGER_STATES) if (states !== undefined) report(states[state], { state })
    }),
    observe('solar.logger.series_dropped', report => {
      if (fleet.findings !== null) report(fleet.findings.loggersLeftOut)
    }),
    observe('solar.fleet.series_dropped', report => {
      if (fleet.findings !== null) report(fleet.findings.sitesLeftOut)
    }),
  ]
}

/** Null: never heard. A frame of which the latest evaluation does not know counts too, unless our clock was ahead when it came. */
function messageAgeS({ track, heardMs }: Member, nowMs: number): number | null {
  if (track === null) return null
  const judgedMs = heardMs ?? Math.min(track.heardMs, nowMs)
  const latestMs = track.heardMs > nowMs ? judgedMs : Math.max(track.heardMs, judgedMs)
  return Math.max(0, nowMs - latestMs) / 1_000
}

function labelsOf({ registered }: Member): LabelsOf<OfLogger> {
  return {
    'logger.serial': String(registered.logger_serial),
    'inverter.id': String(registered.inverter_id ?? NONE),
    'site.id': String(registered.site_id ?? NONE),
  }
}
