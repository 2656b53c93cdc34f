// Steps of an axis that read well in its unit: minutes and hours for seconds, powers of two for bytes, 1, 2, 2.5 and 5 for the rest.
import { convertUnit } from './unit-format.ts'

const MINUTE = 60
const HOUR = 3_600
const DAY = 86_400
const TIME_STEPS = [1, 2, 5, 10, 15, 30]
  .map(step => step * MINUTE)
  .concat([1, 2, 3, 6, 12].map(step => step * HOUR))
  .concat([1, 2, 5, 10].map(step => step * DAY))
const KIBI = 1_024

export interface AxisSteps {
  max: number
  interval: number
}

/** From zero to `max` at least, in `count` steps or one more, none smaller than `least`. */
export function axisSteps(max: number, unit: string, count = 4, least = 0): AxisSteps {
  if (!(max > 0)) return { max: 1, interval: 1 }
  const interval = Math.max(least, stepFor(max / (count + 1), unit))
  return { max: Math.ceil((max / interval) * (1 - 1e-9)) * interval, interval }
}

function stepFor(least: number, unit: string): number {
  const second = convertUnit(1, 's', unit)
  const isTime = unit === 's' || second !== 1
  if (isTime && least / second >= MINUTE / 4) {
    const found = TIME_STEPS.find(step => step >= least / second)
    if (found !== undefined) return found * second
  }
  const byte = convertUnit(1, 'bytes', unit)
  const isBytes = ['bytes', 'By'].includes(unit) || byte !== 1
  if (isBytes && least / byte >= KIBI / 4) return 2 ** Math.ceil(Math.log2(least / byte)) * byte
  const power = 10 ** Math.floor(Math.log10(least))
  return ([1, 2, 2.5, 5, 10].find(step => step * power >= least * (1 - 1e-9)) ?? 10) * power
}
