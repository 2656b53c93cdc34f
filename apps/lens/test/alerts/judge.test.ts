// What each match type looks at, and which value a mail shows: as SigNoz v0.138.0 (lab/mails.json has them of a real one).
import type { MatchType, Op } from '@deye-hard/monitoring'
import { describe, expect, test } from 'vitest'
import { convertTarget } from '../../src/alerts/convert-target.ts'
import { judge } from '../../src/alerts/judge.ts'

describe('a match type', () => {
  test.each<[Op, MatchType, number[], number, boolean, number]>([
    ['above', 'at_least_once', [1, 5, 9], 4, true, 5],
    ['above', 'at_least_once', [1, 2], 4, false, 1],
    ['above', 'all_the_times', [7, 5, 9], 4, true, 5],
    ['below', 'all_the_times', [1, 3, 2], 4, true, 3],
    ['above', 'all_the_times', [7, 3, 9], 4, false, 3],
    ['not_equal', 'all_the_times', [7, 3], 0, true, 7],
    ['equal', 'all_the_times', [4, 4], 4, true, 4],
    ['above', 'on_average', [2, 4, 9], 4, true, 5],
    ['above', 'in_total', [2, 2, 1], 4, true, 5],
    ['above', 'last', [9, 9, 1], 4, false, 1],
    ['below', 'last', [9, 9, 1], 4, true, 1],
  ])('%s %s of %j against %d: %s, %d', (op, matchType, values, target, isMet, value) => {
    expect(judge(op, matchType, values, target)).toEqual({ isMet, value })
  })

  test.each<[Op, number, boolean]>([
    ['above', 4, false],
    ['above_or_equal', 4, true],
    ['below', 4, false],
    ['below_or_equal', 4, true],
    ['equal', 4, true],
    ['not_equal', 4, false],
    ['outside_bounds', -5, true],
    ['outside_bounds', 3, false],
  ])('%s 4 holds for %d: %s', (op, value, isMet) => {
    expect(judge(op, 'last', [value], 4).isMet).toBe(isMet)
  })
})

test.each([
  [900, 'ms', 's', 0.9],
  [1, 'h', 's', 3_600],
  [80, 'percent', 'percentunit', 0.8],
  [1, 'mbytes', 'bytes', 1_048_576],
  [5, '', 's', 5],
  [5, 'percent', 'percent', 5],
  // SigNoz does not convert rates, so 60 a minute is held against numbers of a second.
  [60, 'opm', 'ops', 60],
  [60, '{frame}/min', '{frame}/s', 60],
])('%d %s is %s: %d', (value, from, to, expected) => {
  expect(convertTarget(value, from, to)).toBeCloseTo(expected, 9)
})
