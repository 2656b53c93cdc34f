// Says that lens has no full minute yet, and looks again often until it has.
import { useEffect, useState } from 'preact/hooks'
import type { FirstMinuteAnswer, Refused } from '../../src/pages/page-shapes.ts'
import { postJson } from './server.ts'
import type { PageTime } from './time.tsx'
import { clockTime } from './words.ts'

const LOOK_AGAIN_MS = 3_000

export function FirstMinute({ time }: { time: PageTime }) {
  const { range, refreshNow } = time
  const [awaitedMs, setAwaitedMs] = useState<number | null | undefined>(undefined)
  useEffect(() => {
    // Once there is a full minute, there is one.
    if (awaitedMs === null) return
    const abort = new AbortController()
    postJson<FirstMinuteAnswer | Refused>('/api/first-minute', range, abort.signal).then(
      answer => setAwaitedMs('kind' in answer ? null : answer.awaitedMs),
      () => {},
    )
    return () => abort.abort()
  }, [range])
  useEffect(() => {
    if (typeof awaitedMs !== 'number') return
    const timer = setInterval(() => document.visibilityState === 'visible' && refreshNow(), LOOK_AGAIN_MS)
    return () => clearInterval(timer)
  }, [typeof awaitedMs])
  if (typeof awaitedMs !== 'number') return null
  return (
    <p class="note first-minute" role="status">
      {`Lens has just started. What is measured at a moment is shown already; rates and counts need full minutes, and the first one is over at ${clockTime(awaitedMs)}.`}
    </p>
  )
}
