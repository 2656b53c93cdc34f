// Plausibility: borders of the ranges, ratings, the frequency gap, and when a whole frame is garbage.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { checkPlausibility, QUANTITIES, QUANTITY_NAMES, type Quantities, type QuantityName } from './index.ts'

const SOUND: Quantities = {
  ac_active_power_w: 400,
  grid_voltage_l1_v: 230,
  grid_frequency_hz: 50,
  pv1_voltage_v: 30,
}
const dropped = (values: Quantities, ratedPowerW?: number) => {
  const verdict = checkPlausibility({ ...SOUND, ...values }, { ratedPowerW })
  return verdict.kind === 'plausible' ? verdict.implausible : verdict.kind
}

describe('one value', () => {
  it.each(QUANTITY_NAMES)('%s passes at its limits and is dropped beyond them', name => {
    const { min, max } = QUANTITIES[name]
    expect(dropped({ [name]: max })).toEqual([])
    expect(dropped({ [name]: min })).toEqual([])
    for (const value of [min - 0.1, max + 0.1, Number.NaN, Infinity])
      expect(dropped({ [name]: value })).toEqual([name])
  })

  it.each([
    [0, true],
    [0.01, false],
    [44.99, false],
    [45, true],
    [65, true],
    [65.01, false],
  ])('a grid frequency of %d Hz is plausible: %s', (value, plausible) => {
    expect(dropped({ grid_frequency_hz: value })).toEqual(plausible ? [] : ['grid_frequency_hz'])
  })

  it.each<[QuantityName, number, boolean]>([
    ['ac_active_power_w', 905, true],
    ['ac_active_power_w', 906, false],
    ['ac_active_power_w', -905, true],
    ['ac_active_power_w', -906, false],
    ['pv1_power_w', 1_225, true],
    ['pv1_power_w', 1_226, false],
    ['pv_power_total_w', 1_226, false],
  ])('%s of %d W at a rating of 800 W is plausible: %s', (name, value, plausible) => {
    expect(dropped({ [name]: value }, 800)).toEqual(plausible ? [] : [name])
  })

  it.each([0, 99, 110_001])('a damaged rating of %d W limits nothing', rating => {
    expect(dropped({ ac_active_power_w: 90_000 }, rating)).toEqual([])
  })

  it('may have a narrower range for a device family', () => {
    const ranges = { pv1_voltage_v: { min: 0, max: 65 } }
    expect(checkPlausibility({ ...SOUND, pv1_voltage_v: 66 }, { ranges })).toMatchObject({
      implausible: ['pv1_voltage_v'],
    })
  })
})

describe('a frame', () => {
  const bad = (count: number): Quantities =>
    Object.fromEntries(QUANTITY_NAMES.slice(0, count).map(name => [name, -999_999]))
  const good = (count: number): Quantities =>
    Object.fromEntries(QUANTITY_NAMES.slice(-count).map(name => [name, 1]))

  it.each([
    [2, 1, 'plausible'],
    [3, 6, 'plausible'],
    [3, 5, 'garbage'],
    [5, 10, 'plausible'],
    [5, 9, 'garbage'],
  ])('with %d values out of range and %d in range is %s', (badCount, goodCount, kind) => {
    expect(checkPlausibility({ ...good(goodCount), ...bad(badCount) })).toMatchObject({ kind })
  })

  it('of zeros, or of nothing, is no data', () => {
    expect(checkPlausibility({ ac_active_power_w: 0, energy_total_kwh: 0 })).toEqual({ kind: 'no_data' })
    expect(checkPlausibility({})).toEqual({ kind: 'no_data' })
  })

  it('keeps plausible values as they are, and each value is either kept or named', () => {
    const values = fc.dictionary(fc.constantFrom(...QUANTITY_NAMES), fc.double({ min: -1e6, max: 1e6 }))
    fc.assert(
      fc.property(values, frame => {
        const verdict = checkPlausibility(frame)
        if (verdict.kind !== 'plausible') return
        expect({ ...frame, ...verdict.values }).toEqual(frame)
        expect([...Object.keys(verdict.values), ...verdict.implausible].sort()).toEqual(
          Object.keys(frame).sort(),
        )
        for (const [name, value] of Object.entries(verdict.values)) {
          expect(value).toBeGreaterThanOrEqual(QUANTITIES[name as QuantityName].min)
          expect(value).toBeLessThanOrEqual(QUANTITIES[name as QuantityName].max)
        }
      }),
    )
  })
})
