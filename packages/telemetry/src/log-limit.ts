// So many lines with one message in a minute, the rest only counted, so that no flood fills the disk.
import type { LogEventLevel } from '@deye-hard/telemetry-schema'
import type { LogLimits } from './log-settings.ts'

const WINDOW_MS = 60_000
/** How many lines were left out, by message. */
export type Suppressed = Record<string, number>

export interface LogLimitOptions extends LogLimits {
  now: () => number
  /** Called at the end of a minute that left lines out. */
  report: (suppressed: Suppressed) => void
}

let suppressedInProcess = 0

/** Lines that all loggers of the process left out since its start. */
export function linesSuppressed(): number {
  return suppressedInProcess
}

export class LogLimit {
  readonly #options: LogLimitOptions
  #windowStartMs: number
  readonly #written = new Map<string, number>()
  readonly #suppressed = new Map<string, number>()
  #timer: NodeJS.Timeout | null = null

  constructor(options: LogLimitOptions) {
    this.#options = options
    this.#windowStartMs = options.now()
  }

  /** Whether one more line may be written now; one that may not is counted. */
  admits(message: string, level: LogEventLevel): boolean {
    this.#turnWindow()
    if ((this.#written.get(message) ?? 0) < this.#limitOf(level)) return true
    this.#suppressed.set(message, (this.#suppressed.get(message) ?? 0) + 1)
    suppressedInProcess += 1
    this.#timer ??= setTimeout(() => this.report(), WINDOW_MS).unref()
    return false
  }

  /** As `admits`, and takes one line off what is left. */
  take(message: string, level: LogEventLevel): boolean {
    if (!this.admits(message, level)) return false
    this.#written.set(message, (this.#written.get(message) ?? 0) + 1)
    return true
  }

  /** Reports what was left out so far, if anything: at the end of a minute, and before the process ends. */
  report(): void {
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
    if (this.#suppressed.size === 0) return
    const suppressed = Object.fromEntries(this.#suppressed)
    this.#suppressed.clear()
    this.#options.report(suppressed)
  }

  #turnWindow(): void {
    const nowMs = this.#options.now()
    const ageMs = nowMs - this.#windowStartMs
    if (ageMs >= 0 && ageMs < WINDOW_MS) return
    this.#windowStartMs = nowMs
    this.#written.clear()
    this.report()
  }

  #limitOf(level: LogEventLevel): number {
    if (level === 'fatal') return Infinity
    const { infosPerMinute, warningsPerMinute } = this.#options
    return level === 'warn' || level === 'error' ? warningsPerMinute : infosPerMinute
  }
}
