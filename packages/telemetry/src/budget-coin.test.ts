// The coin: everything below the budget, about the budget above it, whatever the rhythm.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { BudgetCoin } from './index.ts'

/** A generator of fixed chance, so that a failing run can be run again (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** How many of the events at these times are taken. */
function taken(coin: BudgetCoin, times: readonly number[]): number {
  return times.filter(nowMs => coin.toss(nowMs)).length
}

/** So many events in each second, evenly. */
function evenly(perSecond: number, seconds: number, fromMs = 0): number[] {
  return Array.from({ length: Math.round(perSecond * seconds) }, (_, n) => fromMs + (n * 1_000) / perSecond)
}

describe('below the budget', () => {
  it('takes every event, however they are spread', () => {
    const window = fc.array(fc.double({ min: 0, max: 0.999, noNaN: true }), { maxLength: 20 })
    fc.assert(
      fc.property(
        fc.integer({ min: 20, max: 100 }),
        fc.array(window, { maxLength: 20 }),
        (perSecond, seconds) => {
          const coin = new BudgetCoin({ perSecond, nowMs: 0, random: () => 0.999_999 })
          const times = seconds.flatMap((parts, second) => parts.sort().map(part => (second + part) * 1_000))
          expect(taken(coin, times)).toBe(times.length)
        },
      ),
    )
  })

  it('takes rare events of a small budget', () => {
    const coin = new BudgetCoin({ perSecond: 0.1, nowMs: 0, random: () => 0.999_999 })
    expect(taken(coin, evenly(0.05, 2_000))).toBe(100)
    expect(coin.probability).toBe(1)
  })
})

describe('above the budget', () => {
  it('takes about the budget', () => {
    const budget = fc.integer({ min: 5, max: 50 })
    fc.assert(
      fc.property(budget, fc.integer({ min: 2, max: 300 }), fc.integer(), (perSecond, times, seed) => {
        const coin = new BudgetCoin({ perSecond, nowMs: 0, random: seeded(seed) })
        taken(coin, evenly(perSecond * times, 4)) // it learns the rate
        const seconds = 40
        const count = taken(coin, evenly(perSecond * times, seconds, 4_000))
        const expected = perSecond * seconds
        expect(Math.abs(count - expected)).toBeLessThan(6 * Math.sqrt(expected))
      }),
      { numRuns: 30 },
    )
  })

  it('says the chance that it gives', () => {
    const coin = new BudgetCoin({ perSecond: 10, nowMs: 0 })
    taken(coin, evenly(1_000, 3))
    expect(coin.probability).toBeCloseTo(0.01, 3)
  })

  it('takes few of a sudden flood, already in its first second', () => {
    const coin = new BudgetCoin({ perSecond: 10, nowMs: 0, random: seeded(1) })
    taken(coin, evenly(2, 10))
    const count = taken(coin, evenly(20_000, 1, 10_000))
    expect(count).toBeLessThan(10 * (1 + Math.log(20_000 / 10)) * 2)
    expect(count).toBeGreaterThanOrEqual(10)
  })

  it('says that its chance has risen again though nothing came since, and looking changes nothing', () => {
    const coin = new BudgetCoin({ perSecond: 10, nowMs: 0, random: () => 0.999_999 })
    taken(coin, evenly(1_000, 1))
    expect([999, 1_500, 2_000, 1_500].map(nowMs => coin.probabilityAt(nowMs))).toEqual([0.01, 0.01, 1, 0.01])
    expect(coin.toss(999)).toBe(false)
    expect(new BudgetCoin({ perSecond: 0, nowMs: 0 }).probabilityAt(9_000)).toBe(0)
  })

  it('takes everything again two seconds after a flood', () => {
    const coin = new BudgetCoin({ perSecond: 10, nowMs: 0, random: () => 0.999_999 })
    taken(coin, evenly(20_000, 2))
    expect(taken(coin, evenly(2, 10, 4_000))).toBe(20)
  })
})

it('takes nothing of a budget of 0, and bears a clock that jumps', () => {
  const none = new BudgetCoin({ perSecond: 0, nowMs: 0 })
  expect(taken(none, evenly(100, 2))).toBe(0)
  expect(none.probability).toBe(0)
  const coin = new BudgetCoin({ perSecond: 10, nowMs: 1_000_000, random: () => 0.999_999 })
  taken(coin, evenly(1_000, 1, 1_000_000))
  expect(taken(coin, evenly(2, 10, 5_000))).toBeGreaterThan(15)
})
