// The clock that a live frame gives to its boot, and what it does to the records buffered in it.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { acquisitionTime, BootClock, DEFAULT_TIME_LIMITS, liveOffset } from './index.ts'

const RECEIVED_AT_MS = Date.UTC(2026, 5, 1, 12)
const WORK_TIME_S = 6_755_845
const RIGHT_OFFSET_S = RECEIVED_AT_MS / 1_000 - WORK_TIME_S
const DAY_S = 86_400
const SKEW_S = DEFAULT_TIME_LIMITS.maxClockSkewMs / 1_000

describe('the offset of a live frame', () => {
  it.each([
    ['is its own when its clock is right', RIGHT_OFFSET_S, RIGHT_OFFSET_S],
    ['is its own at the edge of the tolerance', RIGHT_OFFSET_S - SKEW_S, RIGHT_OFFSET_S - SKEW_S],
    ['is ours when its clock is behind', RIGHT_OFFSET_S - SKEW_S - 1, RIGHT_OFFSET_S],
    ['is ours when its clock is ahead', RIGHT_OFFSET_S + 3 * DAY_S, RIGHT_OFFSET_S],
    ['is ours when its clock shows 1970', 1, RIGHT_OFFSET_S],
    ['is unknown when it has no clock', 0, 0],
  ])('%s', (_name, offsetS, expected) => {
    expect(liveOffset({ workTimeS: WORK_TIME_S, offsetS }, RECEIVED_AT_MS)).toBe(expected)
  })

  it('is unknown while our own clock was never set', () => {
    expect(liveOffset({ workTimeS: WORK_TIME_S, offsetS: RIGHT_OFFSET_S }, 5_000)).toBe(0)
  })

  it('never dates the frame itself outside the tolerance, for any u32', () => {
    const u32 = fc.nat({ max: 2 ** 32 - 1 })
    fc.assert(
      fc.property(u32, u32, (workTimeS, offsetS) => {
        const offset = liveOffset({ workTimeS, offsetS }, RECEIVED_AT_MS)
        expect(Number.isInteger(offset) && offset >= 0 && offset < 2 ** 32).toBe(true)
        if (offset === 0) return
        const clockMs = ((workTimeS + offset) % 2 ** 32) * 1_000
        expect(Math.abs(clockMs - RECEIVED_AT_MS)).toBeLessThanOrEqual(DEFAULT_TIME_LIMITS.maxClockSkewMs)
      }),
    )
  })
})

it('dates a record of the same boot right although the clock of the logger is two days behind', () => {
  const clock = new BootClock()
  const live = { workTimeS: WORK_TIME_S, powerOnS: 873, offsetS: RIGHT_OFFSET_S - 2 * DAY_S }
  clock.observe(1, { ...live, offsetS: liveOffset(live, RECEIVED_AT_MS) })
  const early = { workTimeS: WORK_TIME_S - 800, powerOnS: 73, offsetS: 0, buffered: true }
  const bootOffset = clock.find(1, early)
  expect(acquisitionTime({ ...early, receivedAtMs: RECEIVED_AT_MS, bootOffset })).toEqual({
    kind: 'time',
    acquired_at: new Date(RECEIVED_AT_MS - 800_000).toISOString(),
    quality: 'estimated',
  })
})
