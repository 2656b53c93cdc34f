// Energy counters: each rule by example, and the promise that a published total never falls without a reset.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { RESET_MIN_DURATION_MS, RESET_MIN_READINGS, WRAP_MIN_DURATION_MS } from './energy-counter.ts'
import { type EnergyInput, type EnergyState, type GuardedEnergy, guardEnergy } from './index.ts'

const MINUTE_MS = 60_000
const START_MS = Date.parse('2026-06-01T10:00:00Z')
const BASE = { inverterSerial: '2300615269', buffered: false, localDay: '2026-06-01', ratedPowerW: 800 }

type Step = Partial<Omit<EnergyInput, 'values'>> & { total?: number; today?: number; minutes?: number }

/** Runs steps 5 minutes apart, unless they say when, through the guard. */
function run(steps: Step[], state: EnergyState | null = null): GuardedEnergy[] {
  let previous = state
  return steps.map(({ total, today, minutes, ...change }, position) => {
    const values = {
      ...(total === undefined ? {} : { energy_total_kwh: total }),
      ...(today === undefined ? {} : { energy_today_kwh: today }),
    }
    const atMs = START_MS + (minutes ?? position * 5) * MINUTE_MS
    const guarded = guardEnergy(previous, { ...BASE, atMs, ...change, values })
    previous = guarded.state
    return guarded
  })
}

const totals = (steps: Step[]) => run(steps).map(guarded => guarded.values.energy_total_kwh)
const todays = (steps: Step[]) => run(steps).map(guarded => guarded.values.energy_today_kwh)
const of = (...values: number[]): Step[] => values.map(total => ({ total }))

describe('a total', () => {
  it('rises as it comes, and other values pass untouched', () => {
    expect(totals(of(177.5, 177.5, 177.6))).toEqual([177.5, 177.5, 177.6])
    const values = { ac_active_power_w: 0, grid_voltage_l1_v: 0 }
    expect(guardEnergy(null, { ...BASE, atMs: START_MS, values })).toMatchObject({
      values,
      withheld: [],
      resets: [],
    })
  })

  it('of 0 is withheld, at the beginning and later', () => {
    expect(totals(of(0, 177.5, 0, 177.6))).toEqual([undefined, 177.5, undefined, 177.6])
    expect(run(of(0))[0]).toMatchObject({ withheld: ['energy_total_kwh'] })
  })

  it('that falls by one step of 0.1 stays where it was', () => {
    expect(totals(of(177.5, 177.4, 177.5))).toEqual([177.5, 177.5, 177.5])
  })

  it('that falls is withheld', () => {
    expect(totals(of(177.5, 170, 177.6))).toEqual([177.5, undefined, 177.6])
  })

  it('that leaps beyond what the device can make is withheld, and does not poison what follows', () => {
    expect(totals(of(177.5, 300, 177.6))).toEqual([177.5, undefined, 177.6])
  })

  it('may have grown by what the device makes in a long silence', () => {
    const after = (total: number) => totals([{ total: 100 }, { total, minutes: 600 }])[1]
    expect(after(109.7)).toBe(109.7)
    expect(after(109.9)).toBeUndefined()
  })

  it('of another inverter serial starts afresh', () => {
    expect(totals([{ total: 177.5 }, { total: 3.2, inverterSerial: 'other' }])).toEqual([177.5, 3.2])
  })

  it('of PV inputs is guarded each by itself', () => {
    const first = guardEnergy(null, {
      ...BASE,
      atMs: START_MS,
      values: { pv1_energy_total_kwh: 80, pv2_energy_total_kwh: 90 },
    })
    const values = { pv1_energy_total_kwh: 70, pv2_energy_total_kwh: 90.1 }
    const second = guardEnergy(first.state, { ...BASE, atMs: START_MS + MINUTE_MS, values })
    expect(second).toMatchObject({
      values: { pv2_energy_total_kwh: 90.1 },
      withheld: ['pv1_energy_total_kwh'],
    })
  })

  it('of a device without a rating is held against the largest one', () => {
    const steps = [{ total: 100 }, { total: 210, minutes: 60 }].map(step => ({
      ...step,
      ratedPowerW: undefined,
    }))
    expect(totals(steps)).toEqual([100, 210])
  })
})

