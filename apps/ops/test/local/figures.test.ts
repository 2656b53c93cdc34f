// The status line: six figures, each from the part that counts it, and what is wrong at the end.
import { expect, test } from 'vitest'
import type { CollectorStatus } from '../../src/collector-status.ts'
import { type Figures, StatsReader, statusEvent, statusText } from '../../src/local/figures.ts'

const collector: CollectorStatus = {
  collector_id: 'c',
  ledger: { received: 1_240, stored: 1_200, duplicates: 10, quarantined: 10, waiting: 20, unaccounted: 0 },
  events: { received: 120, stored: 120, waiting: 0 },
  spool: { messages: 20, bytes: 7_000, oldest_age_s: 1, full: false },
  connections: { active: 118, accepted: 120 },
  counters: { frames_received: { '0x4110': 120, '0x4210': 1_240, '0x4710': 40 }, acks_sent: 1_390 },
  api: { reachable: true, last_error: null },
}
const stats = new StatsReader()
const figures = (change: Partial<Figures> = {}): Figures => ({
  collector,
  database: { stored: 1_200, duplicates: 10, quarantined: 10 },
  simulator: null,
  trouble: [],
  lensUrl: null,
  ...change,
})

test('all six figures, grouped by thousands', () => {
  expect(statusText(figures())).toBe(
    'frames received 1,400 · acked 1,390 · rows stored 1,200 · waiting 20 · quarantined 10 · loggers 118',
  )
})

test('a part that does not answer leaves a dash and is named', () => {
  const text = statusText(figures({ collector: null, database: null, trouble: ['collector restarting'] }))
  expect(text).toBe(
    '! collector restarting · frames received – · acked – · rows stored – · waiting – · quarantined – · loggers –',
  )
})

test('the simulator tells who sleeps; other lines of it are not stats', () => {
  expect(stats.onLine('{"type":"stats","asleep":57,"data_acked":3}')).toBe(true)
  expect(stats.onLine('{"type":"note"}')).toBe(false)
  expect(stats.onLine('{ not json')).toBe(false)
  expect(statusText(figures({ simulator: stats.latest }))).toContain('loggers 118 (57 asleep)')
})

test('programs get the same figures by name', () => {
  expect(statusEvent(figures())).toMatchObject({
    event: 'status',
    frames_received: 1_400,
    frames_acked: 1_390,
    rows_stored: 1_200,
    waiting: 20,
    quarantined: 10,
    loggers_connected: 118,
  })
})

test('the line ends with the address of lens, where there is one', () => {
  expect(statusText(figures({ lensUrl: 'http://localhost:8080' }))).toMatch(/ · http:\/\/localhost:8080$/)
})
