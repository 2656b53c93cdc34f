// Waits for one received thing, and says what came instead when it does not come.
import { waitUntil } from '../wait-until.ts'

const NAMES_SHOWN = 40

export interface WaitOptions {
  timeoutMs?: number
  what?: string
}

/** The first of `all()` that fits, also one that came already. */
export async function waitForOne<T>(
  all: () => readonly T[],
  fits: (one: T) => boolean,
  nameOf: (one: T) => string,
  { timeoutMs, what }: WaitOptions & { what: string },
): Promise<T> {
  try {
    const limit = timeoutMs === undefined ? {} : { timeoutMs }
    return (await waitUntil(() => all().find(fits), { what, ...limit })) as T
  } catch (cause) {
    throw new Error(`${(cause as Error).message}; came: ${namesOf(all().map(nameOf))}`, { cause })
  }
}

function namesOf(all: readonly string[]): string {
  const names = [...new Set(all)].sort()
  const more = names.length > NAMES_SHOWN ? `, and ${names.length - NAMES_SHOWN} more` : ''
  return names.length === 0 ? 'nothing' : names.slice(0, NAMES_SHOWN).join(', ') + more
}
