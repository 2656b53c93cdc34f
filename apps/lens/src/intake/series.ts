// Which metric series there are: the fingerprint of each, whether this hour knows it already, and how many there may be.
import { createHash } from 'node:crypto'
import type { RecordLimits } from './limits.ts'
import { hashText } from './values.ts'

const HOUR_MS = 3_600_000
/** A series that was not seen for so long makes room for another. */
const FORGOTTEN_AFTER_MS = HOUR_MS
const PURGE_INTERVAL_MS = 60_000
/** Hours of one series whose row is known to be written: late points go back and forth between two. */
const HOURS_KEPT = 3

export interface Series {
  /** UInt64 as decimal text. */
  fingerprint: string
  /** Beginning of the JSON of each of its samples. */
  head: string
  name: string
  hours: number[]
  seenMs: number
}

export class SeriesRegistry {
  readonly #series = new Map<string, Series>()
  readonly #perMetric = new Map<string, number>()
  readonly #limits: RecordLimits
  #purgedMs = 0

  constructor(limits: RecordLimits) {
    this.#limits = limits
  }

  get size(): number {
    return this.#series.size
  }

  /** `key` is everything that tells this series from others. Null when there are too many. */
  find(key: string, name: string, head: (fingerprint: string) => string, nowMs: number): Series | null {
    const known = this.#series.get(key)
    if (known !== undefined) {
      known.seenMs = nowMs
      return known
    }
    this.#purge(nowMs)
    const ofMetric = this.#perMetric.get(name) ?? 0
    if (this.#series.size >= this.#limits.seriesMax || ofMetric >= this.#limits.seriesPerMetricMax)
      return null
    const fingerprint = hashText(createHash('md5').update(key).digest())
    const series = { fingerprint, head: head(fingerprint), name, hours: [], seenMs: nowMs }
    this.#series.set(key, series)
    this.#perMetric.set(name, ofMetric + 1)
    return series
  }

  /** Start of the hour whose row is still to be written, or null. */
  missingHour({ hours }: Series, timeMs: number): number | null {
    const hour = Math.floor(timeMs / HOUR_MS) * HOUR_MS
    return hours.includes(hour) ? null : hour
  }

  written({ hours }: Series, hour: number): void {
    hours.push(hour)
    if (hours.length > HOURS_KEPT) hours.shift()
  }

  /** Rows were lost on their way: every series is written again. */
  forgetWritten(): void {
    for (const series of this.#series.values()) series.hours.length = 0
  }

  #purge(nowMs: number): void {
    if (nowMs - this.#purgedMs < PURGE_INTERVAL_MS) return
    this.#purgedMs = nowMs
    for (const [key, { name, seenMs }] of this.#series) {
      if (nowMs - seenMs < FORGOTTEN_AFTER_MS) continue
      this.#series.delete(key)
      const left = (this.#perMetric.get(name) ?? 1) - 1
      if (left > 0) this.#perMetric.set(name, left)
      else this.#perMetric.delete(name)
    }
  }
}
