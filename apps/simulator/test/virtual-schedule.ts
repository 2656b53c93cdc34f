// A schedule whose clock moves only when the test says so.
import { type Schedule, TaskQueue } from '../src/clock/schedule.ts'

export interface VirtualSchedule extends Schedule {
  /** Runs all tasks of the next `milliseconds` in order, each at its own time. */
  advance(milliseconds: number): void
}

export function createVirtualSchedule(startMs: number): VirtualSchedule {
  const queue = new TaskQueue()
  let nowMs = startMs
  return {
    nowMs: () => nowMs,
    after: (delayMs, run) => queue.add(nowMs + delayMs, run),
    advance(milliseconds) {
      const endMs = nowMs + milliseconds
      for (let dueMs = queue.nextDueMs; dueMs !== null && dueMs <= endMs; dueMs = queue.nextDueMs) {
        nowMs = Math.max(nowMs, dueMs)
        queue.takeDue(nowMs)?.()
      }
      nowMs = endMs
    },
  }
}
