// Counts what happened and why as plain numbers, so that tests can read them now and telemetry can export them later.

/** Every counter with the reasons it may carry; a limit that is hit counts under `limit_hits` by its setting. */
export const COUNTER_NAMES = [
  'limit_hits',
  'login_failures',
  'token_refreshes',
  'sessions_expired',
  'access_refused',
  'messages',
  'batches',
  'key_reloads',
  'problems',
  'requests_aborted',
] as const
export type CounterName = (typeof COUNTER_NAMES)[number]

export interface Counters {
  add(name: CounterName, reason: string, amount?: number): void
  get(name: CounterName, reason: string): number
  /** name → reason → number. */
  snapshot(): Record<CounterName, Record<string, number>>
}

/** Reasons come from closed lists in code, never from a request, so the maps cannot grow. */
export function createCounters(): Counters {
  const counts = new Map<CounterName, Map<string, number>>(COUNTER_NAMES.map(name => [name, new Map()]))
  return {
    add(name, reason, amount = 1) {
      const reasons = counts.get(name)!
      reasons.set(reason, (reasons.get(reason) ?? 0) + amount)
    },
    get: (name, reason) => counts.get(name)!.get(reason) ?? 0,
    snapshot() {
      const entries = [...counts].map(([name, reasons]) => [name, Object.fromEntries(reasons)])
      return Object.fromEntries(entries) as Record<CounterName, Record<string, number>>
    },
  }
}
