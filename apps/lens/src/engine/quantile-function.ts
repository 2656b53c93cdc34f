// histogramQuantile(bounds, counts, q), which SigNoz brings as a program of its own, as a function of the engine.

/**
 * The quantile of cumulative counts as Prometheus computes it (promql/quantile.go), which SigNoz's program follows: buckets sorted,
 * counts made monotonic, linear within a bucket, the last finite bound where the rank lies above it; nan without `+Inf` or without counts.
 */
export const CREATE_HISTOGRAM_QUANTILE = `CREATE OR REPLACE FUNCTION histogramQuantile AS (bounds, counts, q) ->
arrayMap((b, c) -> multiIf(
    length(b) < 2 OR NOT isInfinite(b[-1]) OR c[-1] = 0, nan,
    q < 0, -inf,
    q > 1, inf,
    arrayMap(i -> multiIf(
        i = 0, b[-2],
        i = 1 AND b[1] <= 0, b[1],
        i = 1, b[1] * (q * c[-1] / c[1]),
        b[i - 1] + (b[i] - b[i - 1]) * ((q * c[-1] - c[i - 1]) / (c[i] - c[i - 1]))
      ), [arrayFirstIndex(count -> count >= q * c[-1], arrayPopBack(c))])[1]
  ),
  [arraySort(arrayMap(bound -> toFloat64(bound), bounds))],
  [arrayMap((count, i) -> arrayMax(arraySlice(
      arraySort((other, bound) -> bound, arrayMap(x -> toFloat64(x), counts), arrayMap(x -> toFloat64(x), bounds)), 1, i)),
    counts, arrayEnumerate(counts))]
)[1]`
