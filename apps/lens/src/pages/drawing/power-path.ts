// One logger's power of the last day as a small picture: a path of steps, shaded nights, and what it says in words.
import type { TimeRange } from './time-range.ts'
import { formatValue } from './unit-format.ts'

/** Of one step, in units of the picture. */
const STEP_WIDTH = 2
export const PICTURE_HEIGHT = 28
/** Where no rated power is known and nothing was measured. */
const SCALE_MIN_W = 1
/** A reading older than so many steps is not what it gives now. */
const NOW_STEPS = 2

export interface PowerPicture {
  width: number
  /** Closed along the base line. */
  path: string
  nights: readonly { x: number; width: number }[]
  spoken: string
  /** Null when the last reading is older than a moment. */
  nowW: number | null
}

export interface PowerDrawn extends TimeRange {
  stepMs: number
  ratedW: number | null
  watts: readonly (number | null)[]
  nights: readonly TimeRange[]
}

/** `clock` writes a moment as the page does. */
export function powerPicture(drawn: PowerDrawn, clock: (ms: number) => string): PowerPicture {
  const { startMs, stepMs, watts, nights } = drawn
  const x = (ms: number) => ((ms - startMs) / stepMs) * STEP_WIDTH
  const recent = watts.slice(-NOW_STEPS).findLast(value => value !== null)
  return {
    width: watts.length * STEP_WIDTH,
    path: pathOf(watts, scaleOf(drawn)),
    nights: nights.map(night => ({ x: x(night.startMs), width: x(night.endMs) - x(night.startMs) })),
    spoken: spokenOf(drawn, clock),
    nowW: recent ?? null,
  }
}

/** Loggers of one size can be compared; more than rated is drawn too. */
function scaleOf({ ratedW, watts }: PowerDrawn): number {
  return watts.reduce<number>((max, value) => Math.max(max, value ?? 0), ratedW ?? SCALE_MIN_W)
}

function pathOf(watts: readonly (number | null)[], scale: number): string {
  const parts: string[] = []
  let isOpen = false
  for (const [step, value] of [...watts, null].entries()) {
    const left = step * STEP_WIDTH
    if (value === null) {
      if (isOpen) parts.push(`V${PICTURE_HEIGHT}Z`)
      isOpen = false
      continue
    }
    const y = rounded(PICTURE_HEIGHT * (1 - Math.max(0, value) / scale))
    parts.push(isOpen ? `V${y}` : `M${left} ${PICTURE_HEIGHT}V${y}`, `H${left + STEP_WIDTH}`)
    isOpen = true
  }
  return parts.join('')
}

function spokenOf(
  { watts, startMs, endMs, stepMs, nights }: PowerDrawn,
  clock: (ms: number) => string,
): string {
  const peak = watts.reduce<number>(
    (max, value) => Math.max(max, value ?? Number.NEGATIVE_INFINITY),
    Number.NEGATIVE_INFINITY,
  )
  const dark = nights.map(night => nightText(night, { startMs, endMs }, clock))
  const night = dark.length === 0 ? 'no night' : `night ${dark.join(' and ')}`
  if (peak === Number.NEGATIVE_INFINITY) return `Power of the last 24 hours: no readings; ${night}`
  const atMs = startMs + watts.indexOf(peak) * stepMs
  return `Power of the last 24 hours: most ${formatValue(peak, '', '0')} W at ${clock(atMs)}; ${night}`
}

/** A night that goes on beyond the picture has no such end. */
function nightText(night: TimeRange, { startMs, endMs }: TimeRange, clock: (ms: number) => string): string {
  const from = night.startMs <= startMs ? '' : `from ${clock(night.startMs)}`
  const to = night.endMs >= endMs ? '' : `to ${clock(night.endMs)}`
  return from === '' && to === '' ? 'all the time' : [from, to].filter(Boolean).join(' ')
}

function rounded(value: number): number {
  return Math.round(value * 10) / 10
}
