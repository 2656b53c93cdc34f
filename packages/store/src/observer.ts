// Who hears of every statement of the store: its name and how it went, never its text or values.
import type { DbOperation } from '@deye-hard/telemetry-schema'

export interface StatementObserver {
  /**
   * Calls `run` once, at once, and gives what it gives; it rejects as `run` rejects. A unit's statements are observed inside its `run`,
   * so a span that is active there becomes their parent.
   */
  observe<T>(operation: DbOperation, run: () => Promise<T>): Promise<T>
}

/** What the store tells to the process around it. */
export interface StoreHooks {
  observer?: StatementObserver
  /** Hears of idle connections that broke; the pool replaces them. */
  onPoolError?: (error: Error) => void
}

export const DIRECT: StatementObserver = { observe: (_operation, run) => run() }
