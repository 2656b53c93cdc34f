// The one number of a panel that shows one.
import type { QueryResult } from '@deye-hard/monitoring'

/** Null without data. */
export function firstNumber({ results }: QueryResult): number | null {
  for (const result of results) {
    if (result.kind !== 'scalar') continue
    const value = result.rows[0]?.[result.columns.findIndex(({ isGroup }) => !isGroup)]
    if (typeof value === 'number') return value
  }
  return null
}
