// Our own clock leaps, and we were away: no healthy logger is called missing for it, and no rhythm is lost.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  evaluateFleet,
  type FreshnessLogger,
  type LoggerTrack,
  observeContact,
  STATE_REASONS,
  type Watch,
} from '../../src/index.ts'
import {
  follow,
  hear,
  INTERVAL_S,
  judgeOne,
  listeningSinceEver,
  type Plant,
  plantAt,
  speak,
} from './plant.ts'
import { awakeOn, DAY_MS, HOUR_MS, MINUTE_MS, solarDayAt, solarNoonMs } from './sun-follower.ts'

const BERLIN = { latitude: 52.5, longitude: 13.4 }
const FOLLOWER = { ...BERLIN, neededDeg: 3, noiseMs: 20 * MINUTE_MS, seed: 5 }
const TODAY = solarDayAt(BERLIN.longitude, Date.UTC(2026, 4, 1, 12))
const NOON_MS = solarNoonMs(BERLIN.longitude, TODAY)

function grownUp(change: Partial<FreshnessLogger> = {}): Plant {
  const plant = plantAt(BERLIN, change)
  follow(plant, FOLLOWER, { from: TODAY - 20, to: TODAY - 1 })
  return plant
}

interface Leap {
  fromMs: number
  untilMs: number
  byMs: number
}

/** Three days of a healthy logger, judged each minute by a clock that is wrong for a while. Gives when it was called missing. */
function missingAround(plant: Plant, leap: Leap): number[] {
  const found: number[] = []
  let watch: Watch | null = null
  const awakes = [TODAY, TODAY + 1, TODAY + 2].map(day => awakeOn(FOLLOWER, day)!)
  const clockAt = (trueMs: number) =>
    trueMs >= leap.fromMs && trueMs < leap.untilMs ? trueMs + leap.byMs : trueMs
  for (let trueMs = NOON_MS - DAY_MS / 2; trueMs < NOON_MS + 2.5 * DAY_MS; trueMs += MINUTE_MS) {
    // A message comes half a minute before an evaluation, so a short leap may be seen by it alone.
    const sentMs = trueMs - MINUTE_MS / 2
    const isAwake = awakes.some(({ fromMs, untilMs }) => sentMs >= fromMs && sentMs <= untilMs)
    if (isAwake && Math.round(trueMs / MINUTE_MS) % (INTERVAL_S / 60) === 0) hear(plant, clockAt(sentMs))
    const evaluation = evaluateFleet([plant], { nowMs: clockAt(trueMs), watch })
    watch = evaluation.watch
    if (evaluation.verdicts[0]!.state === 'missing') found.push(trueMs)
  }
  return found
}

const anyLeap = fc
  .record({
    fromMs: fc.integer({ min: 0, max: 36 * 60 }).map(minutes => NOON_MS - DAY_MS / 2 + minutes * MINUTE_MS),
    lastsMs: fc.oneof(
      fc.integer({ min: 1, max: 2 * 60 }).map(seconds => seconds * 1_000),
      fc.integer({ min: 1, max: 20 * 60 }).map(minutes => minutes * MINUTE_MS),
    ),
    byMs: fc.oneof(
      fc.integer({ min: -30 * 60, max: 30 * 60 }).map(minutes => minutes * MINUTE_MS),
      fc.integer({ min: -20 * 365, max: 20 * 365 }).map(days => days * DAY_MS),
    ),
  })
  .map(({ fromMs, lastsMs, byMs }) => ({ fromMs, untilMs: fromMs + lastsMs, byMs }))

