// Values and limits as SigNoz words them in mails: "1.51 hour", "80%", "12.3 s" (pkg/units of v0.138.0).
import { goDecimal, goNumber } from './go-number.ts'

const MINUTE_S = 60
const HOUR_S = 3_600
const DAY_S = 86_400
const WEEK_S = 604_800
const YEAR_S = 31_536_000
/** SigNoz divides years of seconds and of minutes by the tropical year, others by 365 days. */
const TROPICAL_YEAR_S = 3.15569e7
const TROPICAL_YEAR_MIN = 5.25948e5
const KIBI = 1_024
const KILO = 1_000
/** Beyond it a second digit after the point is kept. */
const ONE_MORE_DIGIT = 2.25

/** From `from` on, divided by `per`, comes the word. */
interface Step {
  from: number
  per: number
  word: string
}

const MINUTES: readonly Step[] = [
  { from: 0, per: 1, word: 'min' },
  { from: 60, per: 60, word: 'hour' },
  { from: 1_440, per: 1_440, word: 'day' },
  { from: 10_080, per: 10_080, word: 'week' },
  { from: 604_800, per: TROPICAL_YEAR_MIN, word: 'year' },
]
const MICROSECONDS: readonly Step[] = [
  { from: 0, per: 1, word: 'µs' },
  { from: 1e3, per: 1e3, word: 'ms' },
  { from: 1e6, per: 1e6, word: 's' },
]
const DURATIONS: Readonly<Record<string, readonly Step[]>> = {
  ns: [
    { from: 0, per: 1, word: 'ns' },
    { from: 1e3, per: 1e3, word: 'µs' },
    { from: 1e6, per: 1e6, word: 'ms' },
    { from: 1e9, per: 1e9, word: 's' },
    { from: MINUTE_S * 1e9, per: MINUTE_S * 1e9, word: 'min' },
    { from: HOUR_S * 1e9, per: HOUR_S * 1e9, word: 'hour' },
    { from: DAY_S * 1e9, per: DAY_S * 1e9, word: 'day' },
  ],
  us: MICROSECONDS,
  µs: MICROSECONDS,
  ms: [
    { from: 0, per: 1, word: 'ms' },
    { from: 1e3, per: 1e3, word: 's' },
    { from: MINUTE_S * 1e3, per: MINUTE_S * 1e3, word: 'min' },
    { from: HOUR_S * 1e3, per: HOUR_S * 1e3, word: 'hour' },
    { from: DAY_S * 1e3, per: DAY_S * 1e3, word: 'day' },
    { from: YEAR_S * 1e3, per: YEAR_S * 1e3, word: 'year' },
  ],
  s: [
    { from: 0, per: 1e-9, word: 'ns' },
    { from: 1e-6, per: 1e-6, word: 'µs' },
    { from: 1e-3, per: 1e-3, word: 'ms' },
    { from: 1, per: 1, word: 's' },
    { from: MINUTE_S, per: MINUTE_S, word: 'min' },
    { from: HOUR_S, per: HOUR_S, word: 'hour' },
    { from: DAY_S, per: DAY_S, word: 'day' },
    { from: WEEK_S, per: WEEK_S, word: 'week' },
    { from: YEAR_S, per: TROPICAL_YEAR_S, word: 'year' },
  ],
  m: MINUTES,
  min: MINUTES,
  h: [
    { from: 0, per: 1, word: 'hour' },
    { from: 24, per: 24, word: 'day' },
    { from: 168, per: 168, word: 'week' },
    { from: 8_760, per: 8_760, word: 'year' },
  ],
  d: [
    { from: 0, per: 1, word: 'day' },
    { from: 7, per: 7, word: 'week' },
    { from: 365, per: 365, word: 'year' },
  ],
}
const IEC = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB', 'EiB']
const SI = ['B', 'kB', 'MB', 'GB', 'TB', 'PB', 'EB']
const BYTES: Readonly<Record<string, (value: number) => string>> = {
  bytes: value => bytes(value, KIBI, IEC),
  By: value => bytes(value, KIBI, IEC),
  decbytes: value => bytes(value, KILO, SI),
  kbytes: value => bytes(value * KIBI, KIBI, IEC),
  KiBy: value => bytes(value * KIBI, KIBI, IEC),
  mbytes: value => bytes(value * KIBI ** 2, KIBI, IEC),
  MiBy: value => bytes(value * KIBI ** 2, KIBI, IEC),
  gbytes: value => bytes(value * KIBI ** 3, KIBI, IEC),
  GiBy: value => bytes(value * KIBI ** 3, KIBI, IEC),
}
const BYTE_RATES: Readonly<Record<string, (value: number) => string>> = {
  binBps: value => `${bytes(value, KIBI, IEC)}/s`,
  Bps: value => `${bytes(value, KILO, SI)}/s`,
  'By/s': value => `${bytes(value, KILO, SI)}/s`,
  'KiBy/s': value => `${bytes(value * KIBI, KIBI, IEC)}/s`,
}
const SHARES: Readonly<Record<string, (value: number) => string>> = {
  percent: value => `${fixed(value)}%`,
  '%': value => `${fixed(value)}%`,
  percentunit: value => `${fixed(value * 100)}%`,
}
const COUNT_SIGNS: Readonly<Record<string, string>> = {
  cps: 'c/s',
  ops: 'op/s',
  reqps: 'req/s',
  rps: 'r/s',
  wps: 'w/s',
  iops: 'iops',
  cpm: 'c/m',
  opm: 'op/m',
  rpm: 'r/m',
  wpm: 'w/m',
  '{count}/s': 'c/s',
  '{ops}/s': 'op/s',
  '{req}/s': 'req/s',
  '{read}/s': 'r/s',
  '{write}/s': 'w/s',
  '{iops}/s': 'iops',
  '{count}/min': 'c/m',
  '{ops}/min': 'op/m',
  '{read}/min': 'r/m',
  '{write}/min': 'w/m',
}
const COUNT_SIZES = ['', 'K', 'M', 'B', 'T']

