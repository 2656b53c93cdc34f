// Turns a position in a list into a text that the client hands back unchanged, bound to the query it came from.
import type { KeyRing } from './keys.ts'

const SEAL_BYTES = 16
/** A cursor holds a time and a key; anything longer is not ours. */
export const CURSOR_MAX_LENGTH = 512

export interface Position {
  /** Milliseconds since 1970. */
  timeMs: number
  key: string
}

/** `query` names everything that must stay the same between two pages. */
export function writeCursor(keys: KeyRing, query: string, position: Position): string {
  const text = JSON.stringify([position.timeMs, position.key])
  return Buffer.concat([keys.seal(`${query}\n${text}`), Buffer.from(text)]).toString('base64url')
}

/** null when it was altered, belongs to another query, or was sealed with a key that has been rotated out. */
export function readCursor(keys: KeyRing, query: string, cursor: string): Position | null {
  const bytes = Buffer.from(cursor, 'base64url')
  const text = bytes.subarray(SEAL_BYTES).toString('utf8')
  if (!keys.isSealed(`${query}\n${text}`, bytes.subarray(0, SEAL_BYTES))) return null
  const [timeMs, key] = JSON.parse(text) as [number, string]
  return { timeMs, key }
}
