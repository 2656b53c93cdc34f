// What one evaluation does with series and with what was before, each fact of SigNoz v0.138.0 by its name.
import { describe, expect, test } from 'vitest'
import type { AlertRule } from '../../src/alerts/alert-rule.ts'
import { type Evaluation, evaluateRule, evaluationWindow } from '../../src/alerts/evaluate-rule.ts'
import type { EvaluatedSeries } from '../../src/alerts/find-samples.ts'
import { NEW_RULE_STATE, type RuleState, statusOf } from '../../src/alerts/rule-state.ts'
import { LAB_URL, labRule, MINUTE_MS } from './lab-rules.ts'

const START_MS = Date.UTC(2026, 0, 5, 12)
const RULE = labRule('Rule', { unit: 's', targetUnit: 'min', tiers: { warning: 1, critical: 10 } })

function series(labels: Record<string, string>, ...values: number[]): EvaluatedSeries {
  return { labels, values: values.map((value, index) => [START_MS + index * MINUTE_MS, value]) }
}

type Evaluated = Extract<Evaluation, { kind: 'evaluated' }>

function evaluated(...given: Parameters<typeof evaluateRule>): Evaluated {
  const evaluation = evaluateRule(...given)
  if (evaluation.kind === 'failed') throw new Error(evaluation.reason)
  return evaluation
}

/** One evaluation a minute; each argument is what one of them finds. */
function live(rule: AlertRule, ...found: EvaluatedSeries[][]): Evaluated & { atMs: number } {
  let state: RuleState = NEW_RULE_STATE
  let evaluation: Evaluated | undefined
  let atMs = START_MS
  for (const [minute, one] of found.entries()) {
    atMs = START_MS + minute * MINUTE_MS
    evaluation = evaluated(rule, state, one, atMs)
    state = evaluation.state
  }
  return { ...evaluation!, atMs }
}

const tiersOf = ({ state }: Evaluated) =>
  Object.values(state.alerts).map(alert => `${alert.tier} ${alert.state}`)

describe('a window', () => {
  test('ends the delay ago and is rounded down to whole minutes', () => {
    const rule = labRule('Rule', { tiers: { warning: 1 }, window: '5m0s' })
    expect(evaluationWindow(rule, START_MS + 59_999, 2 * MINUTE_MS)).toEqual({
      startMs: START_MS - 7 * MINUTE_MS,
      endMs: START_MS - 2 * MINUTE_MS,
    })
  })
})

