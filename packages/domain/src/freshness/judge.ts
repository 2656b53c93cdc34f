// Says how one logger is doing: first what its silence is, then whether it has to speak now, then what the light excuses.
import { type Candidate, isInWindow, type Moment, type Sky, windowOn, witnessOf } from './candidate.ts'
import { type Excuse, excuseOf } from './darkness.ts'
import type { FreshnessLogger } from './logger.ts'
import type { Neighbours, Testimony } from './neighbours.ts'
import { DEFAULT_RHYTHM } from './rhythm.ts'
import { DAY_MS, elevationDeg } from './solar-day.ts'
import type { Verdict } from './verdict.ts'

/** The sun's upper edge stays below the horizon. */
const SUNRISE_DEG = -0.833

type Finding = Pick<Verdict, 'state' | 'reason' | 'expected'> & { testimony?: Testimony }

/** For a logger of which nothing was ever heard: it may not be installed yet, so nothing is expected of it. */
export function neverSeen(logger: FreshnessLogger): Verdict {
  return {
    loggerSerial: logger.loggerSerial,
    siteId: logger.siteId,
    state: 'never_seen',
    reason: 'never_heard',
    expected: false,
    heardMs: null,
    silentSinceMs: null,
    awakeFromMs: null,
    awakeUntilMs: null,
    sunDeg: null,
    expectation: 'default',
    wakeDeg: DEFAULT_RHYTHM.wakeDeg,
    sleepDeg: DEFAULT_RHYTHM.sleepDeg,
    daysKnown: 0,
    neighbours: null,
  }
}

export function judge(candidate: Candidate, neighbours: Neighbours, moment: Moment): Verdict {
  const { logger, sky, rhythm, heardMs, isAlwaysOn } = candidate
  const finding = findingOf(candidate, neighbours, moment)
  const window = isAlwaysOn ? null : (sky?.window ?? null)
  const { testimony } = finding
  return {
    loggerSerial: logger.loggerSerial,
    siteId: logger.siteId,
    state: finding.state,
    reason: finding.reason,
    expected: finding.expected,
    heardMs,
    silentSinceMs: finding.expected ? silentSinceMs(candidate, moment) : null,
    awakeFromMs: window?.fromMs ?? null,
    awakeUntilMs: window?.untilMs ?? null,
    sunDeg: sky === null ? null : elevationDeg(sky.today, moment.nowMs),
    expectation: candidate.expectation,
    wakeDeg: rhythm.wakeDeg,
    sleepDeg: rhythm.sleepDeg,
    daysKnown: rhythm.daysKnown,
    neighbours: testimony
      ? { light: testimony.light, others: testimony.others, speaking: testimony.speaking }
      : null,
  }
}

function findingOf(candidate: Candidate, neighbours: Neighbours, moment: Moment): Finding {
  const { isAlwaysOn, sky, patience } = candidate
  const mustSpeak = isAlwaysOn || isInWindow(sky?.window ?? null, moment.nowMs)
  if (moment.nowMs - candidate.heardMs <= patience.liveMs) {
    return { state: 'live', reason: 'heard', expected: mustSpeak }
  }
  if (isAlwaysOn) return overdueOf(candidate, moment)
  if (sky === null) return { state: 'asleep', reason: 'no_place', expected: false }
  if (!mustSpeak) return { state: 'asleep', reason: whyAsleep(candidate, sky, moment), expected: false }
  const finding = overdueOf(candidate, moment)
  return finding.reason === 'overdue' || finding.state === 'missing'
    ? byItsLight(candidate, sky, neighbours, moment)
    : finding
}

/** Where silence begins to count: the latest message, the begin of its time, of our listening, or a day after a move. */
function silentSinceMs({ heardMs, hasMoved, isAlwaysOn, sky }: Candidate, { sinceMs }: Moment): number {
  const awakeFromMs = isAlwaysOn || sky === null ? Number.NEGATIVE_INFINITY : sky.window!.fromMs
  return Math.max(heardMs + (hasMoved ? DAY_MS : 0), awakeFromMs, sinceMs)
}

function overdueOf(candidate: Candidate, moment: Moment): Finding {
  const { patience, heardMs, isAlwaysOn, hasMoved } = candidate
  const fromMs = silentSinceMs(candidate, moment)
  const silentMs = moment.nowMs - fromMs
  if (silentMs > patience.missingMs) {
    return {
      state: 'missing',
      reason: isAlwaysOn ? 'silent_though_always_on' : 'silent_in_daylight',
      expected: true,
    }
  }
  if (silentMs > patience.lateMs) return { state: 'late', reason: 'overdue', expected: true }
  if (fromMs === heardMs) return { state: 'live', reason: 'heard', expected: true }
  if (fromMs === moment.sinceMs) return { state: 'late', reason: 'just_listening', expected: true }
  return { state: 'asleep', reason: hasMoved ? 'moved' : 'waking', expected: false }
}

/** Weak light may explain the silence; `overdueOf` has spoken already. */
function byItsLight(candidate: Candidate, sky: Sky, neighbours: Neighbours, moment: Moment): Finding {
  const self = { siteId: candidate.logger.siteId, place: sky.place, hasSpokenToday: sky.hasSpokenToday }
  const testimony = neighbours.ask(self, witnessOf(candidate, moment.nowMs) !== null)
  const excuse = excuseOf(candidate, sky, testimony, moment)
  const finding = excuse === null ? overdueOf(candidate, moment) : excusedFinding(candidate, excuse, moment)
  return { ...finding, testimony }
}

function excusedFinding(candidate: Candidate, { window, isConfirmed }: Excuse, moment: Moment): Finding {
  const fromMs = Math.max(silentSinceMs(candidate, moment), window?.fromMs ?? Number.POSITIVE_INFINITY)
  const untilMs = Math.min(moment.nowMs, window?.untilMs ?? Number.NEGATIVE_INFINITY)
  if (untilMs - fromMs > candidate.patience.missingMs) {
    return { state: 'missing', reason: 'silent_in_daylight', expected: true }
  }
  if (isInWindow(window, moment.nowMs)) return { state: 'late', reason: 'overdue', expected: true }
  return isConfirmed
    ? { state: 'asleep', reason: 'dark_day', expected: false }
    : { state: 'late', reason: 'weak_light', expected: true }
}

function whyAsleep(candidate: Candidate, sky: Sky, moment: Moment): Verdict['reason'] {
  const { window, today } = sky
  if (window === null) return today.noonDeg < SUNRISE_DEG ? 'polar_night' : 'sun_too_low'
  const lastWindow =
    moment.nowMs > window.untilMs ? window : windowOn(candidate, sky.place, today.day - 1, moment)
  const isUnheard =
    lastWindow !== null && candidate.heardMs < lastWindow.untilMs - candidate.patience.missingMs
  return isUnheard ? 'night_unheard' : 'night'
}
