// Functions of a query over the points of one series, in the order of its list, as SigNoz computes them.
import type { MetricQuery } from '../shapes/query.ts'
import type { Refuse, Series } from './contract.ts'

export type FunctionCall = NonNullable<MetricQuery['functions']>[number]
export type Point = Series['values'][number]
/** Of the request: what `fillZero` fills. */
export interface Filling {
  startMs: number
  endMs: number
  stepMs: number
}

type Change = (points: readonly Point[], argument: number | undefined, filling: Filling) => Point[]

const SECOND_MS = 1_000
/** Weight of the newest point where the call gives none: 2 / (window + 1). */
const ALPHAS = { ewma3: 1 / 2, ewma5: 1 / 3, ewma7: 1 / 4 }
const NEEDS_NUMBER = new Set(['cutOffMin', 'cutOffMax', 'clampMin', 'clampMax', 'timeShift'])

const CHANGES: Readonly<Record<string, Change>> = {
  cutOffMin: (points, least = 0) => values(points, value => (value < least ? Number.NaN : value)),
  cutOffMax: (points, most = 0) => values(points, value => (value > most ? Number.NaN : value)),
  clampMin: (points, least = 0) => values(points, value => Math.max(value, least)),
  clampMax: (points, most = 0) => values(points, value => Math.min(value, most)),
  absolute: points => values(points, Math.abs),
  log2: points => values(points, Math.log2),
  log10: points => values(points, Math.log10),
  runningDiff: points => points.slice(1).map(([ms, value], index) => [ms, value - points[index]![1]]),
  cumulativeSum,
  ewma3: (points, alpha = ALPHAS.ewma3) => movingAverage(points, alpha),
  ewma5: (points, alpha = ALPHAS.ewma5) => movingAverage(points, alpha),
  ewma7: (points, alpha = ALPHAS.ewma7) => movingAverage(points, alpha),
  median3: points => movingMedian(points, 1),
  median5: points => movingMedian(points, 2),
  median7: points => movingMedian(points, 3),
  // The window was moved back by as much, so that the points of yesterday stand at the times of today.
  timeShift: (points, seconds = 0) =>
    points.map(([ms, value]) => [ms + Math.trunc(seconds * SECOND_MS), value]),
  fillZero,
}

export function checkFunctions(calls: readonly FunctionCall[] | undefined, refuse: Refuse): void {
  for (const { name, args = [] } of calls ?? []) {
    if (!(name in CHANGES))
      refuse(`function ${name} is not supported; expected ${Object.keys(CHANGES).join(', ')}`)
    if (NEEDS_NUMBER.has(name) && argumentOf(args) === undefined) refuse(`function ${name} needs a number`)
    if (name === 'fillZero' && args.length > 0) refuse('fillZero takes no arguments here; it fills the range')
  }
}

export function applyFunctions<S extends Series>(
  series: readonly S[],
  calls: readonly FunctionCall[] | undefined,
  filling: Filling,
): S[] {
  const apply = (points: readonly Point[], { name, args = [] }: FunctionCall) =>
    points.length === 0 ? points : CHANGES[name]!(points, argumentOf(args), filling)
  return series.map(one => ({ ...one, values: (calls ?? []).reduce(apply, one.values) }))
}

/** Seconds by which the window is moved back. */
export function shiftSeconds(calls: readonly FunctionCall[] | undefined): number {
  const shift = calls?.find(({ name }) => name === 'timeShift')
  return argumentOf(shift?.args ?? []) ?? 0
}

/** A difference needs the point before the window. */
export function functionsExtendStart(calls: readonly FunctionCall[] | undefined): boolean {
  return calls?.some(({ name }) => name === 'runningDiff') ?? false
}

function argumentOf([first]: NonNullable<FunctionCall['args']>): number | undefined {
  const number = typeof first?.value === 'string' ? Number.parseFloat(first.value) : first?.value
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined
}

function values(points: readonly Point[], change: (value: number) => number): Point[] {
  return points.map(([ms, value]) => [ms, change(value)])
}

function cumulativeSum(points: readonly Point[]): Point[] {
  let sum = 0
  return values(points, value => {
    sum += Number.isNaN(value) ? 0 : value
    return sum
  })
}

function movingAverage(points: readonly Point[], alpha: number): Point[] {
  let average = Number.NaN
  return values(points, value => {
    if (Number.isNaN(value)) return average
    average = Number.isNaN(average) ? value : alpha * value + (1 - alpha) * average
    return average
  })
}

/** Of a point and its neighbours; points without enough of them stay. */
function movingMedian(points: readonly Point[], reach: number): Point[] {
  return points.map((point, index) => {
    if (index < reach || index >= points.length - reach) return point
    const around = points.slice(index - reach, index + reach + 1).map(([, value]) => value)
    return [point[0], median(around)]
  })
}

/** NaN where nothing is a number. */
export function median(all: readonly number[]): number {
  const sorted = all.filter(value => !Number.isNaN(value)).sort((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  if (sorted.length === 0) return Number.NaN
  return sorted.length % 2 === 0 ? (sorted[middle - 1]! + sorted[middle]!) / 2 : sorted[middle]!
}

function fillZero(points: readonly Point[], _: number | undefined, filling: Filling): Point[] {
  const { startMs, endMs, stepMs } = filling
  const known = new Map(points)
  const first = startMs - (startMs % stepMs)
  return Array.from({ length: Math.max(0, Math.floor((endMs - first) / stepMs) + 1) }, (_, index) => {
    const ms = first + index * stepMs
    return [ms, known.get(ms) ?? 0]
  })
}