describe('an evaluation', () => {
  test('fires at once for each tier that is met, with its labels and expanded texts', () => {
    const { posted, changes, state } = live(RULE, [series({ 'inverter.id': '17', empty: '' }, 700)])
    expect(posted.map(alert => alert.labels['severity'])).toEqual(['critical', 'warning'])
    expect(posted[0]!.labels).toEqual({
      'inverter.id': '17',
      'threshold.name': 'critical',
      severity: 'critical',
      team: 'ops',
      service: 'lab',
      alertname: 'Rule',
      ruleId: 'Rule',
      ruleSource: `${LAB_URL}/alerts/overview?ruleId=Rule`,
    })
    expect(posted[0]!.annotations).toMatchObject({ value: '11.7 min', threshold: '10 min' })
    expect(posted.map(alert => alert.silencedBy)).toEqual([null, 'critical'])
    expect(changes.map(change => change.state)).toEqual(['firing', 'firing'])
    expect(statusOf(state)).toBe('firing')
  })

  test('leaves out series with too few points, and points that are no number', () => {
    const rule = labRule('Rule', {
      tiers: { warning: 1 },
      matchType: 'all_the_times',
      condition: { requireMinPoints: true, requiredNumPoints: 3 },
    })
    const found = live(rule, [series({ a: '1' }, 5, 5), series({ a: '2' }, 5, Number.NaN, 5)])
    expect(found.posted.map(alert => alert.labels['a'])).toEqual(['2'])
  })

  test('ends an alert whose series is gone or is good again, and tells so until 15 minutes later', () => {
    const bad = [series({}, 100)]
    const ended = live(RULE, bad, [])
    expect(ended.posted).toMatchObject([{ startsMs: START_MS, endsMs: START_MS + MINUTE_MS }])
    expect(statusOf(ended.state)).toBe('inactive')
    const good = [series({}, 1)]
    const after = (minutes: number) => live(RULE, bad, ...Array.from({ length: minutes }, () => good))
    expect(tiersOf(after(16))).toEqual(['warning inactive'])
    expect(tiersOf(after(17))).toEqual([])
  })

  test('tells what has not changed no more often than once a minute', () => {
    let { state } = evaluated(RULE, NEW_RULE_STATE, [series({}, 100)], START_MS)
    const told: number[] = []
    for (let s = 15; s <= 150; s += 15) {
      const next = evaluated(RULE, state, [series({}, 100)], START_MS + s * 1_000)
      state = next.state
      if (next.posted.length > 0) told.push(s)
    }
    expect(told).toEqual([75, 150])
  })

  test('fails when labels of the rule make two series one', () => {
    const both = [series({ service: 'a' }, 100), series({ service: 'b' }, 100)]
    expect(evaluateRule(RULE, NEW_RULE_STATE, both, START_MS)).toEqual({
      kind: 'failed',
      reason: 'two series have the same labels after those of the rule',
    })
  })

  test('leaves out alerts beyond the limit, and rather new ones than known ones', () => {
    const bad = ['1', '2', '3'].map(id => series({ id }, 100))
    const first = evaluated(RULE, NEW_RULE_STATE, bad.slice(2), START_MS, 2)
    const { state, leftOut } = evaluated(RULE, first.state, bad, START_MS + MINUTE_MS, 2)
    expect(Object.values(state.alerts).map(alert => alert.labels['id'])).toEqual(['3', '1'])
    expect([first.leftOut, leftOut]).toEqual([0, 1])
  })

  test('is believed for four minutes, or four times the frequency', () => {
    const rare = { ...RULE, frequencyMs: 5 * MINUTE_MS }
    const endsAfter = (rule: AlertRule) => {
      const { posted, atMs } = live(rule, [series({}, 100)])
      return (posted[0]!.endsMs - atMs) / MINUTE_MS
    }
    expect([endsAfter(RULE), endsAfter(rare)]).toEqual([4, 20])
  })
})

describe('a recovery target', () => {
  const rule = labRule('Rule', { tiers: { critical: 10 }, recovery: { critical: 5 } })
  const states = (...values: number[]) => {
    const { state } = live(rule, ...values.map(value => [series({}, value)]))
    return [statusOf(state), state.alerts[Object.keys(state.alerts)[0]!]?.value]
  }

  test('holds an alert that fires until it is passed', () => {
    expect(states(7)).toEqual(['inactive', undefined])
    expect(states(12, 7)).toEqual(['recovering', 7])
    expect(states(12, 7, 12)).toEqual(['firing', 12])
    expect(states(12, 7, 5)).toEqual(['inactive', 7])
  })

  test('makes an alert fire again between both numbers within 15 minutes after its end, as in the lab', () => {
    const { posted, state, atMs } = live(rule, [series({}, 12)], [series({}, 3)], [series({}, 7)])
    expect(posted).toMatchObject([{ startsMs: atMs, annotations: { value: '7', threshold: '10' } }])
    expect(statusOf(state)).toBe('recovering')
  })
})

describe('absent data', () => {
  const rule = labRule('Rule', {
    op: 'below',
    tiers: { critical: 0 },
    condition: { alertOnAbsent: true, absentFor: 2 },
  })
  const some = [series({ 'service.name': 'lab' }, 1)]

  test('fires when the whole query has been empty for so long, and says since when', () => {
    expect(live(rule, some, []).posted).toEqual([])
    const { posted, state } = live(rule, some, [], [])
    expect(posted[0]!.labels).toEqual({
      alertname: '[No data] Rule',
      lastSeen: '2026-01-05 12:00:00',
      nodata: 'true',
      ruleId: 'Rule',
      ruleSource: expect.any(String),
      service: 'lab',
      team: 'ops',
    })
    expect(posted[0]!.silencedBy).toBeNull()
    expect(statusOf(state)).toBe('nodata')
  })

  test('of a rule that never had any fires at the first evaluation', () => {
    expect(live(rule, []).posted[0]!.labels).not.toHaveProperty('lastSeen')
    expect(statusOf(live(rule, []).state)).toBe('nodata')
  })

  test('is over with the first series, and no alarm where nobody asked for it', () => {
    expect(statusOf(live(rule, [], some).state)).toBe('inactive')
    expect(live(RULE, [], [], []).posted).toEqual([])
  })
})
