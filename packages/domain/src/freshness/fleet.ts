// Judges a whole fleet at one moment, in two passes: what each logger knows of itself, then what its neighbours add.
import { type Candidate, candidateOf, type Moment, witnessOf } from './candidate.ts'
import { judge, neverSeen } from './judge.ts'
import { DEFAULT_FRESHNESS_LIMITS, type FreshnessLimits, type FreshnessLogger } from './logger.ts'
import { Neighbours } from './neighbours.ts'
import { addToSums, type FleetSums, noSums } from './sums.ts'
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

export interface EvaluationMoment {
  nowMs: number
  /** Null: the first call ever, or nothing was kept. */
  watch: Watch | null
  limits?: FreshnessLimits
}

export type WatchedEvaluation = FleetEvaluation & { watch: Watch }

/**
 * Call it about once a minute and hand the watch of each call to the next one; linear in the fleet, about 2 µs per logger.
 * Never throws, whatever the clock says.
 */
export function evaluateFleet(members: readonly FleetMember[], moment: EvaluationMoment): WatchedEvaluation {
  return lastOf(evaluateFleetInSteps(members, moment, Number.POSITIVE_INFINITY))
}

/**
 * The same for a service that must answer others meanwhile: it yields after so many loggers, twice for each. What is heard
 * between two steps counts at the next evaluation at the latest; members must stay where they are in the list.
 */
export function* evaluateFleetInSteps(
  members: readonly FleetMember[],
  { nowMs, watch: previous, limits }: EvaluationMoment,
  loggersPerStep: number,
): Generator<undefined, WatchedEvaluation> {
  const watch = keepWatch(previous, nowMs, latestHeardMs(members))
  const evaluation = yield* evaluate(members, { nowMs, sinceMs: watch.sinceMs, limits }, loggersPerStep)
  return { ...evaluation, watch }
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
  return lastOf(
    evaluate(members, { nowMs, sinceMs: UNBROKEN_WATCH.sinceMs, limits }, Number.POSITIVE_INFINITY),
  )
}

function* evaluate(
  members: readonly FleetMember[],
  given: { nowMs: number; sinceMs: number; limits: FreshnessLimits | undefined },
  loggersPerStep: number,
): Generator<undefined, FleetEvaluation> {
  const limits = given.limits ?? DEFAULT_FRESHNESS_LIMITS
  const moment: Moment = { nowMs: given.nowMs, sinceMs: given.sinceMs, limits, suns: new SunTable() }
  const neighbours = new Neighbours()
  const candidates: (Candidate | null)[] = []
  for (const { logger, track } of members) {
    const candidate = track === null ? null : candidateOf(logger, track, moment)
    const witness = candidate === null ? null : witnessOf(candidate, moment.nowMs)
    if (witness !== null) neighbours.add(witness)
    if (candidates.push(candidate) % loggersPerStep === 0) yield
  }
  const verdicts: Verdict[] = []
  const fleet = noSums()
  for (const [position, candidate] of candidates.entries()) {
    const { logger } = members[position]!
    const verdict = candidate === null ? neverSeen(logger) : judge(candidate, neighbours, moment)
    addToSums(fleet, verdict, logger)
    if (verdicts.push(verdict) % loggersPerStep === 0) yield
  }
  return { verdicts, fleet }
}

function lastOf<T>(steps: Generator<undefined, T>): T {
  let step = steps.next()
  while (!step.done) step = steps.next()
  return step.value
}

function latestHeardMs(members: readonly FleetMember[]): number {
  let latestMs = Number.NEGATIVE_INFINITY
  for (const { track } of members) if (track !== null && track.heardMs > latestMs) latestMs = track.heardMs
  return latestMs
}
