// Buckets of a histogram panel: how often values of all its series fall into steps of one width.

const BUCKETS_DEFAULT = 30
/** A width that makes more is not drawn. */
const BUCKETS_MAX = 200
const NOISE = 1e-13
/** Widths that read well, as powers of ten. */
const NICE = [1, 2, 2.5, 5, 10]

export interface Bucket {
  from: number
  to: number
  count: number
}

/** `width` 0 chooses one. Empty without values. */
export function histogramBuckets(values: readonly number[], count = BUCKETS_DEFAULT, width = 0): Bucket[] {
  if (values.length === 0) return []
  const min = values.reduce((a, b) => Math.min(a, b))
  const max = values.reduce((a, b) => Math.max(a, b))
  const isAsked = width > 0 && (max - min) / width < BUCKETS_MAX
  const size = isAsked ? width : niceWidth((max - min) / Math.max(1, count), Math.max(-min, max))
  const first = Math.floor(min / size)
  const steps = Math.floor(max / size) - first + 1
  const counts = new Array<number>(steps).fill(0)
  for (const value of values) counts[Math.floor(value / size) - first]! += 1
  return counts.map((held, index) => ({
    from: rounded((first + index) * size),
    to: rounded((first + index + 1) * size),
    count: held,
  }))
}

/** Differences that small are the noise of floating point. */
function niceWidth(raw: number, magnitude: number): number {
  if (raw <= Math.max(NOISE, magnitude * NOISE)) return 1
  const power = 10 ** Math.floor(Math.log10(raw))
  return (NICE.find(step => step * power >= raw * (1 - 1e-9)) ?? 10) * power
}

/** 0.30000000000000004 is no edge of a bucket. */
function rounded(value: number): number {
  return Number(value.toPrecision(12))
}
