// Functions over points, the one number of a series, and order and limit of series.
import { describe, expect, it } from 'vitest'
import type { Series } from '../../src/query/contract.ts'
import { applyFunctions } from '../../src/query/functions.ts'
import { type ReduceTo, reduced } from '../../src/query/reduce.ts'
import { ordered } from '../../src/query/series.ts'

const FILLING = { startMs: 10, endMs: 50, stepMs: 10 }
const POINTS: [number, number][] = [
  [0, 1],
  [10, -4],
  [20, 8],
  [30, 2],
]

describe('functions', () => {
  it.each<[string, number | undefined, [number, number][]]>([
    [
      'cutOffMin',
      1,
      [
        [0, 1],
        [10, Number.NaN],
        [20, 8],
        [30, 2],
      ],
    ],
    [
      'cutOffMax',
      2,
      [
        [0, 1],
        [10, -4],
        [20, Number.NaN],
        [30, 2],
      ],
    ],
    [
      'clampMin',
      0,
      [
        [0, 1],
        [10, 0],
        [20, 8],
        [30, 2],
      ],
    ],
    [
      'clampMax',
      2,
      [
        [0, 1],
        [10, -4],
        [20, 2],
        [30, 2],
      ],
    ],
    [
      'absolute',
      undefined,
      [
        [0, 1],
        [10, 4],
        [20, 8],
        [30, 2],
      ],
    ],
    [
      'runningDiff',
      undefined,
      [
        [10, -5],
        [20, 12],
        [30, -6],
      ],
    ],
    [
      'cumulativeSum',
      undefined,
      [
        [0, 1],
        [10, -3],
        [20, 5],
        [30, 7],
      ],
    ],
    [
      'ewma3',
      undefined,
      [
        [0, 1],
        [10, -1.5],
        [20, 3.25],
        [30, 2.625],
      ],
    ],
    [
      'median3',
      undefined,
      [
        [0, 1],
        [10, 1],
        [20, 2],
        [30, 2],
      ],
    ],
    ['timeShift', 86_400, POINTS.map(([ms, value]) => [ms + 86_400_000, value])],
    [
      'fillZero',
      undefined,
      [
        [10, -4],
        [20, 8],
        [30, 2],
        [40, 0],
        [50, 0],
      ],
    ],
  ])('%s', (name, argument, expected) => {
    const args = argument === undefined ? {} : { args: [{ value: argument }] }
    const [series] = applyFunctions([{ labels: {}, values: POINTS }], [{ name, ...args }], FILLING)
    expect(series?.values).toEqual(expected)
  })

  it('come one after the other', () => {
    const calls = [{ name: 'absolute' }, { name: 'clampMax', args: [{ value: '3' }] }]
    const [series] = applyFunctions([{ labels: {}, values: POINTS }], calls, FILLING)
    expect(series?.values.map(([, value]) => value)).toEqual([1, 3, 3, 2])
  })
})

it.each<[ReduceTo, number]>([
  ['last', 2],
  ['sum', 7],
  ['count', 4],
  ['avg', 1.75],
  ['min', -4],
  ['max', 8],
  ['median', 1.5],
])('%s of a series', (to, expected) => {
  expect(reduced([1, -4, 8, 2], to)).toBe(expected)
})

describe('order', () => {
  const all = [one('a', 5, 1), one('b', 9), one('c', 1)]

  it('is the highest mean first where none is named', () => {
    expect(names(ordered(all, undefined, undefined))).toEqual(['b', 'a', 'c'])
  })

  it('is by value or by label, and limited after', () => {
    const byValue = [{ key: { name: '__result' }, direction: 'asc' as const }]
    const byLabel = [{ key: { name: 'x' }, direction: 'desc' as const }]
    expect(names(ordered(all, byValue, 2))).toEqual(['c', 'a'])
    expect(names(ordered(all, byLabel, 0))).toEqual(['c', 'b', 'a'])
  })
})

function one(x: string, ...values: number[]): Series {
  return { labels: { x }, values: values.map((value, index) => [index, value] as const) }
}

function names(series: readonly Series[]): (string | undefined)[] {
  return series.map(({ labels }) => labels.x)
}