describe('a new base', () => {
  const persisting = (minutes: number[], total = 3) =>
    run([{ total: 177.5, minutes: 0 }, ...minutes.map(m => ({ total, minutes: m }))])
  const kinds = (steps: GuardedEnergy[]) => steps.map(step => step.values.energy_total_kwh)

  it(`is a value that persists for ${RESET_MIN_READINGS} readings and ${RESET_MIN_DURATION_MS / MINUTE_MS} minutes`, () => {
    const steps = persisting([5, 20, 35, 40])
    expect(kinds(steps)).toEqual([177.5, undefined, undefined, 3, 3])
    expect(steps.map(step => step.resets)).toEqual([[], [], [], ['energy_total_kwh'], []])
  })

  it('is not two readings, however far apart, nor many in a short time', () => {
    expect(kinds(persisting([5, 500]))).toEqual([177.5, undefined, undefined])
    expect(kinds(persisting([5, 6, 7, 8, 34]))).toEqual([
      177.5,
      undefined,
      undefined,
      undefined,
      undefined,
      undefined,
    ])
  })

  it('begins again when a good value comes between, or when the values disagree', () => {
    const interrupted = [3, 3, 177.6, 3, 3].map((total, i) => ({ total, minutes: 5 + i * 20 }))
    expect(totals([{ total: 177.5, minutes: 0 }, ...interrupted])).toEqual([
      177.5,
      undefined,
      undefined,
      177.6,
      undefined,
      undefined,
    ])
    const disagreeing = [3, 90, 12, 60].map((total, i) => ({ total, minutes: 5 + i * 20 }))
    expect(totals([{ total: 177.5, minutes: 0 }, ...disagreeing]).slice(1)).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
    ])
  })

  it('also corrects a first value that was far too high', () => {
    expect(
      totals([{ total: 900_000, minutes: 0 }, ...[5, 20, 35].map(minutes => ({ total: 177.5, minutes }))]).at(
        -1,
      ),
    ).toBe(177.5)
  })

  it('of 6,553.6 kWh more, the mark of wrong registers, has to persist for a day', () => {
    const hours = WRAP_MIN_DURATION_MS / 3_600_000
    const steps = Array.from({ length: hours + 1 }, (_, hour) => ({
      total: 6_731.1,
      minutes: 60 * (hour + 1),
    }))
    const published = totals([{ total: 177.5, minutes: 0 }, ...steps])
    expect(published.slice(1, -1).every(total => total === undefined)).toBe(true)
    expect(published.at(-1)).toBe(6_731.1)
  })

  it('after a counter of 16 bits has wrapped is taken like any other fall', () => {
    expect(
      totals([{ total: 6_553.5, minutes: 0 }, ...[5, 20, 35].map(minutes => ({ total: 0.2, minutes }))]).at(
        -1,
      ),
    ).toBe(0.2)
  })
})

describe('today', () => {
  const nextDay = { localDay: '2026-06-02', minutes: 1_200 }

  it('falls on a new day', () => {
    expect(
      todays([{ today: 4.2 }, { today: 0, ...nextDay }, { today: 0.1, ...nextDay, minutes: 1_205 }]),
    ).toEqual([4.2, 0, 0.1])
    expect(todays([{ today: 0.05 }, { today: 0, ...nextDay }])).toEqual([0.05, 0])
  })

  it('does not fall within a day: zeros after a start-up', () => {
    expect(todays([{ today: 4.2 }, { today: 0 }, { today: 4.3 }])).toEqual([4.2, undefined, 4.3])
  })

  it('may fall once more on a day that began with the value of yesterday', () => {
    const day = (today: number, minutes: number) => ({ today, localDay: '2026-06-02', minutes })
    expect(todays([{ today: 4.2 }, day(4.2, 1_200), day(0, 1_205), day(0.3, 1_230), day(0, 1_235)])).toEqual([
      4.2,
      4.2,
      0,
      0.3,
      undefined,
    ])
  })

  it('does not fall when the clock goes back or is missing', () => {
    expect(
      todays([{ today: 4.2 }, { today: 0, localDay: '2026-05-31' }, { today: 0, localDay: null }]),
    ).toEqual([4.2, undefined, undefined])
  })

  it('of a device without a clock falls once the fall persists', () => {
    const without = (today: number, minutes: number) => ({ today, minutes, localDay: null })
    const values = [without(4.2, 0), without(0, 600), without(0, 615), without(0.1, 630)]
    expect(todays(values)).toEqual([4.2, undefined, undefined, 0.1])
  })

  it('finds back after a date in the far future', () => {
    const day = (localDay: string, today: number, minutes: number) => ({ localDay, today, minutes })
    const values = [
      day('2036-01-01', 4.2, 0),
      ...[5, 20, 35].map(m => day('2026-06-02', 0.1, m)),
      day('2026-06-03', 0, 1_500),
    ]
    expect(todays(values)).toEqual([4.2, undefined, undefined, 0.1, 0])
  })
})

