// Alerting by the clock: due times, failing queries, restarts, and the repository's own rules through the real planner.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadMonitoring, planQuery, type Row } from '@deye-hard/monitoring'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type AlertRule, alertRule } from '../../src/alerts/alert-rule.ts'
import { AlertRunner, type AlertRunnerOptions } from '../../src/alerts/alert-runner.ts'
import { alertText } from '../../src/alerts/alert-text.ts'
import { type Asked, askThroughPlan } from '../../src/alerts/ask-query.ts'
import type { Notification } from '../../src/alerts/dispatch-state.ts'
import { NEW_RULE_STATE, statusOf } from '../../src/alerts/rule-state.ts'
import { nextEvaluation } from '../../src/alerts/schedule.ts'
import { labRule, MINUTE_MS } from './lab-rules.ts'

const START_MS = Date.UTC(2026, 0, 5, 12)
const ROOT = new URL('../../../../', import.meta.url).pathname
const BAD: Asked = { kind: 'series', series: [{ labels: {}, values: [[START_MS, 20]] }] }
const NOTHING: Asked = { kind: 'series', series: [] }

let folder: string
let nowMs: number
let answer: Asked
let asked: { rule: string; startMs: number; endMs: number }[]
let sent: Notification[]
let reports: string[]

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lens-alerts-'))
  nowMs = START_MS
  answer = BAD
  asked = []
  sent = []
  reports = []
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

function runner(rules: readonly AlertRule[], changed: Partial<AlertRunnerOptions> = {}): AlertRunner {
  return new AlertRunner({
    rules,
    ask: async (rule, window) => {
      asked.push({ rule: rule.id, ...window })
      return answer
    },
    deliver: async notification => {
      sent.push(notification)
    },
    statePath: join(folder, 'alerts.json'),
    timing: { groupWaitMs: 30_000, groupIntervalMs: 5 * MINUTE_MS },
    evaluationDelayMs: 2 * MINUTE_MS,
    now: () => nowMs,
    report: event => reports.push(event),
    ...changed,
  })
}

async function run(alerts: AlertRunner, seconds: number): Promise<void> {
  for (let second = 0; second < seconds; second++) {
    nowMs += 1_000
    await alerts.tick()
  }
}

function viewOf(alerts: AlertRunner) {
  const state = alerts.state.rules['Rule'] ?? NEW_RULE_STATE
  return { status: statusOf(state), problem: state.problem, lastDataMs: state.lastDataMs }
}

const RULE = { ...labRule('Rule', { tiers: { warning: 10 }, window: '5m0s' }), frequencyMs: MINUTE_MS }

