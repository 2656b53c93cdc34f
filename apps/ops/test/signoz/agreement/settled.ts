// Asks again where two answers differ: what was stored a moment ago may not be found yet, and what differs for good goes on to.
import { waitUntil } from '@deye-hard/testkit'

const SETTLE_LIMIT_MS = 20_000

/** Of the same question about a time that is over. The last differences; rejects when it was never answered. */
export async function settled<T extends { differences: readonly string[] }>(
  compare: () => Promise<T>,
): Promise<T> {
  let last: T | undefined
  const look = async () => {
    last = await compare()
    return last.differences.length === 0
  }
  try {
    await waitUntil(look, { timeoutMs: SETTLE_LIMIT_MS, what: 'the same answer' })
  } catch (error) {
    if (last === undefined) throw error
  }
  return last!
}
