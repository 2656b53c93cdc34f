// The state of alerts over restarts, and what happens to a file that cannot be used.
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { ALERT_LIMITS, evaluate, flush, newAlertsState, resume } from '../../src/alerts/alert-engine.ts'
import { loadAlertsState, saveAlertsState } from '../../src/alerts/state-file.ts'
import { labRule, MINUTE_MS } from './lab-rules.ts'

const START_MS = Date.UTC(2026, 0, 5, 12)
const TIMING = { groupWaitMs: 30_000, groupIntervalMs: 5 * MINUTE_MS }
const RULE = labRule('Rule', { tiers: { warning: 10 } })
const BAD = [{ labels: {}, values: [[START_MS, 20] as const] }]

let folder: string
let path: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lens-state-'))
  path = join(folder, 'alerts.json')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

function firing() {
  const { state } = evaluate(newAlertsState(START_MS), RULE, BAD, START_MS, TIMING)
  return flush(state, START_MS + MINUTE_MS, TIMING).state
}

test('comes back as it was written', () => {
  saveAlertsState(path, firing())
  expect(loadAlertsState(path, 0)).toEqual({ kind: 'loaded', state: firing() })
  expect(existsSync(`${path}.new`)).toBe(false)
})

test('is new where there was none', () => {
  expect(loadAlertsState(path, START_MS)).toEqual({ kind: 'new', state: newAlertsState(START_MS) })
})

test.each(['', '{"version":1,"at', 'null', '{}', '{"version":2}', '{"version":1,"atMs":1,"rules":{}}'])(
  'starts anew from %j, and keeps the file',
  content => {
    writeFileSync(path, content)
    const loaded = loadAlertsState(path, START_MS)
    expect(loaded).toMatchObject({
      kind: 'corrupted',
      state: newAlertsState(START_MS),
      reason: expect.any(String),
    })
    expect(readFileSync(`${path}.corrupted`, 'utf8')).toBe(content)
    expect(loadAlertsState(path, START_MS).kind).toBe('new')
  },
)

test('after hours without lens it is as if no time had passed: no mail at once, and the end is told', () => {
  const backMs = START_MS + 10 * 60 * MINUTE_MS
  const back = resume(firing(), backMs, new Set(['Rule']))
  expect(flush(back, backMs, TIMING).notifications).toEqual([])
  const stillBad = evaluate(back, RULE, BAD, backMs + MINUTE_MS, TIMING).state
  expect(flush(stillBad, backMs + 4.75 * MINUTE_MS, TIMING).notifications).toEqual([])
  const good = evaluate(back, RULE, [], backMs + MINUTE_MS, TIMING).state
  expect(flush(good, backMs + 4.75 * MINUTE_MS, TIMING).notifications).toMatchObject([
    { status: 'resolved', alerts: [{ startsMs: START_MS, endsMs: backMs + MINUTE_MS }] },
  ])
})

test('data are not absent because lens was', () => {
  const rule = labRule('Rule', { tiers: { warning: 10 }, condition: { alertOnAbsent: true, absentFor: 5 } })
  const seen = evaluate(newAlertsState(START_MS), rule, BAD, START_MS, TIMING).state
  const backMs = START_MS + 60 * MINUTE_MS
  const alertsAt = (state: typeof seen, atMs: number) =>
    Object.keys(evaluate(state, rule, [], atMs, TIMING).state.rules['Rule']!.alerts).filter(key =>
      key.includes('nodata'),
    )
  expect(alertsAt(seen, backMs)).toHaveLength(1)
  expect(alertsAt(resume(seen, backMs, new Set(['Rule'])), backMs)).toHaveLength(0)
  expect(alertsAt(resume(seen, backMs, new Set(['Rule'])), backMs + 5 * MINUTE_MS)).toHaveLength(1)
})

test('rules that are gone are forgotten with their alerts and groups', () => {
  const { rules, dispatch } = resume(firing(), START_MS, new Set(['Other']))
  expect([rules, dispatch.groups, dispatch.known]).toEqual([{}, {}, {}])
})

test('history is bounded', () => {
  let state = newAlertsState(START_MS)
  for (let minute = 0; minute < 20; minute++)
    state = evaluate(state, RULE, minute % 2 === 0 ? BAD : [], START_MS + minute * MINUTE_MS, TIMING, {
      ...ALERT_LIMITS,
      historyMax: 5,
    }).state
  expect(state.history.map(change => change.state)).toEqual([
    'inactive',
    'firing',
    'inactive',
    'firing',
    'inactive',
  ])
})
