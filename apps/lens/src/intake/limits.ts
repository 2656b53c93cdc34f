// Limits of one record: how much of it is kept, and how far its time may be off.
import type { CutReason, DropReason } from './counts.ts'
import { type PlainValue, toPlain } from './values.ts'
import type { WireAttribute } from './wire.ts'

const MS_PER_HOUR = 3_600_000

export interface RecordLimits {
  attributesMax: number
  /** Lengths are in UTF-16 units, which for the text of telemetry are bytes. */
  keyMax: number
  valueMax: number
  bodyMax: number
  /** Events and links of one span. */
  eventsMax: number
  /** A time so far ahead of ours is refused. */
  aheadMs: number
  /** What is older would be dropped by the next sweep. */
  retentionMs: number
  /** Metric series of the last hour, in all and of one stored name. */
  seriesMax: number
  seriesPerMetricMax: number
}

export type CutCounts = Record<CutReason, number>

/** Null when the time is in order. */
export function timeFault(timeMs: number, nowMs: number, limits: RecordLimits): DropReason | null {
  if (timeMs > nowMs + limits.aheadMs) return 'ahead_of_clock'
  return timeMs < Math.floor((nowMs - limits.retentionMs) / MS_PER_HOUR) * MS_PER_HOUR ? 'too_old' : null
}

/** Attributes within their limits; what is cut is counted, and its record is kept. */
export function readAttributes(
  attributes: readonly WireAttribute[],
  limits: RecordLimits,
  cut: CutCounts,
): [key: string, value: PlainValue][] {
  const kept =
    attributes.length > limits.attributesMax ? attributes.slice(0, limits.attributesMax) : attributes
  cut.attribute_count += attributes.length - kept.length
  return kept.map(({ key, value }) => {
    const name = key ?? ''
    if (name.length > limits.keyMax) cut.key_bytes += 1
    return [name.slice(0, limits.keyMax), cutValue(toPlain(value), limits, cut)]
  })
}

/** A list or map that is too long becomes the beginning of its JSON. */
function cutValue(value: PlainValue, limits: RecordLimits, cut: CutCounts): PlainValue {
  if (typeof value === 'string') return cutText(value, limits.valueMax, cut, 'value_bytes')
  if (typeof value !== 'object' || value === null) return value
  const text = JSON.stringify(value)
  return text.length <= limits.valueMax ? value : cutText(text, limits.valueMax, cut, 'value_bytes')
}

export function cutText(text: string, most: number, cut: CutCounts, reason: CutReason): string {
  if (text.length <= most) return text
  cut[reason] += 1
  return `${text.slice(0, most)}…`
}
