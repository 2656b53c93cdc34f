// What charts are drawn from: lines, legends, axes, buckets, thresholds.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { axisSteps } from '../../src/pages/drawing/axis-steps.ts'
import { aligned, chartLines, highestOf, stepOf, withHoles } from '../../src/pages/drawing/chart-lines.ts'
import { heatmapCells } from '../../src/pages/drawing/heatmap-cells.ts'
import { histogramBuckets } from '../../src/pages/drawing/histogram-buckets.ts'
import { legendText } from '../../src/pages/drawing/legend-text.ts'
import { matchThreshold } from '../../src/pages/drawing/threshold-match.ts'
import { timeTicks } from '../../src/pages/drawing/time-ticks.ts'

describe('a legend', () => {
  it('is the template with the labels of the line', () => {
    expect(legendText('{{http.request.method}} {{http.route}}', { 'http.route': '/me' }, 'x')).toBe('/me')
    expect(legendText('ended: {{ reason }}', { reason: 'idle' }, 'x')).toBe('ended: idle')
  })
  it('is made of the labels, or the name of the panel, where the query has none', () => {
    expect(legendText(undefined, { a: '1', b: '2' }, 'x')).toBe('1 · 2')
    expect(legendText('', {}, 'Requests')).toBe('Requests')
  })
})

describe('lines', () => {
  const series = (count: number) => ({
    results: [
      {
        query: 'A',
        kind: 'time_series' as const,
        series: Array.from({ length: count }, () => ({ labels: { s: 'same' }, values: [] })),
      },
    ],
  })
  it('have names of their own and the colours of the file', () => {
    const lines = chartLines(series(2), { A: '{{s}}' }, { same: '#123456' }, 'panel')
    expect(lines.map(({ name }) => name)).toEqual(['same', 'same (2)'])
    expect(lines[0]?.color).toBe('#123456')
  })
  it('break where points are missing, and a point between two holes is known', () => {
    const drawn = withHoles(
      [
        [0, 1],
        [60, 2],
        [240, 3],
      ],
      60,
    )
    expect(drawn.map(({ ms, value, isAlone }) => [ms, value, isAlone])).toEqual([
      [0, 1, false],
      [60, 2, false],
      [180, null, false],
      [240, 3, true],
    ])
    const line = (values: [number, number][]) => ({ name: '', color: '', labels: {}, values })
    expect(
      stepOf([
        line([
          [0, 1],
          [600, 1],
        ]),
        line([
          [0, 1],
          [60, 1],
        ]),
        line([]),
      ]),
    ).toBe(60)
    expect(withHoles([[5, 1]], 0)).toEqual([{ ms: 5, value: 1, isAlone: true }])
  })
})

describe('a histogram', () => {
  it('counts every value once, in steps of one width', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 50 }),
        values => {
          const buckets = histogramBuckets(values, 30)
          expect(buckets.reduce((sum, { count }) => sum + count, 0)).toBe(values.length)
          expect(buckets.length).toBeLessThanOrEqual(33)
        },
      ),
      { numRuns: 1_000 },
    )
  })
  it('takes a given width and knows equal values and none', () => {
    expect(histogramBuckets([1, 9], 30, 5).map(({ from, count }) => [from, count])).toEqual([
      [0, 1],
      [5, 1],
    ])
    expect(histogramBuckets([4, 4])).toEqual([{ from: 4, to: 5, count: 2 }])
    expect(histogramBuckets([])).toEqual([])
    expect(histogramBuckets([-5e-323, 2.5e-323]).reduce((sum, { count }) => sum + count, 0)).toBe(2)
    expect(histogramBuckets([0, 1e9], 30, 0.001).length).toBeLessThan(40)
  })
})

it('the first threshold that is passed counts, in the unit of the value', () => {
  const shared = { operator: 'above', format: 'background' } as const
  const thresholds = [
    { ...shared, value: 2_000, unit: 'ms', color: 'Red' },
    { ...shared, value: 1, unit: 's', color: 'Orange' },
  ]
  expect(matchThreshold(2.1, 's', thresholds)?.color).toBe('Red')
  expect(matchThreshold(1.5, 's', thresholds)?.color).toBe('Orange')
  expect(matchThreshold(1, 's', thresholds)).toBeUndefined()
})

it.each([
  [0, 1_800_000, 6, 0, 300_000],
  [17, 300_000, 6, 0, 60_000],
  [0, 86_400_000, 6, -330, 21_600_000],
  [0, 90 * 86_400_000, 6, 0, 15 * 86_400_000],
])('marks of the time from %i to %i, at most %i, are round', (start, end, most, offset, step) => {
  const ticks = timeTicks(start, end, most, offset)
  expect(ticks.length).toBeLessThanOrEqual(most + 1)
  expect(ticks[1]! - ticks[0]!).toBe(step)
  expect(ticks.every(tick => (tick - offset * 60_000) % step === 0 && tick >= start && tick <= end)).toBe(
    true,
  )
})

it.each([
  [7, '', 8, 2],
  [0.29, 'reqps', 0.3, 0.1],
  [3_700, 's', 4_500, 900],
  [0.4, 's', 0.4, 0.1],
  [90_000, 's', 108_000, 21_600],
  [600_000, 'ms', 600_000, 120_000],
  [7_000, 'bytes', 8_192, 2_048],
  [0, 's', 1, 1],
])('an axis up to %d in %j ends at %d in steps of %d', (max, unit, end, interval) => {
  const steps = axisSteps(max, unit)
  expect([steps.max, steps.interval].map(value => Number(value.toPrecision(9)))).toEqual([end, interval])
})

it('bars are stacked by time, and the axis reaches the highest stack', () => {
  const line = (values: [number, number][]) => ({ name: '', color: '', labels: {}, values })
  const lines = [
    line([
      [0, 1],
      [60, 2],
    ]),
    line([[60, 5]]),
  ]
  expect(aligned(lines)).toEqual([
    [
      [0, 1],
      [60, 2],
    ],
    [
      [0, null],
      [60, 5],
    ],
  ])
  expect([highestOf(lines, true), highestOf(lines, false)]).toEqual([7, 5])
})

it('a heat map adds up the lines of one row and has a cell for each time', () => {
  const series = (route: string, status: string, values: [number, number][]) => ({
    labels: { route, status },
    values,
  })
  const map = heatmapCells(
    {
      results: [
        {
          query: 'A',
          kind: 'time_series',
          series: [
            series('/a', '500', [[0, 2]]),
            series('/a', '404', [
              [0, 3],
              [60, 1],
            ]),
            series('/b', '500', [[60, 1]]),
          ],
        },
      ],
    },
    ({ route = '' }) => route,
  )
  expect(map.rows).toEqual(['/b', '/a'])
  expect(map.cells).toEqual([
    [0, 0, 0],
    [1, 0, 1],
    [0, 1, 5],
    [1, 1, 1],
  ])
  expect(map.max).toBe(5)
})

it('an axis of counted things has whole steps', () => {
  expect(axisSteps(2, 'short', 4, 1)).toEqual({ max: 2, interval: 1 })
})
