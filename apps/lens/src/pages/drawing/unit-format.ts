// Numbers with their unit as SigNoz writes them, and numbers of one unit in another of its family.

const DECIMALS_DEFAULT = 2
const KIBI = 1_024
const THOUSAND = 1_000

interface Step {
  /** The unit is used from this amount of base units. */
  from: number
  size: number
  suffix: string
}

const TIME: readonly Step[] = [
  { from: 0, size: 1e-9, suffix: ' ns' },
  { from: 1e-6, size: 1e-6, suffix: ' µs' },
  { from: 1e-3, size: 1e-3, suffix: ' ms' },
  { from: 1, size: 1, suffix: ' s' },
  { from: 60, size: 60, suffix: ' min' },
  { from: 3_600, size: 3_600, suffix: ' h' },
  { from: 86_400, size: 86_400, suffix: ' d' },
  { from: 604_800, size: 604_800, suffix: ' wk' },
  { from: 31_536_000, size: 31_536_000, suffix: ' yr' },
]
const BYTES = scaled(KIBI, [' B', ' KiB', ' MiB', ' GiB', ' TiB', ' PiB'])
const DECIMAL_BYTES = scaled(THOUSAND, [' B', ' kB', ' MB', ' GB', ' TB', ' PB'])
const COUNT = scaled(THOUSAND, ['', ' K', ' Mil', ' Bil', ' Tri'])

interface Family {
  steps: readonly Step[]
  /** Base units in one of this unit. */
  scale: number
  /** Written after the step: `/s`. */
  per: string
}

const share = (scale: number): Family => ({ steps: [{ from: 0, size: 0.01, suffix: '%' }], scale, per: '' })
const time = (scale: number): Family => ({ steps: TIME, scale, per: '' })
const bytes = (scale: number, per = ''): Family => ({ steps: BYTES, scale, per })
const rate = (per: string): Family => ({ steps: COUNT, scale: 1, per })

const FAMILIES: Readonly<Record<string, Family>> = {
  ns: time(1e-9),
  us: time(1e-6),
  µs: time(1e-6),
  ms: time(1e-3),
  s: time(1),
  m: time(60),
  min: time(60),
  h: time(3_600),
  d: time(86_400),
  bytes: bytes(1),
  By: bytes(1),
  decbytes: { steps: DECIMAL_BYTES, scale: 1, per: '' },
  kbytes: bytes(KIBI),
  KiBy: bytes(KIBI),
  mbytes: bytes(KIBI ** 2),
  MiBy: bytes(KIBI ** 2),
  gbytes: bytes(KIBI ** 3),
  GiBy: bytes(KIBI ** 3),
  binBps: bytes(1, '/s'),
  'By/s': bytes(1, '/s'),
  'KiBy/s': bytes(KIBI, '/s'),
  Bps: { steps: DECIMAL_BYTES, scale: 1, per: '/s' },
  percent: share(0.01),
  '%': share(0.01),
  percentunit: share(1),
  reqps: rate(' req/s'),
  ops: rate(' ops/s'),
  cps: rate(' c/s'),
  rps: rate(' rd/s'),
  wps: rate(' wr/s'),
  iops: rate(' io/s'),
  opm: rate(' ops/m'),
  cpm: rate(' c/m'),
  rpm: rate(' rd/m'),
  wpm: rate(' wr/m'),
}
const PLAIN = rate('')

/** `decimals`: "0" to "4" or "full", as a panel has it. */
export function formatValue(value: number, unit = '', decimals?: string): string {
  if (!Number.isFinite(value)) return '—'
  const { steps, scale, per } = familyOf(unit)
  const base = value * scale
  // Zero has the unit that was asked for, not nanoseconds.
  const against = value === 0 ? scale : Math.abs(base) * (1 + 1e-12)
  const step = steps.findLast(({ from }) => against >= from) ?? steps[0]!
  return `${formatNumber(base / step.size, decimals)}${step.suffix}${per}`
}

/** Without trailing zeros; a number too small for its decimals keeps so many digits instead. */
export function formatNumber(value: number, decimals?: string): string {
  if (decimals === 'full') return String(Number(value.toPrecision(12)))
  const digits = decimals === undefined ? DECIMALS_DEFAULT : Number(decimals)
  const isTiny = value !== 0 && Math.abs(value) < 10 ** -digits / 2
  if (isTiny) return String(Number(value.toPrecision(Math.max(1, digits))))
  return String(Number(value.toFixed(digits)))
}

/** Unchanged where the two are not of one family. */
export function convertUnit(value: number, from: string, to: string): number {
  const [a, b] = [familyOf(from), familyOf(to)]
  if (a.scale === b.scale || a.steps[0]!.suffix !== b.steps[0]!.suffix || a.per !== b.per) return value
  return (value * a.scale) / b.scale
}

function familyOf(unit: string): Family {
  return FAMILIES[unit] ?? (unit.startsWith('{') ? rate(perOf(unit)) : PLAIN)
}

/** `{frame}/s` counts things in a time. */
function perOf(unit: string): string {
  return unit.split('}')[1] ?? ''
}

function scaled(base: number, suffixes: readonly string[]): Step[] {
  return suffixes.map((suffix, power) => ({
    from: power === 0 ? 0 : base ** power,
    size: base ** power,
    suffix,
  }))
}
