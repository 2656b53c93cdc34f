// When a record was measured, and how sure that is (reference solarman-v5.md 2.4 "Time" and 4.6).
import type { TimeQuality } from './message.ts'

/** Loggers count seconds in u32: W + O wraps like their own arithmetic does. */
export const U32 = 2 ** 32
/** No logger of this protocol is older; an earlier date is a clock that was never set (1970) or a damaged frame. */
export const EARLIEST_ACQUISITION_MS = Date.UTC(2015, 0, 1)

/** W does not count while the logger is down, so a boot lasts at least some 16 s of it; ±2 s is rounding of W and P. */
const SAME_BOOT_TOLERANCE_S = 2

export interface TimeLimits {
  /** How far a logger's clock may differ from ours, ms. */
  maxClockSkewMs: number
  /** Retention of measurements, ms; older records would be deleted at once. */
  maxAgeMs: number
}

export const DEFAULT_TIME_LIMITS: TimeLimits = { maxClockSkewMs: 5 * 60_000, maxAgeMs: 400 * 86_400_000 }

/** A boot of a logger with the clock it had in it, see `BootClock`. */
export interface BootOffset {
  bootStartWorkS: number
  offsetS: number
}

export interface TimeInput {
  /** W, opaque counter of seconds, u32. */
  workTimeS: number
  /** P, seconds since power-on, u32. */
  powerOnS: number
  /** O, seconds, u32; 0 means that the logger had no clock. */
  offsetS: number
  buffered: boolean
  receivedAtMs: number
  /** Clock of the same boot, known from another frame; only used for a buffered record without a clock. */
  bootOffset?: BootOffset | undefined
}

export type AcquisitionTime =
  | { kind: 'time'; acquired_at: string | null; quality: TimeQuality }
  | { kind: 'too_old'; acquired_at: string }

const UNKNOWN: AcquisitionTime = { kind: 'time', acquired_at: null, quality: 'unknown' }

/**
 * Live: the logger's clock when it agrees with ours, else the time of receipt as an estimate.
 * Buffered: the logger's clock, or that of the same boot as an estimate. `acquired_at` is null when nothing can be said;
 * it is never before 2015 nor more than the allowed skew after receipt, also when our own clock is wrong.
 */
export function acquisitionTime(input: TimeInput, limits: TimeLimits = DEFAULT_TIME_LIMITS): AcquisitionTime {
  return input.buffered ? bufferedTime(input, limits) : liveTime(input, limits)
}

/** A live record was measured just now, whatever a logger's clock says. */
function liveTime(input: TimeInput, limits: TimeLimits): AcquisitionTime {
  if (input.offsetS === 0) return UNKNOWN
  const acquiredMs = loggerClockMs(input.workTimeS, input.offsetS)
  const skewMs = Math.abs(acquiredMs - input.receivedAtMs)
  if (skewMs <= limits.maxClockSkewMs && isCredible(acquiredMs, input, limits)) {
    return dated(acquiredMs, 'exact')
  }
  return isCredible(input.receivedAtMs, input, limits) ? dated(input.receivedAtMs, 'estimated') : UNKNOWN
}

function bufferedTime(input: TimeInput, limits: TimeLimits): AcquisitionTime {
  const { offsetS, quality } = knownOffset(input)
  if (offsetS === 0) return UNKNOWN
  const acquiredMs = loggerClockMs(input.workTimeS, offsetS)
  if (!isCredible(acquiredMs, input, limits)) return UNKNOWN
  if (input.receivedAtMs - acquiredMs > limits.maxAgeMs) {
    return { kind: 'too_old', acquired_at: new Date(acquiredMs).toISOString() }
  }
  return dated(acquiredMs, quality)
}

function knownOffset(input: TimeInput): { offsetS: number; quality: TimeQuality } {
  if (input.offsetS !== 0) return { offsetS: input.offsetS, quality: 'exact' }
  const { bootOffset } = input
  const sameBoot = bootOffset !== undefined && isSameBoot(bootStart(input), bootOffset.bootStartWorkS)
  return { offsetS: sameBoot ? bootOffset.offsetS : 0, quality: 'estimated' }
}

/** The time that the logger itself would name, ISO 8601; null without a clock or before 2015. */
export function loggerClock({ workTimeS, offsetS }: Pick<TimeInput, 'workTimeS' | 'offsetS'>): string | null {
  const timeMs = loggerClockMs(workTimeS, offsetS)
  return offsetS === 0 || timeMs < EARLIEST_ACQUISITION_MS ? null : new Date(timeMs).toISOString()
}

/** W at power-on: the same number in every frame of one boot. */
export function bootStart({ workTimeS, powerOnS }: { workTimeS: number; powerOnS: number }): number {
  return (workTimeS - powerOnS + U32) % U32
}

export function isSameBoot(aWorkS: number, bWorkS: number): boolean {
  const apart = Math.abs(aWorkS - bWorkS)
  return Math.min(apart, U32 - apart) <= SAME_BOOT_TOLERANCE_S
}

export function loggerClockMs(workTimeS: number, offsetS: number): number {
  return ((workTimeS + offsetS) % U32) * 1_000
}

function isCredible(timeMs: number, input: TimeInput, limits: TimeLimits): boolean {
  return timeMs >= EARLIEST_ACQUISITION_MS && timeMs <= input.receivedAtMs + limits.maxClockSkewMs
}

function dated(timeMs: number, quality: TimeQuality): AcquisitionTime {
  return { kind: 'time', acquired_at: new Date(timeMs).toISOString(), quality }
}
