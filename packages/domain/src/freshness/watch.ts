// Since when we have listened without a break and with a clock that runs evenly; silence before that proves nothing.
import type { LoggerTrack } from './track.ts'

/** Longer between two evaluations: we were down or stuck, or the clock leapt. */
const LONGEST_GAP_MS = 5 * 60_000
/** Time corrections of a moment while the evaluations follow each other closely. */
const TOLERANCE_MS = 1_000
/** A leap back by less can go unseen between two evaluations; a message so far ahead is taken as just now. */
const AHEAD_TOLERANCE_MS = LONGEST_GAP_MS + 60_000

/** Plain data; keep it with the tracks, so that a short restart does not begin the hour of `missing` anew. */
export interface Watch {
  sinceMs: number
  /** Time of the evaluation. */
  atMs: number
  /** The message furthest in the future: heard while the clock was ahead. Null: none. */
  aheadMs: number | null
}

/** For readers of a database, who see what others received: every silence counts. */
export const UNBROKEN_WATCH: Pick<Watch, 'sinceMs'> = { sinceMs: Number.NEGATIVE_INFINITY }

/** `latestHeardMs` is that of all loggers: a leap there and back between two evaluations shows only in it. */
export function keepWatch(previous: Watch | null, nowMs: number, latestHeardMs: number): Watch {
  const aheadMs = latestHeardMs > nowMs + AHEAD_TOLERANCE_MS ? latestHeardMs : null
  const isUnbroken =
    previous !== null &&
    nowMs >= previous.atMs - TOLERANCE_MS &&
    nowMs <= previous.atMs + LONGEST_GAP_MS &&
    (aheadMs === null || (previous.aheadMs !== null && aheadMs <= previous.aheadMs))
  return { sinceMs: isUnbroken ? previous.sinceMs : nowMs, atMs: nowMs, aheadMs }
}

/** When a logger was heard, by a clock that may have been wrong then: never after `nowMs`. */
export function heardByClock(
  { heardMs, aheadMs }: Pick<LoggerTrack, 'heardMs' | 'aheadMs'>,
  nowMs: number,
  sinceMs: number,
): number {
  if (aheadMs !== null && aheadMs <= nowMs) return aheadMs
  if (heardMs <= nowMs) return heardMs
  // Far in the future: before the clock was set right, and that was when the watch began.
  const isFarAhead = heardMs > nowMs + AHEAD_TOLERANCE_MS && Number.isFinite(sinceMs)
  return isFarAhead ? Math.min(nowMs, sinceMs) : nowMs
}
