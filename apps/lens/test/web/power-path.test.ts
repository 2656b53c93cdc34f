// The small picture of a day's power: steps with holes where nothing was measured, nights cut to the day, and all of it in words.
import { describe, expect, it } from 'vitest'
import { PICTURE_HEIGHT, powerPicture } from '../../src/pages/drawing/power-path.ts'

const HOUR_MS = 3_600_000
const clock = (ms: number) => `${ms / HOUR_MS} h`
const drawn = (watts: readonly (number | null)[], nights: readonly (readonly [number, number])[] = []) => ({
  startMs: 0,
  endMs: watts.length * HOUR_MS,
  stepMs: HOUR_MS,
  ratedW: 400,
  watts,
  nights: nights.map(([from, to]) => ({ startMs: from * HOUR_MS, endMs: to * HOUR_MS })),
})

describe('the picture', () => {
  it('has a step for each quarter, and none where nothing was measured', () => {
    const { path, width } = powerPicture(drawn([200, null, 400, 100]), clock)
    const [base, half, most] = [PICTURE_HEIGHT, PICTURE_HEIGHT / 2, (PICTURE_HEIGHT * 3) / 4]
    expect(path).toBe(`M0 ${base}V${half}H2V${base}ZM4 ${base}V0H6V${most}H8V${base}Z`)
    expect(width).toBe(8)
  })
  it('is empty without readings, and never taller than itself', () => {
    expect(powerPicture(drawn([null, null]), clock).path).toBe('')
    expect(powerPicture(drawn([800]), clock).path).toBe(`M0 ${PICTURE_HEIGHT}V0H2V${PICTURE_HEIGHT}Z`)
    expect(powerPicture({ ...drawn([0]), ratedW: null }, clock).path).toContain(`V${PICTURE_HEIGHT}H2`)
  })
  it('shades the nights', () => {
    expect(
      powerPicture(
        drawn(
          [1, 1, 1, 1],
          [
            [0, 1],
            [2.5, 4],
          ],
        ),
        clock,
      ).nights,
    ).toEqual([
      { x: 0, width: 2 },
      { x: 5, width: 3 },
    ])
  })
  it('knows what is given now, but not from an old reading', () => {
    expect(powerPicture(drawn([1, 2, 3, null]), clock).nowW).toBe(3)
    expect(powerPicture(drawn([1, 2, null, null]), clock).nowW).toBeNull()
    expect(powerPicture(drawn([1, 0]), clock).nowW).toBe(0)
  })
  it('is said in words', () => {
    const spoken = (...given: Parameters<typeof drawn>) => powerPicture(drawn(...given), clock).spoken
    expect(
      spoken(
        [1, 250, 3, 4],
        [
          [0, 1],
          [2, 3],
        ],
      ),
    ).toBe('Power of the last 24 hours: most 250 W at 1 h; night to 1 h and from 2 h to 3 h')
    expect(spoken([null, null], [[0, 2]])).toBe('Power of the last 24 hours: no readings; night all the time')
    expect(spoken([5])).toBe('Power of the last 24 hours: most 5 W at 0 h; no night')
  })
})
