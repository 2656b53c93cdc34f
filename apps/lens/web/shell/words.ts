// Times and lengths as a person reads them.
import { formatValue } from '../../src/pages/drawing/unit-format.ts'

const DAY_MS = 86_400_000
const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' })
const minute = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' })
const dayAndMinute = new Intl.DateTimeFormat('en-GB', {
  day: '2-digit',
  month: 'short',
  hour: '2-digit',
  minute: '2-digit',
})
const dayAndClock = new Intl.DateTimeFormat('en-GB', {
  day: '2-digit',
  month: 'short',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
})

/** With the day when it is not of the last 24 hours. */
export function clockTime(ms: number): string {
  return (Math.abs(Date.now() - ms) < DAY_MS ? clock : dayAndClock).format(ms)
}

/** 14:03 */
export function minuteTime(ms: number): string {
  return minute.format(ms)
}

/** Under an axis of so long a time. */
export function axisTime(ms: number, lengthMs: number): string {
  if (lengthMs < 5 * 60_000) return clock.format(ms)
  return lengthMs > DAY_MS ? dayAndMinute.format(ms) : minute.format(ms)
}

/** 14:03:07.123 */
export function exactTime(ms: number): string {
  return `${clockTime(Math.floor(ms))}.${String(Math.floor(ms) % 1_000).padStart(3, '0')}`
}

export function ago(ms: number | null): string {
  if (ms === null) return 'never'
  return `${formatValue(Math.max(0, Date.now() - ms) / 1_000, 's', '0')} ago`
}

export function duration(ms: number): string {
  return formatValue(ms, 'ms')
}

/** `a=1, b=2` */
export function labelText(labels: Readonly<Record<string, string>>): string {
  return Object.entries(labels)
    .map(([name, value]) => `${name}=${value}`)
    .join(', ')
}
