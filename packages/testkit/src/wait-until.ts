// Waits for a condition that sends no event; the only place where tests may poll.
import { setTimeout as delay } from 'node:timers/promises'

const DEFAULT_LIMIT_MS = 10_000
const LOOK_AGAIN_MS = 20

/**
 * Returns the first value that is neither false, null nor undefined. Throws after `timeoutMs` with `what`, and with the last error
 * that the condition threw as cause.
 */
export async function waitUntil<T>(
  condition: () => T | Promise<T>,
  options: { timeoutMs?: number; what?: string } = {},
): Promise<Exclude<T, false | null | undefined>> {
  const { timeoutMs = DEFAULT_LIMIT_MS, what = 'the condition' } = options
  const deadlineMs = performance.now() + timeoutMs
  let cause: unknown
  for (;;) {
    try {
      const value = await condition()
      if (value !== false && value !== null && value !== undefined) {
        return value as Exclude<T, false | null | undefined>
      }
    } catch (error) {
      cause = error
    }
    if (performance.now() > deadlineMs)
      throw new Error(`${what} did not come within ${timeoutMs} ms`, { cause })
    await delay(LOOK_AGAIN_MS)
  }
}