describe('a clock that leaps and comes back', () => {
  it('never makes a healthy logger missing once it is right again', { timeout: 60_000 }, () => {
    const property = fc.property(anyLeap, leap => {
      const afterwards = missingAround(grownUp(), leap).filter(
        atMs => atMs < leap.fromMs || atMs >= leap.untilMs,
      )
      expect(afterwards).toEqual([])
    })
    fc.assert(property, { numRuns: 60, seed: 4 })
  })

  it('leaves the rhythm as it was, but for the days it touched', { timeout: 60_000 }, () => {
    const property = fc.property(anyLeap, leap => {
      const [leapt, straight] = [grownUp(), grownUp()]
      missingAround(leapt, leap)
      missingAround(straight, { fromMs: 0, untilMs: 0, byMs: 0 })
      const [after, usual] = [leapt, straight].map(plant => judgeOne(plant, NOON_MS + 2.5 * DAY_MS))
      expect(after!.daysKnown).toBeGreaterThanOrEqual(10)
      expect(after!.expectation).toBe('learned')
      expect(Math.abs(after!.wakeDeg - usual!.wakeDeg)).toBeLessThan(2)
      expect(Math.abs(after!.sleepDeg - usual!.sleepDeg)).toBeLessThan(2)
    })
    fc.assert(property, { numRuns: 30, seed: 5 })
  })

  it('hides a dead logger for an hour only', () => {
    const plant = grownUp()
    speak(plant, NOON_MS - 4 * HOUR_MS, NOON_MS)
    hear(plant, NOON_MS + 10 * DAY_MS)
    let watch: Watch = listeningSinceEver(NOON_MS)
    const states = Array.from({ length: 64 }, (_, minutes) => {
      const evaluation = evaluateFleet([plant], { nowMs: NOON_MS + minutes * MINUTE_MS, watch })
      watch = evaluation.watch
      return evaluation.verdicts[0]!.state
    })
    expect(states[59]).toBe('late')
    expect(states[62]).toBe('missing')
  })

  it('whatever it says, nothing throws and every reason belongs to its state', () => {
    const anyTime = fc.oneof(
      fc.double(),
      fc.constantFrom(
        0,
        -1,
        8.64e15,
        -8.64e15,
        Number.MAX_SAFE_INTEGER,
        Number.NaN,
        Number.POSITIVE_INFINITY,
      ),
      fc.integer({ min: 0, max: 4_000 }).map(days => NOON_MS + (days - 2_000) * HOUR_MS),
    )
    const property = fc.property(
      fc.array(anyTime, { maxLength: 30 }),
      anyTime,
      fc.boolean(),
      (times, nowMs, hasBattery) => {
        const plant = grownUp({ hasBattery })
        hear(plant, ...times)
        const { verdicts, watch } = evaluateFleet([plant], { nowMs, watch: null })
        const again = evaluateFleet([plant], { nowMs: NOON_MS, watch })
        for (const { state, reason } of [...verdicts, ...again.verdicts]) {
          expect(STATE_REASONS[state] as readonly string[]).toContain(reason)
        }
        // A message by a sound clock mends it.
        hear(plant, NOON_MS)
        expect(judgeOne(plant, NOON_MS).state).toBe('live')
      },
    )
    fc.assert(property, { numRuns: 500, seed: 4 })
  })
})

describe('after a restart', () => {
  const evaluate = (plant: Plant, nowMs: number, watch: Watch | null) => {
    const evaluation = evaluateFleet([plant], { nowMs, watch })
    return { ...evaluation.verdicts[0]!, watch: evaluation.watch }
  }
  const kept = (plant: Plant): Plant => ({
    ...plant,
    track: JSON.parse(JSON.stringify(plant.track)) as LoggerTrack,
  })

  it('at night a logger sleeps on', () => {
    expect(evaluate(kept(grownUp()), NOON_MS - DAY_MS / 2, null)).toMatchObject({
      state: 'asleep',
      reason: 'night',
    })
  })

  it('after days off silence counts from now: late at first, live with a message, missing after an hour', () => {
    const plant = kept(grownUp())
    const nowMs = NOON_MS + 3 * DAY_MS
    const first = evaluate(plant, nowMs, null)
    expect(first).toMatchObject({ state: 'late', reason: 'just_listening', expected: true })
    expect(evaluate(plant, nowMs + 4 * MINUTE_MS, first.watch).reason).toBe('just_listening')
    let { watch } = first
    for (let minutes = 1; minutes <= 60; minutes += 1) {
      const next = evaluate(plant, nowMs + minutes * MINUTE_MS, watch)
      expect(next.state).toBe('late')
      watch = next.watch
    }
    expect(evaluate(plant, nowMs + 61 * MINUTE_MS, watch).state).toBe('missing')
    hear(plant, nowMs + 61 * MINUTE_MS)
    expect(evaluate(plant, nowMs + 61 * MINUTE_MS, watch).state).toBe('live')
  })

  it('of a minute or two with the watch kept, a missing logger stays missing', () => {
    const plant = grownUp()
    speak(plant, NOON_MS - 6 * HOUR_MS, NOON_MS - 3 * HOUR_MS)
    const watch = { ...listeningSinceEver(NOON_MS), atMs: NOON_MS - 2 * MINUTE_MS }
    expect(evaluate(plant, NOON_MS, watch).state).toBe('missing')
    expect(evaluate(plant, NOON_MS, { ...watch, atMs: NOON_MS - 10 * MINUTE_MS }).state).toBe('late')
  })
})

it('a message that our clock dates back does not make a logger older than it is', () => {
  const plant = grownUp()
  speak(plant, NOON_MS - 6 * HOUR_MS, NOON_MS)
  plant.track = observeContact(plant.track, plant.logger, NOON_MS - 5 * DAY_MS)
  expect(judgeOne(plant, NOON_MS + MINUTE_MS).state).toBe('live')
})
