// What the server of pages counts, for the health page.
import { countsOfLimits, type PageLimits } from '../pages/bounds.ts'

export interface PageCounters {
  requests: number
  /** Of other hosts or sites. */
  refused: number
  /** With a body that is no request of ours, or too large. */
  invalid: number
  /** Answers that failed because lens is broken. */
  failed: number
  lastError: string | null
  /** How often each limit of the pages was hit. */
  overflow: Record<keyof PageLimits, number>
}

export function newPageCounters(): PageCounters {
  return { requests: 0, refused: 0, invalid: 0, failed: 0, lastError: null, overflow: countsOfLimits() }
}
