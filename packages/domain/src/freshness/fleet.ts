// Judges a whole fleet at one moment, in two passes: what each logger knows of itself, then what its neighbours add.
import { type Candidate, candidateOf, type Moment, witnessOf } from './candidate.ts'
import { judge, neverSeen } from './judge.ts'
import { DEFAULT_FRESHNESS_LIMITS, type FreshnessLimits, type FreshnessLogger } from './logger.ts'
import { Neighbours } from './neighbours.ts'
import { type FleetSums, sumFleet } from './sums.ts'
import { SunTable } from './sun-table.ts'
import { type LoggerTrack, observeContact } from './track.ts'
import type { Verdict } from './verdict.ts'
import { keepWatch, UNBROKEN_WATCH, type Watch } from './watch.ts'

export interface FleetMember {
  logger: FreshnessLogger
  /** Made by `observeContact`; null: never heard. */
  track: LoggerTrack | null
}

export interface FleetEvaluation {
  /** In the order of the members. */
  verdicts: Verdict[]
  fleet: FleetSums
}

/**
 * Call it about once a minute and hand the watch of each call to the next one; linear in the fleet, about 2 µs per logger.
 * `watch` null: the first call ever, or nothing was kept. Never throws, whatever the clock says.
 */
export function evaluateFleet(
  members: readonly FleetMember[],
  now: { nowMs: number; watch: Watch | null; limits?: FreshnessLimits },
): FleetEvaluation & { watch: Watch } {
  const watch = keepWatch(now.watch, now.nowMs, latestHeardMs(members))
  return { ...evaluate(members, now.nowMs, watch.sinceMs, now.limits), watch }
}

/**
 * The same for a reader who knows only when each logger was heard last (`heardMs` null: never), such as the dashboard:
 * heights of the sun are the default ones, and every silence counts.
 */
export function evaluateContacts(
  contacts: readonly { logger: FreshnessLogger; heardMs: number | null }[],
  nowMs: number,
  limits?: FreshnessLimits,
): FleetEvaluation {
  const members = contacts.map(({ logger, heardMs }) => ({
    logger,
    // When it woke is not known: as if it had been in time.
    track: heardMs === null ? null : { ...observeContact(null, logger, heardMs), firstMinute: 0 },
  }))
  return evaluate(members, nowMs, UNBROKEN_WATCH.sinceMs, limits)
}

function evaluate(
  members: readonly FleetMember[],
  nowMs: number,
  sinceMs: number,
  limits: FreshnessLimits = DEFAULT_FRESHNESS_LIMITS,
): FleetEvaluation {
  const moment: Moment = { nowMs, sinceMs, limits, suns: new SunTable() }
  const neighbours = new Neighbours()
  const candidates: (Candidate | null)[] = members.map(({ logger, track }) => {
    if (track === null) return null
    const candidate = candidateOf(logger, track, moment)
    const witness = witnessOf(candidate, nowMs)
    if (witness !== null) neighbours.add(witness)
    return candidate
  })
  const verdicts = candidates.map((candidate, position) =>
    candidate === null ? neverSeen(members[position]!.logger) : judge(candidate, neighbours, moment),
  )
  return { verdicts, fleet: sumFleet(verdicts) }
}

function latestHeardMs(members: readonly FleetMember[]): number {
  let latestMs = Number.NEGATIVE_INFINITY
  for (const { track } of members) if (track !== null && track.heardMs > latestMs) latestMs = track.heardMs
  return latestMs
}