describe('a buffered record', () => {
  const live: Step = { total: 177.5, today: 4.2 }

  it('is older: lower values pass, and the state stays', () => {
    const [first, buffered] = run([live, { total: 170, today: 1, buffered: true }])
    expect(buffered).toMatchObject({ values: { energy_total_kwh: 170, energy_today_kwh: 1 }, withheld: [] })
    expect(buffered!.state).toBe(first!.state)
  })

  it('cannot be above the latest live value, nor 0', () => {
    expect(run([live, { total: 300, today: 9, buffered: true }])[1]!.withheld).toEqual([
      'energy_today_kwh',
      'energy_total_kwh',
    ])
    expect(run([live, { total: 0, buffered: true }])[1]!.withheld).toEqual(['energy_total_kwh'])
  })

  it('of another day has a "today" of its own', () => {
    expect(run([live, { today: 9, localDay: '2026-05-31', buffered: true }])[1]!.values).toEqual({
      energy_today_kwh: 9,
    })
  })

  it('passes when nothing is known yet', () => {
    expect(run([{ total: 12, buffered: true }])[0]).toMatchObject({
      values: { energy_total_kwh: 12 },
      state: null,
    })
  })
})

const anySteps = fc.array(
  fc.record({
    total: fc.oneof(
      fc.integer({ min: 0, max: 2_000 }).map(tenths => tenths / 10),
      fc.constantFrom(0, 6_553.6, 6_731.1, 9_999_999),
    ),
    buffered: fc.boolean(),
    minutes: fc.integer({ min: -600, max: 6_000 }),
  }),
  { maxLength: 40 },
)

describe('for any series', () => {
  it('a live total never falls without a reset, is never 0, and is either published or named', () => {
    fc.assert(
      fc.property(anySteps, steps => {
        let last = 0
        for (const [position, guarded] of run(steps).entries()) {
          const published = guarded.values.energy_total_kwh
          expect((published === undefined) === guarded.withheld.includes('energy_total_kwh')).toBe(true)
          expect(published).not.toBe(0)
          if (published === undefined || steps[position]!.buffered) continue
          if (!guarded.resets.includes('energy_total_kwh')) expect(published).toBeGreaterThanOrEqual(last)
          last = published
        }
      }),
      { numRuns: 1_000 },
    )
  })

  it('a true series passes unchanged, whatever garbage is mixed in', () => {
    const series = fc.array(fc.tuple(fc.integer({ min: 0, max: 1 }), fc.boolean()), { maxLength: 60 })
    fc.assert(
      fc.property(series, growth => {
        let tenths = 1_000
        const steps = growth.flatMap(([grown, garbage]) => {
          tenths += grown
          return garbage ? of(tenths / 10, 0, tenths / 10 + 6_553.6) : of(tenths / 10)
        })
        const isTrue = (total: number | undefined) => total !== undefined && total !== 0 && total < 6_000
        expect(totals(steps).filter(isTrue)).toEqual(steps.map(step => step.total).filter(isTrue))
      }),
    )
  })

  it('survives being kept as JSON', () => {
    fc.assert(
      fc.property(anySteps, anySteps, (before, after) => {
        const state = run(before).at(-1)?.state ?? null
        expect(run(after, JSON.parse(JSON.stringify(state)))).toEqual(run(after, state))
      }),
    )
  })
})
