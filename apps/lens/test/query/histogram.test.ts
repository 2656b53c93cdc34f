// Percentiles from buckets on the real engine, against a plain writing of Prometheus' interpolation.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { engineOfFile, MINUTE_MS, metric, type StoredSeries } from './asked-engine.ts'

const RUNS = 25
const QUANTILES = { p50: 0.5, p75: 0.75, p90: 0.9, p95: 0.95, p99: 0.99 }

const stored = engineOfFile()
let count = 0

describe('a percentile', () => {
  const bounds = fc.uniqueArray(fc.integer({ min: -5, max: 50 }), { minLength: 1, maxLength: 8 })
  const rises = fc.array(fc.nat(20), { minLength: 9, maxLength: 9 })
  const quantile = fc.constantFrom(...(Object.keys(QUANTILES) as (keyof typeof QUANTILES)[]))

  it('is what interpolation between buckets gives', async () => {
    await fc.assert(
      fc.asyncProperty(bounds, rises, quantile, fc.boolean(), async (some, raised, p, isWhole) => {
        const sorted = [...some].sort((a, b) => a - b)
        const all = isWhole ? [...sorted, Number.POSITIVE_INFINITY] : sorted
        // Not always rising from bucket to bucket, as when a scrape was cut.
        const buckets = all.map((bound, index) => ({ bound, count: raised[index]! }))
        const name = await store(buckets)
        const result = await stored.current.minutes(metric(name, undefined, p))
        const expected = percentile(QUANTILES[p], buckets)
        if (Number.isNaN(expected)) expect(result).toEqual({})
        else expect(result[1]).toBeCloseTo(expected, 9)
      }),
      { numRuns: RUNS },
    )
  })

  it('needs two minutes in the window, because the step before it is not read', async () => {
    const name = await store(
      [
        { bound: 1, count: 5 },
        { bound: Number.POSITIVE_INFINITY, count: 10 },
      ],
      -MINUTE_MS,
    )
    expect(await stored.current.minutes(metric(name, undefined, 'p50'))).toEqual({})
    expect(await stored.current.minutes(metric(name, 'rate', 'p50'))).toEqual({ 0: 1 })
  })

  it('is of each group by itself, and never by bucket', async () => {
    const half = [
      { bound: 10, count: 4 },
      { bound: Number.POSITIVE_INFINITY, count: 4 },
    ]
    const name = await store(half, 0, { route: '/a' })
    const groupBy = [{ name: 'route' }, { name: 'le' }]
    const [result] = await stored.current.ask([metric(name, undefined, 'p50', { groupBy })])
    expect(result).toMatchObject({ series: [{ labels: { route: '/a' }, values: [[expect.any(Number), 5]] }] })
  })
})

interface Bucket {
  bound: number
  count: number
}

/** Two points a minute apart, so that the second tells a rate of `count` a minute. */
async function store(
  buckets: readonly Bucket[],
  fromMs = 0,
  labels: Record<string, string> = {},
): Promise<string> {
  const name = `histogram.${count++}.bucket`
  await stored.current.series(
    buckets.map(
      ({ bound, count: raised }): StoredSeries => ({
        metric: name,
        labels: { ...labels, le: bound === Number.POSITIVE_INFINITY ? '+Inf' : String(bound) },
        temporality: 'Cumulative',
        points: [
          [fromMs, 100],
          [fromMs + MINUTE_MS, 100 + raised],
        ],
      }),
    ),
  )
  return name
}

function percentile(q: number, buckets: readonly Bucket[]): number {
  let highest = 0
  const rising = buckets.map(({ bound, count }) => {
    highest = Math.max(highest, count)
    return { bound, count: highest }
  })
  const last = rising.at(-1)!
  if (last.bound !== Number.POSITIVE_INFINITY || rising.length < 2 || last.count === 0) return Number.NaN
  const rank = q * last.count
  const at = rising.slice(0, -1).findIndex(({ count }) => count >= rank)
  if (at < 0) return rising.at(-2)!.bound
  const hit = rising[at]!
  if (at === 0 && hit.bound <= 0) return hit.bound
  const before = rising[at - 1] ?? { bound: 0, count: 0 }
  return before.bound + ((hit.bound - before.bound) * (rank - before.count)) / (hit.count - before.count)
}
