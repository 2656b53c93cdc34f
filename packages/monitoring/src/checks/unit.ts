// Holds the unit that a file gives against what the numbers of the query are.
import { type Dimension, isShownRightly } from '../units.ts'
import type { Report } from './query.ts'

/** A number without a unit is allowed where it counts things. */
export function checkUnit(
  value: Dimension | undefined,
  unit: string | undefined,
  name: string,
  place: string,
  report: Report,
): void {
  if (value === undefined || isShownRightly(value, unit ?? '')) return
  report(place, `${name} gives ${inWords(value)}, found unit ${unit ?? 'none'}`)
}

function inWords({ seconds, bytes, things, scale }: Dimension): string {
  const parts = [
    ...(seconds === 0 ? [] : [`seconds^${seconds}`]),
    ...(bytes === 0 ? [] : [`bytes^${bytes}`]),
    ...(things === 0 ? [] : [`things^${things}`]),
  ]
  const base = parts.length === 0 ? 'a share' : parts.join(' ')
  return scale === 1 ? base : `${base} in units of ${Number(scale.toPrecision(6))}`
}
