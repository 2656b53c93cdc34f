// A clock that moves when the test says so, and wakes whoever waits on it in order.
import type { Clock } from '../../src/shipper/clock.ts'

interface Timer {
  atMs: number
  callback: () => void
}

export class FakeClock implements Clock {
  nowMs = Date.UTC(2026, 5, 1)
  #timers = new Set<Timer>()

  now = (): number => this.nowMs
  random = (): number => 0.5

  after = (ms: number, callback: () => void): (() => void) => {
    const timer = { atMs: this.nowMs + ms, callback }
    this.#timers.add(timer)
    return () => this.#timers.delete(timer)
  }

  /** Wakes timers in their order, each at its own time. */
  advance(ms: number): void {
    const endMs = this.nowMs + ms
    while (true) {
      const due = [...this.#timers].filter(({ atMs }) => atMs <= endMs).sort((a, b) => a.atMs - b.atMs)[0]
      if (!due) break
      this.#timers.delete(due)
      this.nowMs = Math.max(this.nowMs, due.atMs)
      due.callback()
    }
    this.nowMs = endMs
  }
}
