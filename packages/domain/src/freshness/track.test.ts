// The memory of one logger: one message changes little, a new solar day closes the old one, JSON brings it back.
import { describe, expect, it } from 'vitest'
import { DAY_MS, solarDayStartMs } from './solar-day.ts'
import { type LoggerTrack, observeContact } from './track.ts'
import { checkTrack, checkWatch } from './track-check.ts'

const BERLIN = { latitude: 52.5, longitude: 13.4 }
const HOUR_MS = 3_600_000
const DAY = 20_550
const START_MS = solarDayStartMs(BERLIN.longitude, DAY)
const at = (day: number, hour: number) => START_MS + day * DAY_MS + hour * HOUR_MS

function heard(...timesMs: number[]): LoggerTrack {
  let track: LoggerTrack | null = null
  for (const atMs of timesMs) track = observeContact(track, BERLIN, atMs)
  return track!
}

/** From six to six, seen at a few moments. */
const ordinary = (day: number) => [6, 9, 12, 15, 18].map(hour => at(day, hour))
const fortnight = () => heard(...Array.from({ length: 15 }, (_, day) => ordinary(day)).flat())

describe('a message', () => {
  it('moves the latest moment of its day, and the first one only if it comes earlier', () => {
    expect(heard(at(0, 9), at(0, 12))).toMatchObject({
      heardMs: at(0, 12),
      day: DAY,
      firstMinute: 540,
      lastMinute: 720,
      octants: 0b11000,
      days: [],
    })
    expect(heard(at(0, 9), at(0, 6))).toMatchObject({ firstMinute: 360, lastMinute: 540, aheadMs: at(0, 9) })
  })

  it('leaves the days and the rhythm untouched, the first of a new day closes the old one', () => {
    const before = heard(...ordinary(0))
    expect(observeContact(before, BERLIN, at(0, 19)).days).toBe(before.days)
    const [day, wake, sleep] = heard(...ordinary(0), at(1, 6)).days
    expect(day).toBe(DAY)
    expect(wake).toBeCloseTo(sleep!, -2)
  })

  it('does not change the track that it was given', () => {
    const track = heard(...ordinary(0))
    const copy = structuredClone(track)
    observeContact(track, BERLIN, at(1, 6))
    expect(track).toEqual(copy)
  })

  it('remembers that our clock went back, until it has passed', () => {
    expect(heard(at(0, 12), at(0, 10)).aheadMs).toBe(at(0, 12))
    expect(heard(at(0, 12), at(0, 10), at(0, 11)).aheadMs).toBe(at(0, 12))
    expect(heard(at(0, 12), at(0, 10), at(0, 13)).aheadMs).toBe(null)
  })
})

describe('a day', () => {
  it('that does not reach over noon leaves no entry', () => {
    expect(heard(at(0, 6), at(0, 11), at(1, 6)).days).toEqual([])
    expect(heard(at(0, 14), at(0, 18), at(1, 6)).days).toEqual([])
  })

  it('heard in all its parts and through a dark midnight counts as always on', () => {
    const hours = Array.from({ length: 24 }, (_, hour) => at(0, hour + 0.5))
    expect(heard(...hours, at(1, 0)).days).toEqual([DAY, -900, -900])
    const gap = hours.filter((_, hour) => hour < 12 || hour > 14)
    expect(heard(...gap, at(1, 0)).days).not.toEqual([DAY, -900, -900])
  })

  it('at another place starts anew', () => {
    const moved = observeContact(fortnight(), { latitude: -36.8, longitude: 174.8 }, at(15, 6))
    expect(moved).toMatchObject({ latitude: -36.8, days: [], rhythm: { daysKnown: 0 } })
    const corrected = observeContact(fortnight(), { latitude: 52.6, longitude: 13.4 }, at(15, 6))
    expect(corrected.rhythm.daysKnown).toBe(14)
  })
})

describe('kept as JSON', () => {
  it('a full track is small and comes back as it was', () => {
    const track = fortnight()
    const text = JSON.stringify(track)
    expect(track.days).toHaveLength(14 * 3)
    expect(text.length).toBeLessThan(450)
    expect(checkTrack(JSON.parse(text))).toEqual({ kind: 'ok', value: track })
  })

  it('a damaged one is refused by its field', () => {
    const track = fortnight()
    const fieldOf = (value: unknown) => {
      const check = checkTrack(value)
      return check.kind === 'refused' ? check.field : check.kind
    }
    expect(fieldOf('text')).toBe('track')
    expect(fieldOf({ ...track, latitude: 91 })).toBe('track.latitude')
    expect(fieldOf({ ...track, heardMs: null })).toBe('track.heardMs')
    expect(fieldOf({ ...track, firstMinute: 1_440 })).toBe('track.firstMinute')
    expect(fieldOf({ ...track, days: [1, 2] })).toBe('track.days')
    expect(fieldOf({ ...track, days: [1, 2, 'x'] })).toBe('track.days')
    expect(fieldOf({ ...track, days: Array(45).fill(1) })).toBe('track.days')
    expect(fieldOf({ ...track, rhythm: 'lost' })).toBe('ok')
  })

  it('a watch too', () => {
    const watch = { sinceMs: 1, atMs: 2, aheadMs: null }
    expect(checkWatch(watch)).toEqual({ kind: 'ok', value: watch })
    expect(checkWatch({ ...watch, atMs: 'x' })).toMatchObject({ kind: 'refused', field: 'watch.atMs' })
  })
})
