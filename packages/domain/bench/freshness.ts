// What it costs to judge a fleet and to note a message, as a ratio to asking suncalc once for each logger (same run, same machine).
import { evaluateFleet, type FleetMember, type LoggerTrack, observeContact } from '@deye-hard/domain'
import { getPosition } from 'suncalc'

const LOGGERS = 100_000
const ROUNDS = 5
const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const NOON_MS = Date.UTC(2026, 10, 14, 11)

const results = [100, 3, 1].map(perSite => measure(perSite))
console.table(Object.fromEntries(results))

function measure(perSite: number) {
  const members = makeFleet(perSite)
  const places = members.map(({ logger }) => [logger.latitude!, logger.longitude!] as const)
  const sun = fastest(() => {
    for (const [latitude, longitude] of places) getPosition(new Date(NOON_MS), latitude, longitude)
  })
  const judged = fastest(() => evaluateFleet(members, { nowMs: NOON_MS, watch: null }))
  const silent = members.map(({ logger, track }) => ({ logger, track: quiet(track!) }))
  const watch = { sinceMs: NOON_MS - DAY_MS, atMs: NOON_MS - 60_000, aheadMs: null }
  const dark = fastest(() => evaluateFleet(silent, { nowMs: NOON_MS, watch }))
  const noted = fastest(() => {
    for (const { logger, track } of members) observeContact(track, logger, NOON_MS)
  })
  const rolled = fastest(() => {
    for (const { logger, track } of members) observeContact(track, logger, NOON_MS + DAY_MS)
  })
  const figures = {
    'suncalc once, µs': perLogger(sun),
    'judged, µs': perLogger(judged),
    'judged while all are silent, µs': perLogger(dark),
    'message, µs': perLogger(noted),
    'first message of a day, µs': perLogger(rolled),
    'ratio judged : suncalc': Number((judged / sun).toFixed(1)),
  }
  return [`${perSite} loggers per site`, figures] as const
}

/** Spread over Europe, with a fortnight behind each. */
function makeFleet(perSite: number): FleetMember[] {
  return Array.from({ length: LOGGERS }, (_, index) => {
    const siteId = Math.floor(index / perSite)
    const logger = {
      loggerSerial: index,
      siteId,
      latitude: 36 + ((siteId * 0.618_034) % 1) * 30,
      longitude: -9 + ((siteId * 0.754_877) % 1) * 40,
      hasBattery: index % 10 === 0,
      uploadIntervalS: 60,
    }
    let track: LoggerTrack | null = null
    for (let day = 14; day >= 0; day -= 1) {
      const noonMs = NOON_MS - day * DAY_MS
      const latestMs = day === 0 ? noonMs : noonMs + 3 * HOUR_MS
      for (const atMs of [noonMs - 3 * HOUR_MS, latestMs - 30_000])
        track = observeContact(track, logger, atMs)
    }
    return { logger, track }
  })
}

function quiet(track: LoggerTrack): LoggerTrack {
  return { ...track, heardMs: NOON_MS - DAY_MS, day: track.day - 1 }
}

function fastest(run: () => unknown): number {
  let best = Number.POSITIVE_INFINITY
  for (let round = 0; round < ROUNDS; round += 1) {
    const start = process.hrtime.bigint()
    run()
    best = Math.min(best, Number(process.hrtime.bigint() - start) / 1e9)
  }
  return best
}

function perLogger(seconds: number): number {
  return Number(((seconds / LOGGERS) * 1e6).toFixed(2))
}
