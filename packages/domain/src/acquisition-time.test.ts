// Acquisition time: every rule once by example, and the promises that hold for any input at all.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { acquisitionTime, DEFAULT_TIME_LIMITS, EARLIEST_ACQUISITION_MS, type TimeInput } from './index.ts'

/** Vector data_deye_micro_m80g3_live: W + O = 2024-04-08T17:14:03Z. */
const LIVE = { workTimeS: 6_755_845, powerOnS: 873, offsetS: 1_705_840_598, buffered: false }
const ACQUIRED_MS = Date.parse('2024-04-08T17:14:03Z')
const BOOT_START_S = LIVE.workTimeS - LIVE.powerOnS
const MINUTE_MS = 60_000
const DAY_MS = 86_400_000

const at = (receivedAtMs: number, change: Partial<TimeInput> = {}) =>
  acquisitionTime({ ...LIVE, receivedAtMs, ...change })
const exact = { kind: 'time', acquired_at: '2024-04-08T17:14:03.000Z', quality: 'exact' }
const unknown = { kind: 'time', acquired_at: null, quality: 'unknown' }

describe('a live record', () => {
  it.each([-5, -1, 0, 1, 5])('with a clock %d minutes from ours is exact', minutes => {
    expect(at(ACQUIRED_MS + minutes * MINUTE_MS)).toEqual(exact)
  })

  it.each([-DAY_MS, -5 * MINUTE_MS - 1, 5 * MINUTE_MS + 1, 40 * DAY_MS])(
    'received %d ms from its own clock counts as measured at receipt, estimated',
    difference => {
      const received = ACQUIRED_MS + difference
      const expected = { acquired_at: new Date(received).toISOString(), quality: 'estimated' }
      expect(at(received)).toEqual({ kind: 'time', ...expected })
    },
  )

  it('without a clock is unknown, not 1970', () => {
    expect(at(ACQUIRED_MS, { offsetS: 0 })).toEqual(unknown)
    const bootOffset = { bootStartWorkS: BOOT_START_S, offsetS: LIVE.offsetS }
    expect(at(ACQUIRED_MS, { offsetS: 0, bootOffset })).toEqual(unknown)
  })

  it('is unknown when our own clock stands before 2015', () => {
    expect(at(Date.parse('1970-01-01T00:10:00Z'))).toEqual(unknown)
  })
})

describe('a buffered record', () => {
  const buffered = { buffered: true }

  it('keeps its own clock, however late it comes', () => {
    expect(at(ACQUIRED_MS + 399 * DAY_MS, buffered)).toEqual(exact)
  })

  it('is too old beyond retention', () => {
    const tooOld = { kind: 'too_old', acquired_at: '2024-04-08T17:14:03.000Z' }
    expect(at(ACQUIRED_MS + DEFAULT_TIME_LIMITS.maxAgeMs, buffered)).toEqual(exact)
    expect(at(ACQUIRED_MS + DEFAULT_TIME_LIMITS.maxAgeMs + 1, buffered)).toEqual(tooOld)
  })

  it('from the future is unknown', () => {
    expect(at(ACQUIRED_MS - 5 * MINUTE_MS, buffered)).toEqual(exact)
    expect(at(ACQUIRED_MS - 5 * MINUTE_MS - 1, buffered)).toEqual(unknown)
  })

  it('from before 2015 has a damaged clock', () => {
    expect(at(ACQUIRED_MS, { ...buffered, offsetS: 1 })).toEqual(unknown)
  })

  it.each([-2, 0, 2])('without a clock takes that of its boot, %d s apart, as an estimate', apart => {
    const bootOffset = { bootStartWorkS: BOOT_START_S + apart, offsetS: LIVE.offsetS }
    expect(at(ACQUIRED_MS, { ...buffered, offsetS: 0, bootOffset })).toEqual({
      ...exact,
      quality: 'estimated',
    })
  })

  it.each([-3, 3, 100_000])('does not take the clock of another boot, %d s apart', apart => {
    const bootOffset = { bootStartWorkS: BOOT_START_S + apart, offsetS: LIVE.offsetS }
    expect(at(ACQUIRED_MS, { ...buffered, offsetS: 0, bootOffset })).toEqual(unknown)
  })

  it('without a clock and without a known boot is unknown', () => {
    expect(at(ACQUIRED_MS, { ...buffered, offsetS: 0 })).toEqual(unknown)
  })
})

describe('u32 arithmetic', () => {
  it('wraps W + O as the logger does', () => {
    const workTimeS = 4_000_000_000
    const offsetS = (ACQUIRED_MS / 1_000 - workTimeS + 2 ** 32) % 2 ** 32
    expect(at(ACQUIRED_MS, { workTimeS, offsetS })).toEqual(exact)
  })

  it('recognises a boot that began just before W wrapped', () => {
    const change = { workTimeS: 100, powerOnS: 101, offsetS: 0, buffered: true }
    const bootOffset = { bootStartWorkS: 0, offsetS: ACQUIRED_MS / 1_000 - 100 }
    expect(at(ACQUIRED_MS, { ...change, bootOffset })).toEqual({ ...exact, quality: 'estimated' })
  })
})

const u32 = fc.integer({ min: 0, max: 0xffffffff })
const anyInput = fc.record({
  workTimeS: u32,
  powerOnS: u32,
  offsetS: fc.oneof(u32, fc.constant(0), fc.integer({ min: 1_400_000_000, max: 1_800_000_000 })),
  buffered: fc.boolean(),
  receivedAtMs: fc.oneof(
    fc.integer({ min: 0, max: 4_102_444_800_000 }),
    fc.integer({ min: ACQUIRED_MS, max: ACQUIRED_MS + 500 * DAY_MS }),
  ),
  bootOffset: fc.option(fc.record({ bootStartWorkS: u32, offsetS: u32 }), { nil: undefined }),
})

describe('for any input', () => {
  it('no date is before 2015 or more than 5 minutes after receipt, and null means unknown', () => {
    fc.assert(
      fc.property(anyInput, input => {
        const time = acquisitionTime(input)
        if (time.kind === 'too_old') {
          expect(Date.parse(time.acquired_at)).toBeGreaterThanOrEqual(EARLIEST_ACQUISITION_MS)
          return
        }
        expect(time.acquired_at === null).toBe(time.quality === 'unknown')
        if (time.acquired_at === null) return
        const acquiredMs = Date.parse(time.acquired_at)
        expect(acquiredMs).toBeGreaterThanOrEqual(EARLIEST_ACQUISITION_MS)
        expect(acquiredMs).toBeLessThanOrEqual(input.receivedAtMs + DEFAULT_TIME_LIMITS.maxClockSkewMs)
      }),
      { numRuns: 2_000 },
    )
  })

  it('a buffered record gets the same exact date whenever it comes', () => {
    const delays = fc.tuple(
      fc.integer({ min: 0, max: 300 * DAY_MS }),
      fc.integer({ min: 0, max: 300 * DAY_MS }),
    )
    fc.assert(
      fc.property(delays, ([first, second]) => {
        expect(at(ACQUIRED_MS + first, { buffered: true })).toEqual(
          at(ACQUIRED_MS + second, { buffered: true }),
        )
      }),
    )
  })
})
