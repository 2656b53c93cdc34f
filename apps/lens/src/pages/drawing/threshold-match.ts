// Which threshold of a panel a value has passed; the first that matches wins, as in SigNoz.
import { convertUnit } from './unit-format.ts'

export interface ComparedThreshold {
  value: number
  operator: 'above' | 'below' | 'above_or_equal' | 'below_or_equal' | 'equal' | 'not_equal'
  unit?: string
  color: string
  format: 'text' | 'background'
  columnName?: string
}

export function matchThreshold<T extends ComparedThreshold>(
  value: number,
  unit: string,
  thresholds: readonly T[],
): T | undefined {
  return thresholds.find(threshold => isPassed(value, unit, threshold))
}

function isPassed(value: number, unit: string, threshold: ComparedThreshold): boolean {
  const target = convertUnit(threshold.value, threshold.unit ?? unit, unit)
  switch (threshold.operator) {
    case 'above':
      return value > target
    case 'below':
      return value < target
    case 'above_or_equal':
      return value >= target
    case 'below_or_equal':
      return value <= target
    case 'equal':
      return value === target
    case 'not_equal':
      return value !== target
  }
}

/** Tones of the stylesheet; a colour that it does not know stays a plain mark. */
export function toneOf(color: string): 'good' | 'warn' | 'bad' | 'mark' {
  const name = color.toLowerCase()
  if (name === 'red' || name === '#e02020') return 'bad'
  if (name === 'orange' || name === 'yellow') return 'warn'
  return name === 'green' ? 'good' : 'mark'
}
