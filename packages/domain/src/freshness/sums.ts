// Fleet gauges from verdicts: how many loggers should be speaking, and how many of them are missing.
import type { FreshnessLogger } from './logger.ts'
import { LOGGER_STATES, type LoggerState, type Verdict } from './verdict.ts'

export interface FleetSum {
  /** Loggers that should be speaking now. */
  expected: number
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

export function sumFleet(verdicts: readonly Verdict[]): FleetSums {
  const sums: FleetSums = { all: emptySum(), bySite: new Map() }
  for (const verdict of verdicts) {
    count(sums.all, verdict)
    if (verdict.siteId === null) continue
    let site = sums.bySite.get(verdict.siteId)
    if (site === undefined) {
      site = emptySum()
      sums.bySite.set(verdict.siteId, site)
    }
    count(site, verdict)
  }
  for (const sum of [sums.all, ...sums.bySite.values()]) {
    sum.silentShare = sum.expected === 0 ? 0 : sum.silent / sum.expected
  }
  return sums
}

function emptySum(): FleetSum {
  const states = Object.fromEntries(LOGGER_STATES.map(state => [state, 0])) as Record<LoggerState, number>
  return { expected: 0, silent: 0, silentShare: 0, states }
}

function count(sum: FleetSum, { state, expected }: Verdict): void {
  sum.states[state] += 1
  if (expected) sum.expected += 1
  if (state === 'missing') sum.silent += 1
}
