// Time and chance as the shipper sees them, so that ten minutes of an outage take a test no time.

export interface Clock {
  now(): number
  /** Calls back once; returns the way to cancel. Does not keep the process alive. */
  after(ms: number, callback: () => void): () => void
  /** 0 up to but not including 1. */
  random(): number
}

export const SYSTEM_CLOCK: Clock = {
  now: Date.now,
  after(ms, callback) {
    const timer = setTimeout(callback, ms)
    timer.unref()
    return () => clearTimeout(timer)
  },
  random: Math.random,
}
