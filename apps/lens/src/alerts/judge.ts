// Holds the points of one series against one number, as SigNoz v0.138.0 does (pkg/types/ruletypes/threshold.go).
import type { MatchType, Op } from '@deye-hard/monitoring'

export interface Judgement {
  isMet: boolean
  /** What `{{$value}}` shows. */
  value: number
}

/** `values` oldest first, finite, at least one. */
export function judge(op: Op, matchType: MatchType, values: readonly number[], target: number): Judgement {
  const meets = (value: number) => compares(op, value, target)
  switch (matchType) {
    case 'at_least_once': {
      const first = values.find(meets)
      return { isMet: first !== undefined, value: first ?? values[0]! }
    }
    case 'all_the_times': {
      const against = values.find(value => !meets(value))
      return against === undefined
        ? { isMet: true, value: mildest(op, values, target) }
        : { isMet: false, value: against }
    }
    case 'on_average':
      return judged(meets, sum(values) / values.length)
    case 'in_total':
      return judged(meets, sum(values))
    case 'last':
      return judged(meets, values.at(-1)!)
  }
}

function compares(op: Op, value: number, target: number): boolean {
  switch (op) {
    case 'above':
      return value > target
    case 'below':
      return value < target
    case 'equal':
      return value === target
    case 'not_equal':
      return value !== target
    case 'above_or_equal':
      return value >= target
    case 'below_or_equal':
      return value <= target
    case 'outside_bounds':
      return Math.abs(value) >= target
  }
}

/** Of values that all meet the condition SigNoz shows the one that is nearest to the target. */
function mildest(op: Op, values: readonly number[], target: number): number {
  switch (op) {
    case 'above':
    case 'above_or_equal':
    case 'outside_bounds':
      return Math.min(...values)
    case 'below':
    case 'below_or_equal':
      return Math.max(...values)
    case 'not_equal':
      return values[0]!
    case 'equal':
      return target
  }
}

function judged(meets: (value: number) => boolean, value: number): Judgement {
  return { isMet: meets(value), value }
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
