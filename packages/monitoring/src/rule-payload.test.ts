// The body that SigNoz is sent for a rule, whole, and what changes with thresholds and context.
import { expect, it } from 'vitest'
import { RULE_ID, soundRule, soundThreshold } from '../test/sound-files.ts'
import { type PayloadContext, rulePayload } from './rule-payload.ts'
import type { RuleDocument } from './shapes/rule.ts'
import type { Threshold } from './shapes/thresholds.ts'

const context: PayloadContext = {
  channel: 'ops-email',
  runbookBaseUrl: 'https://git.example.org/runbooks/',
  signozUrl: 'https://signoz.example.org/',
  dashboardIds: new Map([['fleet', '0190-1']]),
}

function payload(
  document: Partial<RuleDocument> = {},
  threshold: Partial<Threshold> = {},
  other: Partial<PayloadContext> = {},
): Record<string, unknown> {
  const rule = soundRule()
  const changed = { ...rule, document: { ...rule.document, ...document } }
  const thresholds = { [RULE_ID]: { ...soundThreshold(), ...threshold } }
  return rulePayload(changed, thresholds, { ...context, ...other }) as Record<string, unknown>
}

it('is the rule with its numbers and with what all rules share', () => {
  const { document } = soundRule()
  expect(payload()).toEqual({
    alert: RULE_ID,
    alertType: 'METRIC_BASED_ALERT',
    ruleType: 'threshold_rule',
    version: 'v5',
    schemaVersion: 'v2alpha1',
    source: `git:alerts/rules/${RULE_ID}.json`,
    description: 'Too many frames are rejected.',
    disabled: false,
    condition: {
      compositeQuery: document.compositeQuery,
      selectedQueryName: 'F1',
      thresholds: {
        kind: 'basic',
        spec: [
          {
            name: 'critical',
            target: 20,
            targetUnit: 'percent',
            op: 'above',
            matchType: 'on_average',
            channels: ['ops-email'],
          },
          {
            name: 'warning',
            target: 5,
            targetUnit: 'percent',
            recoveryTarget: 3,
            op: 'above',
            matchType: 'on_average',
            channels: ['ops-email'],
          },
        ],
      },
    },
    evaluation: { kind: 'rolling', spec: { evalWindow: '10m0s', frequency: '1m0s' } },
    notificationSettings: {
      groupBy: ['solarman.control_code'],
      usePolicy: false,
      renotify: { enabled: true, interval: '30m0s', alertStates: ['firing'] },
    },
    labels: { team: 'ops' },
    annotations: {
      summary: document.annotations.summary,
      impact: 'Their readings are missing',
      first_step: 'Look at the log of the collector',
      value: '{{$value}}',
      threshold: '{{$threshold}}',
      runbook_url: `https://git.example.org/runbooks/${RULE_ID}.md`,
      dashboard_url: 'https://signoz.example.org/dashboard/0190-1',
    },
  })
})

it('has no field without a value: SigNoz ignores a wrong one silently', () => {
  const undefinedValues = JSON.stringify(payload(), (_, value) =>
    value === undefined ? '<undefined>' : value,
  )
  expect(undefinedValues).not.toContain('<undefined>')
})

it('takes absence, points, tiers of their own and repetition from where they stand', () => {
  const sent = payload(
    {
      alertOnAbsent: true,
      requireMinPoints: true,
      requiredNumPoints: 3,
      tiers: { critical: { matchType: 'last' } },
    },
    { absentForMinutes: 5, renotify: '24h0m0s', unit: '' },
  )
  expect(sent['condition']).toMatchObject({
    alertOnAbsent: true,
    absentFor: 5,
    requireMinPoints: true,
    requiredNumPoints: 3,
    thresholds: {
      spec: [
        { name: 'critical', matchType: 'last' },
        { name: 'warning', matchType: 'on_average' },
      ],
    },
  })
  expect(JSON.stringify(sent)).not.toContain('targetUnit')
  expect(sent['notificationSettings']).toMatchObject({
    renotify: { interval: '24h0m0s', alertStates: ['firing', 'nodata'] },
  })
})

it('lets a test shorten what it waits for', () => {
  const override: PayloadContext['override'] = (rule, { tiers }) => ({
    window: rule.id === RULE_ID ? '1m0s' : '9m0s',
    tiers: { warning: tiers.warning! / 5 },
    requiredNumPoints: 1,
  })
  const sent = payload({ requireMinPoints: true, requiredNumPoints: 3 }, {}, { override })
  expect(sent['evaluation']).toMatchObject({ spec: { evalWindow: '1m0s', frequency: '1m0s' } })
  expect(sent['condition']).toMatchObject({
    requiredNumPoints: 1,
    thresholds: { spec: [{ name: 'warning', target: 1 }] },
  })
})

it('links to the list while SigNoz has no id for the dashboard', () => {
  expect(payload({}, {}, { dashboardIds: new Map() })['annotations']).toMatchObject({
    dashboard_url: 'https://signoz.example.org/dashboard',
  })
})

it('cannot be made without a number', () => {
  expect(() => rulePayload(soundRule(), {}, context)).toThrow(`alerts/thresholds.json has no ${RULE_ID}`)
})
