// Queries over metrics on the real engine: changes of counters against a model, gauges, labels, and what stands at the edges.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { engineOfFile, MINUTE_MS, metric, type StoredSeries } from './asked-engine.ts'

const MINUTES = 30
const RUNS = 25

const stored = engineOfFile(async engine => {
  const every = (values: readonly number[]): [number, number][] =>
    values.map((value, index) => [index * 20_000, value])
  await engine.series([
    { metric: 'gauge', labels: { site: '1', type: 'x' }, points: every([3, 9, 5, 8, 2, 4]) },
    { metric: 'gauge', labels: { site: '2' }, points: every([1, 1, 1]) },
    {
      metric: 'gauge',
      labels: { site: '3' },
      points: [
        [-10_000, 7],
        [3_600_000, 7],
      ],
    },
    {
      metric: 'delta',
      temporality: 'Delta',
      points: [
        [-1, 50],
        [0, 3],
        [30_000, 4],
        [90_000, 6],
      ],
    },
    { metric: 'mixed', temporality: 'Delta', points: [[60_000, 6]] },
    {
      metric: 'mixed',
      temporality: 'Cumulative',
      points: [
        [0, 10],
        [60_000, 14],
      ],
    },
    {
      metric: 'late',
      temporality: 'Cumulative',
      points: [
        [0, 10],
        [120_000, 30],
      ],
    },
  ])
  await engine.series([
    {
      metric: 'late',
      labels: { zone: 'a' },
      temporality: 'Cumulative',
      points: [
        [60_000, 1],
        [120_000, 2],
      ],
    },
  ])
})

describe('a counter', () => {
  const reading = fc.record({ added: fc.nat(50), isReset: fc.boolean(), isMissing: fc.boolean() })
  const minutes = fc.array(reading, { minLength: 1, maxLength: MINUTES })

  it('rises as a simple model says, over resets, gaps and two instances', async () => {
    let run = 0
    await fc.assert(
      fc.asyncProperty(minutes, minutes, async (one, two) => {
        const name = `counter.${run++}`
        const instances = [one, two].map((readings, index) => pointsOf(readings, index * 7_000))
        await stored.current.series(
          instances.map(
            (points, index): StoredSeries => ({
              metric: name,
              labels: { instance: String(index) },
              temporality: 'Cumulative',
              points,
            }),
          ),
        )
        const expected = sum(instances.map(increases))
        expect(await stored.current.minutes(metric(name, 'increase', 'sum'))).toEqual(expected.increase)
        const rate = await stored.current.minutes(metric(name, 'rate', 'sum'))
        expect(rounded(rate)).toEqual(rounded(expected.rate))
      }),
      { numRuns: RUNS },
    )
  })

  it('of deltas is their sum per step, without the step before the window', async () => {
    expect(await stored.current.minutes(metric('delta', 'increase', 'sum'))).toEqual({ 0: 7, 1: 6 })
    expect(await stored.current.minutes(metric('delta', 'rate', 'sum'))).toEqual({ 0: 7 / 60, 1: 0.1 })
    expect(await stored.current.minutes(metric('delta', 'increase', 'sum', { stepInterval: 120 }))).toEqual({
      0: 13,
    })
  })

  it('of both kinds is right for each', async () => {
    expect(await stored.current.minutes(metric('mixed', 'increase', 'sum'))).toEqual({ 1: 10 })
  })

  it('with a point that came late spans the gap', async () => {
    expect(await stored.current.minutes(metric('late', 'increase', 'max'))).toEqual({ 2: 20 })
    expect(await stored.current.minutes(metric('late', 'rate', 'max'))).toEqual({ 2: 20 / 120 })
  })
})

