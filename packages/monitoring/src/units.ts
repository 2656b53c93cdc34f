// Units of values: which number a unit stands for, so that a panel cannot call seconds milliseconds, nor a rule compare bytes with percent.

/** Powers of second, byte and counted things; all 0 is a share. */
export interface Dimension {
  seconds: number
  bytes: number
  things: number
  /** How many base units one of these is: 0.001 for ms, 0.01 for percent. */
  scale: number
}

export const SHARE: Dimension = { seconds: 0, bytes: 0, things: 0, scale: 1 }
export const THINGS: Dimension = { ...SHARE, things: 1 }
const TIME: Dimension = { ...SHARE, seconds: 1 }
const BYTES: Dimension = { ...SHARE, bytes: 1 }
const PER_SECOND: Dimension = { ...THINGS, seconds: -1 }
const KIBI = 1_024

/** Ids of Grafana and UCUM that SigNoz v0.138.0 formats; those that nothing here measures are left out. */
const UNITS: Readonly<Record<string, Dimension>> = {
  ns: times(TIME, 1e-9),
  us: times(TIME, 1e-6),
  µs: times(TIME, 1e-6),
  ms: times(TIME, 1e-3),
  s: TIME,
  m: times(TIME, 60),
  min: times(TIME, 60),
  h: times(TIME, 3_600),
  d: times(TIME, 86_400),
  bytes: BYTES,
  decbytes: BYTES,
  By: BYTES,
  kbytes: times(BYTES, KIBI),
  KiBy: times(BYTES, KIBI),
  mbytes: times(BYTES, KIBI ** 2),
  MiBy: times(BYTES, KIBI ** 2),
  gbytes: times(BYTES, KIBI ** 3),
  GiBy: times(BYTES, KIBI ** 3),
  percent: times(SHARE, 0.01),
  '%': times(SHARE, 0.01),
  percentunit: SHARE,
  Bps: { ...BYTES, seconds: -1 },
  binBps: { ...BYTES, seconds: -1 },
  'By/s': { ...BYTES, seconds: -1 },
  'KiBy/s': { ...BYTES, seconds: -1, scale: KIBI },
  ...Object.fromEntries(['reqps', 'ops', 'cps', 'rps', 'wps', 'iops'].map(id => [id, PER_SECOND])),
  ...Object.fromEntries(['opm', 'cpm', 'rpm', 'wpm'].map(id => [id, times(PER_SECOND, 1 / 60)])),
}
/** A bare number: counted things, a share, or 0 and 1. */
const PLAIN = new Set(['', 'short', 'none', '1'])
/** UCUM: `{frame}`, `{frame}/s`, `{message}/min`. */
const COUNTED = /^\{[^{}]+\}(\/(s|min))?$/

/** Undefined when SigNoz would not know it. */
export function dimensionOf(unit: string): Dimension | undefined {
  if (PLAIN.has(unit)) return THINGS
  const counted = COUNTED.exec(unit)
  if (counted === null) return UNITS[unit]
  if (counted[1] === undefined) return THINGS
  return counted[2] === 's' ? PER_SECOND : times(PER_SECOND, 1 / 60)
}

/** The unit of one metric, where '1' means a share or a flag. */
export function dimensionOfMetric(unit: string): Dimension | undefined {
  return unit === '1' ? SHARE : dimensionOf(unit)
}

/** Whether numbers of this dimension may be drawn or compared under the unit. */
export function isShownRightly(value: Dimension, unit: string): boolean {
  const named = dimensionOf(unit)
  if (named === undefined) return false
  if (PLAIN.has(unit)) return isBare(value)
  return sameFamily(value, named) && sameScale(value, named)
}

/** SigNoz converts a threshold into the unit of the result when both are of one family. */
export function isConvertible(from: string, to: string): boolean {
  const [a, b] = [dimensionOf(from), dimensionOf(to)]
  if (a === undefined || b === undefined) return false
  if (PLAIN.has(from) || PLAIN.has(to)) return PLAIN.has(from) === PLAIN.has(to)
  return sameFamily(a, b)
}

/** Counted things are not told apart, and vanish beside seconds and bytes: a mean of seconds per frame is drawn in seconds. */
function sameFamily(a: Dimension, b: Dimension): boolean {
  if (a.seconds !== b.seconds || a.bytes !== b.bytes) return false
  return a.seconds !== 0 || a.bytes !== 0 || (a.things === 0) === (b.things === 0)
}

function sameScale(a: Dimension, b: Dimension): boolean {
  return Math.abs(a.scale / b.scale - 1) < 1e-9
}

function isBare(value: Dimension): boolean {
  return value.seconds === 0 && value.bytes === 0 && value.scale === 1
}

export function times(value: Dimension, factor: number): Dimension {
  return { ...value, scale: value.scale * factor }
}

export function product(a: Dimension, b: Dimension, sign: 1 | -1): Dimension {
  return {
    seconds: a.seconds + sign * b.seconds,
    bytes: a.bytes + sign * b.bytes,
    things: a.things + sign * b.things,
    scale: a.scale * b.scale ** sign,
  }
}
