// The time of a page: which range, and how often it is asked again; both stand in the address.
import { useEffect, useMemo, useState } from 'preact/hooks'
import {
  isLive,
  RANGE_DEFAULT,
  RANGES,
  readRange,
  type TimeRange,
} from '../../src/pages/drawing/time-range.ts'
import { go, usePlace, withQuery } from './place.tsx'
import { clockTime } from './words.ts'

const REFRESHES: readonly (readonly [seconds: string, text: string])[] = [
  ['0', 'No refresh'],
  ['5', 'Every 5 s'],
  ['15', 'Every 15 s'],
  ['30', 'Every 30 s'],
  ['60', 'Every minute'],
]
const REFRESH_DEFAULT = '30'
const CUSTOM = 'custom'

export interface PageTime {
  range: TimeRange
  /** Changes with each refresh. */
  tick: number
  refreshNow(): void
}

export function usePageTime(): PageTime {
  const { query } = usePlace()
  const [from, to] = [query.get('from'), query.get('to')]
  const seconds = isLive(to) ? Number(query.get('refresh') ?? REFRESH_DEFAULT) : 0
  const [tick, setTick] = useState(0)
  const refreshNow = () => setTick(value => value + 1)
  useEffect(() => {
    if (!(seconds > 0)) return
    // A page that nobody sees asks nothing.
    const timer = setInterval(() => document.visibilityState === 'visible' && refreshNow(), seconds * 1_000)
    return () => clearInterval(timer)
  }, [seconds])
  // Each tick moves a range that ends now.
  const range = useMemo(() => readRange(from, to, Date.now()), [from, to, tick])
  return { range, tick, refreshNow }
}

export function TimeBar({ time }: { time: PageTime }) {
  const { query } = usePlace()
  const live = isLive(query.get('to'))
  const from = query.get('from') ?? RANGE_DEFAULT
  const known = live && RANGES.some(([value]) => value === from)
  const choose = (value: string) => value !== CUSTOM && go(withQuery({ from: value, to: null }))
  const { startMs, endMs } = time.range
  return (
    <div class="time-bar">
      <label>
        <span class="visually-hidden">Time range</span>
        <select value={known ? from : CUSTOM} onChange={event => choose(event.currentTarget.value)}>
          {known ? null : <option value={CUSTOM}>{`${clockTime(startMs)} to ${clockTime(endMs)}`}</option>}
          {RANGES.map(([value, text]) => (
            <option key={value} value={value}>
              {text}
            </option>
          ))}
        </select>
      </label>
      <label>
        <span class="visually-hidden">Refresh</span>
        <select
          value={live ? (query.get('refresh') ?? REFRESH_DEFAULT) : '0'}
          disabled={!live}
          onChange={event => go(withQuery({ refresh: event.currentTarget.value }))}
        >
          {REFRESHES.map(([value, text]) => (
            <option key={value} value={value}>
              {text}
            </option>
          ))}
        </select>
      </label>
      <button type="button" onClick={time.refreshNow}>
        Refresh
      </button>
    </div>
  )
}