describe('a gauge', () => {
  it.each([
    ['latest', { 0: 5, 1: 4 }],
    ['min', { 0: 3, 1: 2 }],
    ['max', { 0: 9, 1: 8 }],
    ['sum', { 0: 17, 1: 14 }],
    ['avg', { 0: 17 / 3, 1: 14 / 3 }],
    ['count', { 0: 3, 1: 3 }],
    ['count_distinct', { 0: 3, 1: 3 }],
  ])('%s of one series', async (time, expected) => {
    const filter = { expression: "site = '1'" }
    expect(await stored.current.minutes(metric('gauge', time, 'sum', { filter }))).toEqual(expected)
  })

  it.each([
    ['sum', 6],
    ['avg', 3],
    ['min', 1],
    ['max', 5],
    ['count', 2],
  ])('%s across series', async (space, expected) => {
    expect((await stored.current.minutes(metric('gauge', 'latest', space)))[0]).toBe(expected)
  })

  it('splits by labels, the highest first, and a point beyond the window is not in it', async () => {
    const query = metric('gauge', 'latest', 'max', { groupBy: [{ name: 'site' }, { name: 'nope' }] })
    const [result] = await stored.current.ask([query])
    expect(result).toMatchObject({
      series: [{ labels: { site: '1', nope: '' } }, { labels: { site: '2', nope: '' } }],
    })
  })

  it('is one row per group for a table', async () => {
    const query = metric('gauge', 'latest', 'max', { groupBy: [{ name: 'site' }], limit: 1 }) as {
      spec: { aggregations: object[] }
    }
    Object.assign(query.spec.aggregations[0]!, { reduceTo: 'avg' })
    const [result] = await stored.current.ask([query], { requestType: 'scalar' })
    expect(result).toMatchObject({ columns: [{ name: 'site' }, { name: '__result_0' }], rows: [['1', 4.5]] })
  })

  it.each([
    ["site = '1'", ['1']],
    ["site != '1'", ['2']],
    ["site IN ('1', '2')", ['1', '2']],
    ["site NOT IN ('1')", ['2']],
    ["site LIKE '%1'", ['1']],
    ["site REGEXP '[23]'", ['2']],
    ["type CONTAINS 'X'", ['1']],
    ['type EXISTS', ['1']],
    ['type NOT EXISTS', ['2']],
    ["type != 'x'", ['2']],
    ['site > 1', ['2']],
    ["site = '1' OR NOT type EXISTS", ['1', '2']],
    ['site IN $all', ['1', '2']],
    ['site IN $all AND site IN $two', ['2']],
    ['site = $two', ['2']],
    ["site = 'it\\'s \\\\ %'", []],
  ])('filtered by %s', async (expression, sites) => {
    const query = metric('gauge', 'latest', 'max', { filter: { expression }, groupBy: [{ name: 'site' }] })
    const [result] = await stored.current.ask([query], { variables: { all: '__all__', two: ['2'] } })
    const series = result?.kind === 'time_series' ? result.series : []
    expect(series.map(({ labels }) => labels.site).sort()).toEqual(sites)
  })

  it('keeps the points that having keeps', async () => {
    const having = { expression: 'sum(latest(gauge)) > 5 AND __result < 100' }
    expect(await stored.current.minutes(metric('gauge', 'latest', 'sum', { having }))).toEqual({ 0: 6 })
  })
})

type Reading = { added: number; isReset: boolean; isMissing: boolean }

/** Cumulative values, one a minute, some left out; a reset starts again from what was added since. */
function pointsOf(readings: readonly Reading[], offsetMs: number): [number, number][] {
  let value = 0
  return readings.flatMap(({ added, isReset, isMissing }, minute) => {
    value = isReset ? added : value + added
    return isMissing ? [] : [[minute * MINUTE_MS + offsetMs, value] as [number, number]]
  })
}

interface Changes {
  increase: Record<number, number>
  rate: Record<number, number>
}

function increases(points: readonly (readonly [number, number])[]): Changes {
  const increase: Record<number, number> = {}
  const rate: Record<number, number> = {}
  points.forEach(([ms, value], index) => {
    const before = points[index - 1]
    if (before === undefined) return
    const [minute, last] = [Math.floor(ms / MINUTE_MS), Math.floor(before[0] / MINUTE_MS)]
    increase[minute] = value < before[1] ? value : value - before[1]
    rate[minute] = increase[minute]! / ((minute - last) * 60)
  })
  return { increase, rate }
}

function sum(all: readonly Changes[]): Changes {
  const added = (key: keyof Changes) => {
    const total: Record<number, number> = {}
    for (const one of all)
      for (const [minute, value] of Object.entries(one[key]))
        total[Number(minute)] = (total[Number(minute)] ?? 0) + value
    return total
  }
  return { increase: added('increase'), rate: added('rate') }
}

function rounded(values: Record<number, number>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([minute, value]) => [minute, value.toFixed(9)]))
}
