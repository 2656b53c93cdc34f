// The two clocks of the collector: deadlines must not move when somebody sets the time of the machine.

export interface Clock {
  /** Milliseconds since 1970 in UTC; what loggers are told and what readings carry. */
  wallMs(): number
  /** Milliseconds since some moment, never going back; what deadlines are counted in. */
  monotonicMs(): number
  /** Calls back at each interval; returns the way to stop it. */
  every(intervalMs: number, callback: () => void): () => void
}

export const systemClock: Clock = {
  wallMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  every(intervalMs, callback) {
    const timer = setInterval(callback, intervalMs)
    return () => clearInterval(timer)
  },
}
