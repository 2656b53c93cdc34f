// Log lines as they come: asked for again and again from shortly before the newest that is known.
import { useEffect, useState } from 'preact/hooks'
import type { LogLine, TailAnswer } from '../../src/pages/page-shapes.ts'
import { postJson } from '../shell/server.ts'

const ASK_EVERY_MS = 1_500
/** Lines of several services do not arrive in the order of their times. */
const LATE_MS = 15_000

export interface Tail {
  /** Newest first. */
  lines: readonly LogLine[]
  problem: string | null
  /** More came at once than the server gives. */
  isBehind: boolean
}

export function useTail(filter: string): Tail {
  const [tail, setTail] = useState<Tail>({ lines: [], problem: null, isBehind: false })
  useEffect(() => {
    const abort = new AbortController()
    const startedMs = Date.now()
    let timer: ReturnType<typeof setTimeout> | undefined
    const ask = async () => {
      const endMs = Date.now() + LATE_MS
      const startMs = Math.max(startedMs - LATE_MS, Date.now() - 2 * LATE_MS)
      const body = { startMs, endMs, filter }
      const answer = await postJson<TailAnswer>('/api/logs/tail', body, abort.signal)
      if (answer.kind === 'refused') return setTail(before => ({ ...before, problem: answer.reason }))
      const { lines, linesMax, isMore } = answer
      setTail(before => ({ lines: joined(before.lines, lines, linesMax), problem: null, isBehind: isMore }))
    }
    const round = () => {
      ask()
        .catch(
          (error: Error) =>
            !abort.signal.aborted && setTail(before => ({ ...before, problem: error.message })),
        )
        .finally(() => {
          if (!abort.signal.aborted) timer = setTimeout(round, ASK_EVERY_MS)
        })
    }
    round()
    return () => {
      abort.abort()
      clearTimeout(timer)
    }
  }, [filter])
  return tail
}

/** Older ones than `most` leave the page. */
function joined(before: readonly LogLine[], found: readonly LogLine[], most: number): readonly LogLine[] {
  const known = new Set(before.map(({ id }) => id))
  const fresh = found.filter(({ id }) => !known.has(id))
  if (fresh.length === 0) return before
  return [...fresh, ...before].sort((a, b) => (a.timestamp < b.timestamp ? 1 : -1)).slice(0, most)
}
