// A percentile from the buckets of a histogram, by the interpolation of Prometheus that SigNoz's function histogramQuantile does.

/** Columns that the buckets come in: upper bound as text, and rate or count up to it. */
interface BucketColumns {
  bound: string
  count: string
}

/**
 * Expressions for a SELECT that groups the buckets of one moment; the last one is the percentile, NaN where there is none: no
 * observation, or no bucket without an upper bound. Counts that fall from one bucket to the next are raised to the one before.
 */
export function percentileExpressions(quantile: number, { bound, count }: BucketColumns): string[] {
  return [
    `arraySort(x -> x.1, groupArray((${bound}, ${count}))) AS buckets`,
    'arrayMap(x -> x.1, buckets) AS bounds',
    'arrayMap(x -> x.2, buckets) AS raw',
    'arrayMap(i -> arrayMax(arraySlice(raw, 1, i)), arrayEnumerate(raw)) AS counts',
    'length(bounds) AS n',
    `${quantile} * counts[n] AS rank`,
    'arrayFirstIndex((c, i) -> i < n AND c >= rank, counts, arrayEnumerate(counts)) AS hit',
    'if(hit > 1, bounds[hit - 1], 0) AS low',
    'if(hit > 1, counts[hit - 1], 0) AS below',
    `multiIf(n < 2 OR NOT isInfinite(bounds[n]) OR counts[n] = 0, nan,
      hit = 0, bounds[n - 1],
      hit = 1 AND bounds[1] <= 0, bounds[1],
      low + (bounds[hit] - low) * (rank - below) / (counts[hit] - below)) AS value`,
  ]
}
