// The time range of a page as it stands in its address: `from=now-30m&to=now`, or milliseconds.

const UNIT_MS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 }
const RELATIVE = /^now(?:-(\d{1,6})([smhd]))?$/
const MILLISECONDS = /^\d{12,14}$/

export const RANGE_DEFAULT = 'now-30m'
export const RANGES: readonly (readonly [from: string, text: string])[] = [
  ['now-5m', 'Last 5 minutes'],
  ['now-15m', 'Last 15 minutes'],
  ['now-30m', 'Last 30 minutes'],
  ['now-1h', 'Last hour'],
  ['now-3h', 'Last 3 hours'],
  ['now-6h', 'Last 6 hours'],
  ['now-12h', 'Last 12 hours'],
  ['now-24h', 'Last 24 hours'],
]

export interface TimeRange {
  startMs: number
  endMs: number
}

/** What cannot be read, or is empty, is the default. */
export function readRange(from: string | null, to: string | null, nowMs: number): TimeRange {
  const startMs = momentOf(from ?? RANGE_DEFAULT, nowMs)
  const endMs = momentOf(to ?? 'now', nowMs)
  if (startMs !== undefined && endMs !== undefined && startMs < endMs) return { startMs, endMs }
  return { startMs: momentOf(RANGE_DEFAULT, nowMs)!, endMs: nowMs }
}

/** Whether the range moves with the clock. */
export function isLive(to: string | null): boolean {
  return to === null || to === 'now'
}

function momentOf(text: string, nowMs: number): number | undefined {
  if (MILLISECONDS.test(text)) return Number(text)
  const match = RELATIVE.exec(text)
  if (match === null) return undefined
  const [, amount, unit] = match
  return amount === undefined ? nowMs : nowMs - Number(amount) * UNIT_MS[unit!]!
}