const FORMATTERS: readonly Readonly<Record<string, (value: number) => string>>[] = [
  Object.fromEntries(
    Object.entries(DURATIONS).map(([unit, steps]) => [unit, (value: number) => duration(value, steps)]),
  ),
  BYTES,
  BYTE_RATES,
  SHARES,
  Object.fromEntries(
    Object.entries(COUNT_SIGNS).map(([unit, sign]) => [unit, (value: number) => count(value, sign)]),
  ),
]

/** SigNoz takes the family of words from the unit of the result, for the limit too. */
export function valueText(value: number, unit: string, resultUnit: string = unit): string {
  const family = FORMATTERS.find(words => Object.hasOwn(words, resultUnit))
  const format = family !== undefined && Object.hasOwn(family, unit) ? family[unit] : undefined
  return format === undefined ? goNumber(value) : format(value)
}

function duration(value: number, steps: readonly Step[]): string {
  const { per, word } = steps.findLast(step => Math.abs(value) >= step.from)!
  // As Go counts, so that what is whole there is whole here.
  return `${fixed(per < 1 ? value * Math.round(1 / per) : value / per)} ${word}`
}

/** Two or three digits that count, more for large numbers. */
function fixed(value: number): string {
  if (value === 0) return '0'
  const decimals = decimalsOf(value)
  const factor = 10 ** decimals
  const rounded = (Math.sign(value) * Math.floor(Math.abs(value * factor) + 0.5)) / factor
  const text = goDecimal(rounded === 0 ? 0 : rounded)
  const point = text.indexOf('.')
  return point === -1 ? text : text.padEnd(point + 1 + decimals, '0')
}

function decimalsOf(value: number): number {
  if (Number.isInteger(value)) return 0
  const size = Math.abs(value)
  const decimals = 1 - Math.floor(Math.log10(size))
  return Math.max(0, size / 10 ** -decimals > ONE_MORE_DIGIT ? decimals + 1 : decimals)
}

/** As github.com/dustin/go-humanize. */
function bytes(value: number, base: number, sizes: readonly string[]): string {
  const whole = Math.trunc(value)
  if (whole < 10) return `${whole} B`
  const power = Math.floor(Math.log(whole) / Math.log(base))
  const scaled = Math.floor((whole / base ** power) * 10 + 0.5) / 10
  return `${scaled < 10 ? scaled.toFixed(1) : scaled.toFixed(0)} ${sizes[power]}`
}

function count(value: number, sign: string): string {
  if (value === 0) return `0.000000 ${sign}`
  const power = Math.min(Math.max(0, Math.floor(Math.log10(Math.abs(value)) / 3)), COUNT_SIZES.length - 1)
  const index = value < 0 ? 0 : power
  return `${fixed(value / KILO ** index)}${COUNT_SIZES[index]} ${sign}`
}
