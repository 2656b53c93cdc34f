// Power by sun: when the logger of a micro-inverter comes to life in the morning and falls silent at dusk.

import type { Task } from '../clock/schedule.ts'
import type { SimClock } from '../clock/sim-clock.ts'
import { noiseAt } from '../random.ts'
import { nextCrossingMs, type Place, sunElevationDegrees } from '../sky/sun.ts'

const DAY_MS = 86_400_000
/** Below this height a module cannot feed the electronics; roofs and shade add up to 2.5 degrees more. */
const WAKE_ELEVATION_DEGREES = 3
const WAKE_SPREAD_DEGREES = 2.5
/** Polar day or night: look again after this. */
const RECHECK_MS = 6 * 3_600_000

export interface DaylightOptions {
  place: Place
  clock: SimClock
  seed: number
  onLight(): void
  onDark(): void
}

export class Daylight {
  readonly #options: DaylightOptions
  #task: Task | null = null

  constructor(options: DaylightOptions) {
    this.#options = options
  }

  get isLight(): boolean {
    const nowMs = this.#options.clock.simMs()
    return sunElevationDegrees(this.#options.place, nowMs) > this.#thresholdDegrees(nowMs)
  }

  /** Waits for the next change; both callbacks may follow each other for ever. */
  watch(): void {
    const { place, clock } = this.#options
    const nowMs = clock.simMs()
    const rising = !this.isLight
    const changeMs = nextCrossingMs(place, nowMs, this.#thresholdDegrees(nowMs), rising)
    const waitMs = changeMs === null ? RECHECK_MS : Math.max(1_000, changeMs - nowMs)
    this.#task = clock.afterSim(waitMs, () => this.#onChange(changeMs === null ? null : rising))
  }

  stop(): void {
    this.#task?.cancel()
  }

  #onChange(light: boolean | null): void {
    if (light !== null) {
      this.#options[light ? 'onLight' : 'onDark']()
    }
    this.watch()
  }

  /** Dew, snow and shade change it a little from one half-day to the next. */
  #thresholdDegrees(atMs: number): number {
    const { place, seed } = this.#options
    const halfDay = Math.floor((atMs + (place.longitude / 360) * DAY_MS) / (DAY_MS / 2))
    return WAKE_ELEVATION_DEGREES + WAKE_SPREAD_DEGREES * noiseAt(seed, halfDay)
  }
}