describe('a runner', () => {
  test('asks when a rule is due, for the window before the delay, and hands over what is to be mailed', async () => {
    const alerts = runner([RULE])
    await run(alerts, 180)
    const first = nextEvaluation(RULE, START_MS)
    expect(asked.length).toBe(3)
    expect(asked[0]!.endMs).toBe(Math.floor((first - 2 * MINUTE_MS) / MINUTE_MS) * MINUTE_MS)
    expect(asked[0]!.endMs - asked[0]!.startMs).toBe(5 * MINUTE_MS)
    expect(sent).toMatchObject([{ ruleId: 'Rule', status: 'firing', alerts: [{ startsMs: first }] }])
    expect(alerts.counters).toMatchObject({ evaluations: 3, notifications: 1 })
    expect(viewOf(alerts).status).toBe('firing')
    expect(Object.values(alerts.state.rules['Rule']!.alerts)).toMatchObject([
      { tier: 'warning', value: 20, threshold: 10, firedAtMs: first },
    ])
  })

  test('after a long sleep evaluates once, for now', async () => {
    const alerts = runner([RULE])
    nowMs += 600 * MINUTE_MS
    await alerts.tick()
    expect(asked.length).toBe(1)
    expect(nowMs - asked[0]!.endMs).toBeLessThanOrEqual(4 * MINUTE_MS)
    await run(alerts, 60)
    expect(sent).toMatchObject([{ status: 'firing' }])
  })

  test('leaves a failed query as it was, says why, and goes on', async () => {
    const alerts = runner([RULE])
    await run(alerts, 60)
    answer = { kind: 'failed', reason: 'engine is away' }
    await run(alerts, 60)
    expect(viewOf(alerts)).toMatchObject({ status: 'firing', problem: 'engine is away' })
    expect(alerts.counters.failedEvaluations).toBe(1)
    expect(reports).toEqual(['evaluation failed'])
    answer = BAD
    await run(alerts, 60)
    expect(viewOf(alerts)).toMatchObject({ status: 'firing', problem: null })
  })

  test('takes other rules: an alert goes on under its new number, one whose rule is gone is forgotten without a mail', async () => {
    const other = { ...RULE, id: 'Other' }
    const alerts = runner([RULE, other])
    await run(alerts, 120)
    expect(sent.map(({ ruleId }) => ruleId).sort()).toEqual(['Other', 'Rule'])
    const stricter = {
      ...labRule('Rule', { tiers: { warning: 15 }, window: '5m0s' }),
      frequencyMs: MINUTE_MS,
    }
    await alerts.replaceRules([stricter, { ...RULE, id: 'New' }])
    await run(alerts, 60)
    expect(Object.keys(alerts.state.rules).sort()).toEqual(['New', 'Rule'])
    expect(Object.values(alerts.state.rules['Rule']!.alerts)).toMatchObject([{ threshold: 15 }])
    await run(alerts, 240)
    expect(sent.slice(2).map(({ ruleId }) => ruleId)).toEqual(['New'])
  })

  test('goes on after a restart without a second mail, and mails the end', async () => {
    const before = runner([RULE])
    await run(before, 120)
    await before.stop()
    nowMs += 60 * MINUTE_MS
    const after = runner([RULE])
    expect(viewOf(after)).toMatchObject({ status: 'firing' })
    answer = NOTHING
    await run(after, 600)
    expect(sent.map(({ status }) => status)).toEqual(['firing', 'resolved'])
  })

  test('starts anew from a broken file, says so and counts it', async () => {
    writeFileSync(join(folder, 'alerts.json'), '{"version":1,')
    const alerts = runner([RULE])
    expect(reports).toEqual(['state of alerts starts anew'])
    expect(alerts.counters.corruptedStates).toBe(1)
    await run(alerts, 120)
    expect(sent).toHaveLength(1)
  })

  test('counts what could not be handed over or saved', async () => {
    const alerts = runner([RULE], {
      deliver: () => Promise.reject(new Error('disk is full')),
      statePath: join(folder, 'nowhere', 'alerts.json'),
    })
    await run(alerts, 120)
    expect(alerts.counters).toMatchObject({ undelivered: 1 })
    expect(alerts.counters.failedSaves).toBeGreaterThan(0)
    expect(reports).toContain('notification lost')
  })

  test('does not take the time before its first data for absence', async () => {
    const rule = {
      ...labRule('Rule', { tiers: { warning: 10 }, condition: { alertOnAbsent: true, absentFor: 5 } }),
      frequencyMs: MINUTE_MS,
    }
    answer = NOTHING
    const alerts = runner([rule])
    await run(alerts, 240)
    expect(viewOf(alerts)).toMatchObject({ status: 'inactive' })
    await run(alerts, 180)
    expect(viewOf(alerts)).toMatchObject({ status: 'nodata', lastDataMs: START_MS })
  })

  test('counts and says which alerts are beyond the limit', async () => {
    const series = ['1', '2', '3'].map(id => ({ labels: { id }, values: [[START_MS, 20] as const] }))
    answer = { kind: 'series', series }
    const alerts = runner([RULE], { limits: { historyMax: 10, alertsMax: 2 } })
    await run(alerts, 60)
    expect(alerts.counters.alertsLeftOut).toBe(1)
    expect(viewOf(alerts)).toMatchObject({ status: 'firing', problem: '1 alerts beyond 2 are left out' })
  })

  test('leaves disabled rules alone', async () => {
    const alerts = runner([{ ...RULE, isDisabled: true }])
    await run(alerts, 120)
    expect(asked).toEqual([])
    expect(alerts.state.rules).toEqual({})
  })
})

describe('a query', () => {
  const { monitoring } = loadMonitoring(ROOT)
  const context = {
    channel: 'lens',
    runbookBaseUrl: 'http://127.0.0.1:8080/runbooks',
    signozUrl: 'http://127.0.0.1:8080/',
    dashboardIds: new Map([['fleet', 'fleet']]),
  }
  const rules = monitoring.rules.map(rule => alertRule(rule, monitoring.thresholds, context))

  test.each(rules.map(rule => [rule.id, rule] as const))('of %s is planned and answered', async (_, rule) => {
    const statements: string[] = []
    const ask = askThroughPlan(planQuery, async sql => {
      statements.push(sql)
      return []
    })
    expect(await ask(rule, { startMs: START_MS, endMs: START_MS + rule.windowMs })).toEqual(NOTHING)
    expect(statements.length).toBeGreaterThan(0)
  })

  test('that is refused or rejected is a failure with its reason', async () => {
    const [rule] = rules
    const window = { startMs: START_MS, endMs: START_MS + MINUTE_MS }
    const rejecting = askThroughPlan(planQuery, () => Promise.reject(new Error('no engine')))
    expect(await rejecting(rule!, window)).toEqual({ kind: 'failed', reason: 'no engine' })
    const refusing = askThroughPlan(
      () => ({ kind: 'refused', query: 'A', reason: 'is PromQL' }),
      async () => [] as Row[],
    )
    expect(await refusing(rule!, window)).toEqual({ kind: 'failed', reason: 'query A: is PromQL' })
  })

  test.each(rules.map(rule => [rule.id, rule] as const))('texts of %s are understood', (_, rule) => {
    const values = { labels: {}, value: '1', threshold: '2' }
    const texts = [...Object.values(rule.annotations), ...Object.values(rule.labels)]
    expect(texts.map(text => alertText(text, values)).filter(text => text.includes('<error'))).toEqual([])
    expect(rule.annotations['runbook_url']).toBe(`http://127.0.0.1:8080/runbooks/${rule.id}.md`)
    expect(rule.link).toBe(`http://127.0.0.1:8080/alerts/overview?ruleId=${rule.id}`)
  })
})
