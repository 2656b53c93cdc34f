// Fleet gauges from verdicts: how many loggers should be speaking, how often, and how many of them are missing.
import type { FreshnessLogger } from './logger.ts'
import type { LoggerState, Verdict } from './verdict.ts'

/** As the database registers loggers of which nothing else is said, seconds. */
const DEFAULT_INTERVAL_S = 60
const MINUTE_S = 60

export interface FleetSum {
  /** Loggers that should be speaking now. */
  expected: number
  /** Messages a minute that those owe by their upload intervals. */
  expectedRate: number
  /** Missing ones. A late logger is not counted: it lost a few messages, or its light is in doubt, and mostly comes back. */
  silent: number
  /** silent / expected; 0 while none is expected. */
  silentShare: number
  states: Record<LoggerState, number>
}

export interface FleetSums {
  all: FleetSum
  /** Without loggers that have no site. */
  bySite: Map<NonNullable<FreshnessLogger['siteId']>, FleetSum>
}

export function noSums(): FleetSums {
  return { all: emptySum(), bySite: new Map() }
}

export function addToSums(
  { all, bySite }: FleetSums,
  verdict: Verdict,
  { uploadIntervalS }: Pick<FreshnessLogger, 'uploadIntervalS'>,
): void {
  const rate = MINUTE_S / ((uploadIntervalS ?? 0) > 0 ? uploadIntervalS! : DEFAULT_INTERVAL_S)
  count(all, verdict, rate)
  if (verdict.siteId === null) return
  let site = bySite.get(verdict.siteId)
  if (site === undefined) {
    site = emptySum()
    bySite.set(verdict.siteId, site)
  }
  count(site, verdict, rate)
}

function emptySum(): FleetSum {
  return {
    expected: 0,
    expectedRate: 0,
    silent: 0,
    silentShare: 0,
    states: { live: 0, asleep: 0, late: 0, missing: 0, never_seen: 0 },
  }
}

function count(sum: FleetSum, { state, expected }: Verdict, rate: number): void {
  sum.states[state] += 1
  if (expected) {
    sum.expected += 1
    sum.expectedRate += rate
  }
  if (state === 'missing') sum.silent += 1
  sum.silentShare = sum.expected === 0 ? 0 : sum.silent / sum.expected
}
