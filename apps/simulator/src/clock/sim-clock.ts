// Two clocks side by side: real time for the network and the loggers' counters, faster time for sun and intervals.
import type { Schedule, Task } from './schedule.ts'

export interface SimClock {
  readonly speed: number
  /** Real milliseconds since 1970: what W, P and O of a logger count. */
  realMs(): number
  /** Simulated milliseconds since 1970: where the sun stands, when the next upload is due. */
  simMs(): number
  /** Runs after a simulated delay; `floorRealMs` is for waits on the network, which no speed makes faster. */
  afterSim(delaySimMs: number, run: () => void, floorRealMs?: number): Task
  afterReal(delayRealMs: number, run: () => void): Task
}

/**
 * @param speed how many simulated seconds pass in a real one.
 * @param startSimMs where simulated time begins; now, when absent.
 */
export function createSimClock(schedule: Schedule, speed: number, startSimMs?: number): SimClock {
  const startRealMs = schedule.nowMs()
  const firstSimMs = startSimMs ?? startRealMs
  return {
    speed,
    realMs: () => schedule.nowMs(),
    simMs: () => firstSimMs + (schedule.nowMs() - startRealMs) * speed,
    afterSim: (delaySimMs, run, floorRealMs = 0) =>
      schedule.after(Math.max(delaySimMs / speed, floorRealMs), run),
    afterReal: (delayRealMs, run) => schedule.after(delayRealMs, run),
  }
}
