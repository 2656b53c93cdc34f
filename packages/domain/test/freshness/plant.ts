// One logger with its track under test: it speaks, time passes, and somebody asks how it is doing.
import {
  evaluateFleet,
  type FreshnessLogger,
  type LoggerTrack,
  observeContact,
  type Verdict,
} from '../../src/index.ts'
import { awakeOn, MINUTE_MS, type SunFollower } from './sun-follower.ts'

const MESSAGE_EVERY_MS = 20 * MINUTE_MS
export const INTERVAL_S = 300

export interface Plant {
  logger: FreshnessLogger
  track: LoggerTrack | null
}

let nextSerial = 2_300_000_000

export function plantAt(
  place: { latitude: number; longitude: number },
  change: Partial<FreshnessLogger> = {},
): Plant {
  nextSerial += 1
  const { latitude, longitude } = place
  return {
    logger: {
      loggerSerial: nextSerial,
      siteId: nextSerial,
      latitude,
      longitude,
      hasBattery: false,
      uploadIntervalS: INTERVAL_S,
      ...change,
    },
    track: null,
  }
}

export function hear(plant: Plant, ...timesMs: number[]): void {
  for (const atMs of timesMs) plant.track = observeContact(plant.track, plant.logger, atMs)
}

/** Speaks from the first to the last moment, both included. */
export function speak(plant: Plant, fromMs: number, untilMs: number, everyMs = MESSAGE_EVERY_MS): void {
  for (let atMs = fromMs; atMs < untilMs; atMs += everyMs) hear(plant, atMs)
  hear(plant, untilMs)
}

/** Lives through whole days as the sun tells it; `untilMs` cuts the last one off. */
export function follow(
  plant: Plant,
  follower: SunFollower,
  days: { from: number; to: number },
  untilMs = Number.POSITIVE_INFINITY,
): void {
  for (let day = days.from; day <= days.to; day += 1) {
    const awake = awakeOn(follower, day)
    if (awake !== null && awake.fromMs <= untilMs)
      speak(plant, awake.fromMs, Math.min(awake.untilMs, untilMs))
  }
}

/** All of them are judged together, by somebody who has listened since ever. */
export function judgeAll(plants: readonly Plant[], nowMs: number): Verdict[] {
  return evaluateFleet(plants, { nowMs, watch: listeningSinceEver(nowMs) }).verdicts
}

export function judgeOne(plant: Plant, nowMs: number): Verdict {
  return judgeAll([plant], nowMs)[0]!
}

export function listeningSinceEver(nowMs: number) {
  return { sinceMs: 0, atMs: nowMs, aheadMs: null }
}

export function stateOf(plant: Plant, nowMs: number): string {
  const { state, reason } = judgeOne(plant, nowMs)
  return `${state}: ${reason}`
}
