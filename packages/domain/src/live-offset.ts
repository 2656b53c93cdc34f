// Which clock a live frame gives to its boot: that of the logger while it agrees with ours, else the moment of receipt.
import {
  DEFAULT_TIME_LIMITS,
  EARLIEST_ACQUISITION_MS,
  loggerClockMs,
  type TimeInput,
  type TimeLimits,
  U32,
} from './acquisition-time.ts'

/**
 * Offset in seconds for `BootClock.observe`; 0 says that nothing is known. A live record was taken just now, so a
 * logger whose clock is off by more than the tolerance is dated by ours; its own offset would date the records that it
 * buffered before the first ack just as wrong (reference solarman-v5.md 2.4 "Time", 6 "wrong clock").
 */
export function liveOffset(
  { workTimeS, offsetS }: Pick<TimeInput, 'workTimeS' | 'offsetS'>,
  receivedAtMs: number,
  limits: TimeLimits = DEFAULT_TIME_LIMITS,
): number {
  // Our own clock was never set: neither of the two can be judged.
  if (offsetS === 0 || receivedAtMs < EARLIEST_ACQUISITION_MS) return 0
  const skewMs = Math.abs(loggerClockMs(workTimeS, offsetS) - receivedAtMs)
  if (skewMs <= limits.maxClockSkewMs) return offsetS
  return (((Math.round(receivedAtMs / 1_000) - workTimeS) % U32) + U32) % U32
}
