// When a connection must be looked at next: first frame, silence, a frame that never ends, a peer that never speaks.
import type { CollectorSettings } from './settings.ts'

const NONE_WAITING = -1

export type DueAction = 'close' | 'abandon_frame' | 'probe' | null

export class StreamTimes {
  readonly #settings: CollectorSettings
  readonly openedAtMs: number
  #lastFrameAtMs = NONE_WAITING
  #unfinishedSinceMs = NONE_WAITING
  /** Stream offset of the frame start that waits: tells one waiting start from the next. */
  unfinishedOffset = NONE_WAITING
  #isMute = true

  constructor(settings: CollectorSettings, nowMs: number) {
    this.#settings = settings
    this.openedAtMs = nowMs
  }

  get hasFrame(): boolean {
    return this.#lastFrameAtMs !== NONE_WAITING
  }

  /** Bytes came: no probe is needed, though nothing yet says that they make sense. */
  spoke(): void {
    this.#isMute = false
  }

  frameRead(nowMs: number): void {
    this.#lastFrameAtMs = nowMs
  }

  /** The silence so far was ours: reading had been paused. */
  excuseSilence(nowMs: number): void {
    if (this.hasFrame) this.#lastFrameAtMs = nowMs
  }

  /** The stream is between frames. */
  frameBoundary(): void {
    this.#unfinishedSinceMs = NONE_WAITING
    this.unfinishedOffset = NONE_WAITING
  }

  /** A frame start waits for its rest; true when this start was not known before, so that its deadline is new. */
  frameUnfinished(offset: number, nowMs: number): boolean {
    if (offset === this.unfinishedOffset) return false
    this.unfinishedOffset = offset
    this.#unfinishedSinceMs = nowMs
    return true
  }

  /** What is due now, the most urgent first; a due probe counts as sent. */
  due(nowMs: number): DueAction {
    if (nowMs >= this.#closesAtMs()) return 'close'
    if (nowMs >= this.#abandonsAtMs()) return 'abandon_frame'
    if (nowMs < this.#probesAtMs()) return null
    this.#isMute = false
    return 'probe'
  }

  nextDeadline(): number {
    return Math.min(this.#closesAtMs(), this.#abandonsAtMs(), this.#probesAtMs())
  }

  #closesAtMs(): number {
    return this.hasFrame
      ? this.#lastFrameAtMs + this.#settings.idleTimeout
      : this.openedAtMs + this.#settings.firstFrameTimeout
  }

  #abandonsAtMs(): number {
    if (this.#unfinishedSinceMs === NONE_WAITING) return Number.POSITIVE_INFINITY
    return this.#unfinishedSinceMs + this.#settings.unfinishedFrameTimeout
  }

  #probesAtMs(): number {
    return this.#isMute ? this.openedAtMs + this.#settings.probeAfter : Number.POSITIVE_INFINITY
  }
}
