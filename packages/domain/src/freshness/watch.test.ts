// The watch begins anew when we were away or the clock leapt, and a time of hearing is never in the future.
import { describe, expect, it } from 'vitest'
import { heardByClock, keepWatch, type Watch } from './watch.ts'

const MINUTE_MS = 60_000
const NOW_MS = Date.UTC(2026, 4, 1, 12)
const watch: Watch = { sinceMs: NOW_MS - 1_000 * MINUTE_MS, atMs: NOW_MS - MINUTE_MS, aheadMs: null }
const sinceOf = (previous: Watch | null, nowMs: number, latestHeardMs = nowMs) =>
  keepWatch(previous, nowMs, latestHeardMs).sinceMs

describe('the watch', () => {
  it('goes on from minute to minute', () => {
    expect(keepWatch(watch, NOW_MS, NOW_MS)).toEqual({ sinceMs: watch.sinceMs, atMs: NOW_MS, aheadMs: null })
  })

  it('begins with the first call, after five minutes without one, and when the clock goes back', () => {
    expect(sinceOf(null, NOW_MS)).toBe(NOW_MS)
    expect(sinceOf(watch, watch.atMs + 5 * MINUTE_MS)).toBe(watch.sinceMs)
    expect(sinceOf(watch, watch.atMs + 5 * MINUTE_MS + 1)).toBe(watch.atMs + 5 * MINUTE_MS + 1)
    expect(sinceOf(watch, watch.atMs - 500)).toBe(watch.sinceMs)
    expect(sinceOf(watch, watch.atMs - 2_000)).toBe(watch.atMs - 2_000)
  })

  it('begins anew once when a message turns up in the future, not again while that one stays or is mended', () => {
    const leapt = keepWatch(watch, NOW_MS, NOW_MS + 100 * MINUTE_MS)
    expect(leapt).toEqual({ sinceMs: NOW_MS, atMs: NOW_MS, aheadMs: NOW_MS + 100 * MINUTE_MS })
    expect(sinceOf(leapt, NOW_MS + MINUTE_MS, NOW_MS + 100 * MINUTE_MS)).toBe(NOW_MS)
    expect(sinceOf(leapt, NOW_MS + MINUTE_MS, NOW_MS + 50 * MINUTE_MS)).toBe(NOW_MS)
    expect(sinceOf(leapt, NOW_MS + MINUTE_MS, NOW_MS + 300 * MINUTE_MS)).toBe(NOW_MS + MINUTE_MS)
  })
})

describe('when it was heard', () => {
  const sinceMs = NOW_MS - 10 * MINUTE_MS
  const heard = (heardMs: number, aheadMs: number | null = null, since = sinceMs) =>
    heardByClock({ heardMs, aheadMs }, NOW_MS, since)

  it('is the latest message', () => {
    expect(heard(NOW_MS - 1)).toBe(NOW_MS - 1)
  })

  it('is now for a moment ahead, and the begin of the watch for one far ahead', () => {
    expect(heard(NOW_MS + 5 * MINUTE_MS)).toBe(NOW_MS)
    expect(heard(NOW_MS + 50 * MINUTE_MS)).toBe(sinceMs)
    expect(heard(NOW_MS + 50 * MINUTE_MS, null, Number.NEGATIVE_INFINITY)).toBe(NOW_MS)
  })

  it('is the later time before our clock went back, as soon as that is past', () => {
    expect(heard(NOW_MS - 500 * MINUTE_MS, NOW_MS - MINUTE_MS)).toBe(NOW_MS - MINUTE_MS)
    expect(heard(NOW_MS - MINUTE_MS, NOW_MS + 500 * MINUTE_MS)).toBe(NOW_MS - MINUTE_MS)
  })
})
