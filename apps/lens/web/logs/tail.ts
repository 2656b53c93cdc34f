// Log lines as they come: asked for again and again from shortly before the newest that is known.
import { useEffect, useState } from 'preact/hooks'
import type { LogLine, LogsAnswer } from '../../src/pages/page-shapes.ts'
import { postJson } from '../shell/server.ts'

const ASK_EVERY_MS = 1_500
/** Lines of several services do not arrive in the order of their times. */
const LATE_MS = 15_000
const LINES_ASKED = 200
/** Older ones leave the page. */
const LINES_KEPT = 500

export interface Tail {
  /** Newest first. */
  lines: readonly LogLine[]
  problem: string | null
}

export function useTail(filter: string): Tail {
  const [tail, setTail] = useState<Tail>({ lines: [], problem: null })
  useEffect(() => {
    const abort = new AbortController()
    const startedMs = Date.now()
    let timer: ReturnType<typeof setTimeout> | undefined
    const ask = async () => {
      const endMs = Date.now() + LATE_MS
      const startMs = Math.max(startedMs - LATE_MS, Date.now() - 2 * LATE_MS)
      const body = { startMs, endMs, filter, limit: LINES_ASKED, offset: 0 }
      const answer = await postJson<LogsAnswer>('/api/logs', body, abort.signal)
      if (answer.kind === 'refused') return setTail(({ lines }) => ({ lines, problem: answer.reason }))
      setTail(before => ({ lines: joined(before.lines, answer.lines), problem: null }))
    }
    const round = () => {
      ask()
        .catch(
          (error: Error) =>
            !abort.signal.aborted && setTail(({ lines }) => ({ lines, problem: error.message })),
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

function joined(before: readonly LogLine[], found: readonly LogLine[]): readonly LogLine[] {
  const known = new Set(before.map(({ id }) => id))
  const fresh = found.filter(({ id }) => !known.has(id))
  if (fresh.length === 0) return before
  return [...fresh, ...before].sort((a, b) => (a.timestamp < b.timestamp ? 1 : -1)).slice(0, LINES_KEPT)
}
