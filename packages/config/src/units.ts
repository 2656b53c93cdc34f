// Durations and byte sizes as people write them, to numbers and back without loss.

/** Milliseconds per unit. */
const DURATION_UNITS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const
/** Bytes per unit; decimal units (kB, MB) are refused because people mean both things by them. */
const BYTE_UNITS = { B: 1, KiB: 1_024, MiB: 1_024 ** 2, GiB: 1_024 ** 3, TiB: 1_024 ** 4 } as const

/** `250ms`, `10s`, `1.5h`, `14d` to whole milliseconds; null for any other form, also for a bare number. */
export function parseDuration(text: string): number | null {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(text)
  if (match === null) return null
  return whole(Number(match[1]) * DURATION_UNITS[match[2] as keyof typeof DURATION_UNITS])
}

/** Milliseconds in the largest unit that divides them, `90000` to `90s`. */
export function formatDuration(milliseconds: number): string {
  return inLargestUnit(milliseconds, DURATION_UNITS)
}

/** `512`, `64KiB`, `2GiB` to bytes; null for any other form. */
export function parseBytes(text: string): number | null {
  const match = /^(\d+(?:\.\d+)?)(B|KiB|MiB|GiB|TiB)?$/.exec(text)
  if (match === null) return null
  return whole(Number(match[1]) * BYTE_UNITS[(match[2] ?? 'B') as keyof typeof BYTE_UNITS])
}

/** Bytes in the largest unit that divides them, `65536` to `64KiB`. */
export function formatBytes(bytes: number): string {
  return inLargestUnit(bytes, BYTE_UNITS)
}

/** Floating point makes 1.001 s into 1000.9999999999999 ms: round that away, refuse true fractions. */
function whole(value: number): number | null {
  const rounded = Math.round(value)
  return Math.abs(value - rounded) < 1e-6 && Number.isSafeInteger(rounded) ? rounded : null
}

function inLargestUnit(value: number, units: Record<string, number>): string {
  const names = Object.keys(units)
  const unit = names.findLast(name => value !== 0 && value % units[name]! === 0) ?? names[0]!
  return `${value / units[unit]!}${unit}`
}
