// Reads what TimescaleDB says of itself for whoever scrapes: one statement at a time, remembered for a while, never an exception.
import { describeError } from '../errors.ts'
import { DIRECT, type StoreHooks } from '../observer.ts'
import { completeOptions, type GivenOptions } from '../settings.ts'
import { createMonitorConnection } from './monitor-connection.ts'
import { readTimescaleFacts, type TimescaleFacts } from './timescale-facts.ts'

export type MonitorOutcome = { up: true; facts: TimescaleFacts; readAt: Date } | { up: false; reason: string }

export interface MonitorReader {
  /** Who calls while a read runs waits for its outcome; for MONITOR_CACHE after a good one everybody gets that. Never rejects. */
  read(): Promise<MonitorOutcome>
  /** Ends a running read. At most a second, whatever the server does. */
  close(): Promise<void>
}

/**
 * Opens no connection yet; then one of its own, beside the pool, as DATABASE_MONITOR_URL. A read ends within the limits for connecting
 * and for the statement, and 5 s more if the server hangs. After a failed one the next call tries again.
 */
export function openMonitor(given: GivenOptions, hooks: Pick<StoreHooks, 'observer'> = {}): MonitorReader {
  const options = completeOptions(given)
  const connection = createMonitorConnection(options, hooks.observer ?? DIRECT)
  let last: { outcome: MonitorOutcome; atMs: number } | undefined
  let reading: Promise<MonitorOutcome> | undefined
  let closed = false

  async function ask(): Promise<MonitorOutcome> {
    try {
      const facts = await readTimescaleFacts(connection.client)
      const outcome = { up: true, facts, readAt: new Date() } as const
      last = { outcome, atMs: performance.now() }
      return outcome
    } catch (error) {
      connection.discard()
      return { up: false, reason: describeError(error) }
    } finally {
      reading = undefined
    }
  }

  return {
    async read() {
      if (closed) return { up: false, reason: 'the monitor is closed' }
      if (last && performance.now() - last.atMs < options.monitorCacheMs) return last.outcome
      reading ??= ask()
      return reading
    },
    async close() {
      closed = true
      await connection.close()
    },
  }
}
