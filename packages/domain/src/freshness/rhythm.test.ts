// The rhythm of a fortnight: robust against spoilt days, cautious while little is known, small.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  ANY_ELEVATION,
  addDay,
  type DayEntries,
  DEFAULT_RHYTHM,
  ENTRY_FIELDS,
  learnRhythm,
  RHYTHM_DAYS,
} from './rhythm.ts'

const TODAY = 20_600
/** Entries of the days before today, the oldest first. */
function entriesOf(wakes: number[], sleeps: number[] = wakes): DayEntries {
  return wakes.flatMap((wake, index) => [TODAY - wakes.length + index, wake * 10, sleeps[index]! * 10])
}
const through = ANY_ELEVATION / 10

describe('what is usual', () => {
  it('is the default without days, and at least the default with a few', () => {
    expect(learnRhythm([], TODAY)).toEqual(DEFAULT_RHYTHM)
    expect(learnRhythm(entriesOf([2, 2, 2, 2]), TODAY)).toMatchObject({
      wakeDeg: 8,
      sleepDeg: 8,
      daysKnown: 4,
    })
    expect(learnRhythm(entriesOf([12, 12, 12]), TODAY)).toMatchObject({ wakeDeg: 12 })
  })

  it('is learned for morning and evening apart', () => {
    const rhythm = learnRhythm(entriesOf(Array(10).fill(3), Array(10).fill(6)), TODAY)
    expect(rhythm).toEqual({ wakeDeg: 3, sleepDeg: 6, alwaysOn: false, daysKnown: 10 })
  })

  it('is not moved by three spoilt days of a fortnight', () => {
    const spoilt = fc.array(fc.integer({ min: -60, max: 80 }), { minLength: 3, maxLength: 3 })
    const property = fc.property(spoilt, days => {
      const { wakeDeg } = learnRhythm(entriesOf([...Array(11).fill(4), ...days]), TODAY)
      expect(wakeDeg).toBe(4)
    })
    fc.assert(property, { numRuns: 200, seed: 4 })
  })

  it('stays within what a module can live on, whatever was stored', () => {
    expect(learnRhythm(entriesOf(Array(14).fill(-40)), TODAY).wakeDeg).toBe(1)
    expect(learnRhythm(entriesOf(Array(14).fill(70)), TODAY).wakeDeg).toBe(25)
  })

  it('counts neither days older than a fortnight nor today nor the future', () => {
    const entries = [TODAY - 15, 30, 30, TODAY - 14, 30, 30, TODAY, 30, 30, TODAY + 400, 30, 30]
    expect(learnRhythm(entries, TODAY).daysKnown).toBe(1)
  })
})

describe('always on', () => {
  const alwaysOn = (wakes: number[]) => learnRhythm(entriesOf(wakes), TODAY).alwaysOn

  it('takes five nights and three quarters of the days known', () => {
    expect(alwaysOn(Array(4).fill(through))).toBe(false)
    expect(alwaysOn(Array(5).fill(through))).toBe(true)
    expect(alwaysOn([...Array(9).fill(3), ...Array(5).fill(through)])).toBe(false)
    expect(alwaysOn([...Array(3).fill(3), ...Array(11).fill(through)])).toBe(true)
  })

  it('ends with two nights of silence', () => {
    expect(alwaysOn([...Array(12).fill(through), 3])).toBe(true)
    expect(alwaysOn([...Array(12).fill(through), 3, 3])).toBe(false)
  })
})

describe('the list of days', () => {
  it('keeps the last fourteen that were written, whatever their date', () => {
    let entries: DayEntries = []
    for (const day of [1, 900, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14]) {
      entries = addDay(entries, { day, wakeDeg: 3, sleepDeg: 3 })
    }
    expect(entries).toHaveLength(RHYTHM_DAYS * ENTRY_FIELDS)
    expect(entries.filter((_, index) => index % ENTRY_FIELDS === 0)).toEqual([
      900, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14,
    ])
  })

  it('joins what was seen of a day before and after the clock leapt', () => {
    const once = addDay([], { day: 7, wakeDeg: 3, sleepDeg: 40 })
    expect(addDay(once, { day: 7, wakeDeg: 35, sleepDeg: 4 })).toEqual([7, 30, 40])
  })
})
