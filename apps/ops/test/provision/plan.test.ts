// Which changes lead from what SigNoz has to what git wants, and how they read.
import { describe, expect, test } from 'vitest'
import type { Kind, Stored, Wanted } from '../../src/provision/change.ts'
import { makePlan } from '../../src/provision/plan.ts'
import { planText } from '../../src/provision/plan-text.ts'

const RULE = {
  alert: 'ApiLatency',
  condition: { thresholds: { kind: 'basic', spec: [{ name: 'critical', target: 10 }] } },
  notificationSettings: { groupBy: [], renotify: { enabled: true, interval: '30m0s' } },
  labels: { team: 'ops' },
}

test('nothing to do when all is as in git', () => {
  const plan = makePlan([wanted('rule', 'ApiLatency', RULE)], [stored('rule', 'ApiLatency', RULE)])
  expect(plan).toEqual({ changes: [], leftovers: [], unchanged: 1 })
})

test('what is missing is made, in the order in which one needs the other', () => {
  const kinds: Kind[] = ['retention', 'rule', 'dashboard', 'channel']
  const { changes } = makePlan(
    kinds.map(kind => wanted(kind, 'x', {})),
    [],
  )
  expect(changes.map(({ kind, action, id }) => ({ kind, action, id }))).toEqual(
    ['channel', 'dashboard', 'rule', 'retention'].map(kind => ({ kind, action: 'create', id: null })),
  )
})

describe('a rule', () => {
  test.each<[string, (rule: typeof RULE) => void, string]>([
    ['its labels', rule => (rule.labels.team = 'field'), 'update'],
    ['its repetition', rule => (rule.notificationSettings.renotify.interval = '1h0m0s'), 'update'],
    ['a threshold', rule => (rule.condition.thresholds.spec[0]!.target = 20), 'replace'],
    ['a tier', rule => rule.condition.thresholds.spec.push({ name: 'warning', target: 5 }), 'replace'],
    ['its grouping', rule => (rule.notificationSettings.groupBy as string[]).push('site.id'), 'replace'],
  ])('of which %s changed', (_, change, action) => {
    const file = structuredClone(RULE)
    change(file)
    const plan = makePlan([wanted('rule', 'ApiLatency', file)], [stored('rule', 'ApiLatency', RULE)])
    expect(plan.changes.map(one => [one.action, one.id])).toEqual([[action, 'rule-ApiLatency']])
    expect(plan.unchanged).toBe(0)
  })

  test('that is there twice goes once', () => {
    const twin: Stored = { ...stored('rule', 'ApiLatency', RULE), id: 'twin' }
    const plan = makePlan([wanted('rule', 'ApiLatency', RULE)], [stored('rule', 'ApiLatency', RULE), twin])
    expect(plan.changes.map(({ action, id, heir }) => [action, id, heir])).toEqual([
      ['remove', 'twin', 'rule-ApiLatency'],
    ])
    expect(plan.unchanged).toBe(1)
  })

  test('of somebody else is left alone', () => {
    const theirs = { ...stored('rule', 'Theirs', RULE), ours: false }
    expect(makePlan([], [theirs])).toEqual({ changes: [], leftovers: [], unchanged: 0 })
  })
})

test('what is no longer in git is left over, the channel last since a rule may use it', () => {
  const kinds: Kind[] = ['channel', 'rule', 'dashboard']
  const { leftovers, changes } = makePlan(
    [],
    kinds.map(kind => stored(kind, 'old', {})),
  )
  expect(changes).toEqual([])
  expect(leftovers.map(({ kind, action }) => [kind, action])).toEqual([
    ['rule', 'remove'],
    ['dashboard', 'remove'],
    ['channel', 'remove'],
  ])
})

test('a dashboard of somebody else with our name is not overwritten', () => {
  const theirs = { ...stored('dashboard', 'home', {}), ours: false }
  expect(() => makePlan([wanted('dashboard', 'home', { a: 1 })], [theirs])).toThrow(
    /dashboard home .* nothing was changed/,
  )
})

describe('the text', () => {
  const plan = makePlan(
    [wanted('rule', 'ApiLatency', { ...RULE, labels: { team: 'field' } }), wanted('dashboard', 'home', {})],
    [stored('rule', 'ApiLatency', RULE), stored('dashboard', 'old', {})],
  )

  test('shows each object, each place, and what only --prune removes', () => {
    expect(planText(plan, { prune: false })).toBe(
      [
        '+ dashboard home (git)',
        '~ rule ApiLatency (git)',
        '    labels.team: "ops" → "field"',
        'Ours and no longer in git, goes only with --prune: dashboard old.',
        '2 changes, 0 objects as in git.',
      ].join('\n'),
    )
    expect(planText(plan, { prune: true })).toContain('- dashboard old (no longer in git)')
  })

  test('shows long texts where they begin to differ', () => {
    const long = (end: string) => ({ html: `${'<p>'.repeat(400)}${end}` })
    const text = planText(
      makePlan([wanted('channel', 'c', long('new'))], [stored('channel', 'c', long('old'))]),
      {
        prune: false,
      },
    )
    expect(text).toMatch(/html: ….*<p>old" → ….*<p>new"/)
    expect(text.length).toBeLessThan(300)
  })
})

function wanted(kind: Kind, name: string, document: object): Wanted {
  return { kind, name, origin: 'git', document }
}

function stored(kind: Kind, name: string, document: object): Stored {
  return { kind, name, id: `${kind}-${name}`, document, ours: true }
}
