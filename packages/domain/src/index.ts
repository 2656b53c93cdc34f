// The vocabulary of the fleet: readings, messages, outcomes; pure functions with the clock passed in.
export {
  type AcquisitionTime,
  acquisitionTime,
  type BootOffset,
  DEFAULT_TIME_LIMITS,
  EARLIEST_ACQUISITION_MS,
  type TimeInput,
  type TimeLimits,
} from './acquisition-time.ts'
export { type CheckedEnvelope, checkBatch, checkContent, checkEnvelope, MAX_BATCH_MESSAGES } from './batch.ts'
export { BootClock, DEFAULT_MAX_LOGGERS } from './boot-clock.ts'
export {
  type DataContent,
  type DataContext,
  type DecodedBody,
  dataContent,
  observeLive,
  undecodableContent,
} from './data-content.ts'
export { type DedupeParts, dedupeKey } from './dedupe-key.ts'
export type { EnergyCounter } from './energy-counter.ts'
export { type EnergyInput, type EnergyState, type GuardedEnergy, guardEnergy } from './energy-guard.ts'
export { checkEvent, FORBIDDEN_EVENT_KEYS } from './event-check.ts'
export {
  evaluateContacts,
  evaluateFleet,
  evaluateFleetInSteps,
  type FleetEvaluation,
  type FleetMember,
  type WatchedEvaluation,
} from './freshness/fleet.ts'
export { DEFAULT_FRESHNESS_LIMITS, type FreshnessLimits, type FreshnessLogger } from './freshness/logger.ts'
export { type Night, nightsBetween } from './freshness/nights.ts'
export type { Place } from './freshness/solar-day.ts'
export type { FleetSum, FleetSums } from './freshness/sums.ts'
export { type LoggerTrack, observeContact } from './freshness/track.ts'
export { checkTrack, checkWatch } from './freshness/track-check.ts'
export * from './freshness/verdict.ts'
export type { Watch } from './freshness/watch.ts'
export { liveOffset } from './live-offset.ts'
export * from './message.ts'
export type { MeasuredMicro, MeasuredMicroName } from './micro-quantities.ts'
export { checkPlausibility, type Plausibility, type PlausibilityLimits } from './plausibility.ts'
export * from './quantities.ts'
export { type DecodedMicro, type ReadingOutcome, type RecordHead, toReading } from './reading.ts'
export { checkReading } from './reading-check.ts'
export type { Check, Refusal } from './shape.ts'
