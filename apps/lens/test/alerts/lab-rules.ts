// The rules and the telemetry that a real SigNoz v0.138.0 was given, and what it mailed: see lab/mails.json.
import { type AlertRule, type RulePayload, ruleOfPayload } from '../../src/alerts/alert-rule.ts'
import type { EvaluatedSeries } from '../../src/alerts/find-samples.ts'

export const MINUTE_MS = 60_000
/** Of the lab's SigNoz. */
export const LAB_TIMING = { groupWaitMs: 5_000, groupIntervalMs: 15_000 }
export const LAB_URL = 'https://signoz.example.org'

export interface LabMail {
  /** Seconds after the start. */
  atS: number
  rule: string
  subject: string
  alerts: readonly {
    status: 'firing' | 'resolved'
    tier: string | null
    inverter: string | null
    value: string
    startS: number
    endS: number | null
  }[]
}

interface LabRule {
  op?: string
  matchType?: string
  unit?: string
  targetUnit?: string
  tiers: Readonly<Record<string, number>>
  recovery?: Readonly<Record<string, number>>
  window?: string
  groupBy?: readonly string[]
  renotify?: string
  condition?: Readonly<Record<string, unknown>>
  annotations?: Readonly<Record<string, string>>
}

/** A body of POST /api/v2/rules without its query. */
export function labRule(id: string, lab: LabRule): AlertRule {
  const { op = 'above', matchType = 'last', unit, targetUnit, tiers, recovery = {}, condition = {} } = lab
  const { window = '1m0s', groupBy = [], renotify = '30m0s', annotations = {} } = lab
  const payload = {
    disabled: false,
    condition: {
      compositeQuery: { queries: [], ...(unit === undefined ? {} : { unit }) },
      selectedQueryName: 'A',
      ...condition,
      thresholds: {
        spec: Object.entries(tiers).map(([name, target]) => ({
          name,
          target,
          ...(targetUnit === undefined ? {} : { targetUnit }),
          ...(recovery[name] === undefined ? {} : { recoveryTarget: recovery[name] }),
          op,
          matchType,
        })),
      },
    },
    evaluation: { spec: { evalWindow: window, frequency: '15s' } },
    notificationSettings: {
      groupBy,
      renotify: {
        interval: renotify,
        alertStates: condition['alertOnAbsent'] === true ? ['firing', 'nodata'] : ['firing'],
      },
    },
    labels: { team: 'ops', service: 'lab' },
    annotations: {
      summary:
        'Value {{$value}} (limit {{$threshold}}) of {{.Labels.inverter.id}} at {{.Labels.site.id}} named {{.Labels.name}}',
      impact: 'Nobody & <nothing>',
      first_step: 'docker compose ps "x"',
      value: '{{$value}}',
      threshold: '{{$threshold}}',
      runbook_url: `https://ops.example.org/runbooks/${id}.md?a=1&b='2'`,
      dashboard_url: 'https://ops.example.org/dashboard/fleet',
      ...annotations,
    },
  }
  const link = `${LAB_URL}/alerts/overview?ruleId=${id}`
  return ruleOfPayload(payload as unknown as RulePayload, { id, file: '', link })
}

interface LabSeries {
  labels: Readonly<Record<string, string>>
  /** The value of each minute from the start; the last one goes on, the first one began a minute earlier. */
  minutes: readonly (number | null)[]
}

const SITE = { 'site.id': '12' }
export const LAB_SERIES: Readonly<Record<string, readonly LabSeries[]>> = {
  match: [{ labels: {}, minutes: [1, 5, 3, 9.5, 2, 4] }],
  recovery: [{ labels: {}, minutes: [12, 12, 7, 7, 3, 3, 3, 7, 7, 7, 3, 3] }],
  several: [
    { labels: { 'inverter.id': '21', ...SITE }, minutes: [5500, 5500, 5500, 5500, 1, 1, 1] },
    { labels: { 'inverter.id': '22', ...SITE }, minutes: [9000, 9000, 9000, 9000, 9000, 9000, 1] },
    { labels: { 'inverter.id': '103', ...SITE }, minutes: [20000, 20000, 20000, 20000, 20000, 20000, 1] },
  ],
  hosts: [
    { labels: { 'inverter.id': '21', name: 'A <b>', ...SITE }, minutes: [5500, 5500, 1, 1, 1] },
    { labels: { 'inverter.id': '22', name: 'https://x', ...SITE }, minutes: [6000, 6000, 6000, 6000, 1] },
    { labels: { 'inverter.id': '103', name: 'Z', ...SITE }, minutes: [7000, 7000, 7000, 7000, 1] },
    { labels: { 'inverter.id': '9', name: '', 'site.id': '7' }, minutes: [7000, 7000, 7000, 1, 1] },
  ],
  tiers: [{ labels: {}, minutes: [95, 95, 95, 75, 75, 60, 60, 10] }],
  absent: [{ labels: { 'service.name': 'lab' }, minutes: [1, 1, 1, null, null, null, null, null, null, 1] }],
  never: [],
  repeat: [{ labels: {}, minutes: [1, 1, 1, 1, 1, 1, 0] }],
}

const MATCH_TYPES = ['at_least_once', 'all_the_times', 'on_average', 'in_total', 'last']
/** Each with the telemetry that it asks for. */
export const LAB_RULES: readonly (readonly [rule: AlertRule, series: string])[] = [
  ...MATCH_TYPES.map(
    matchType =>
      [
        labRule(`Match_${matchType}`, {
          matchType,
          unit: 's',
          targetUnit: 'ms',
          tiers: { critical: 900 },
          window: '5m0s',
        }),
        'match',
      ] as const,
  ),
  [
    labRule('Match_below', {
      op: 'below',
      matchType: 'all_the_times',
      tiers: { warning: 100 },
      window: '5m0s',
    }),
    'match',
  ],
  [
    labRule('MinPoints', {
      matchType: 'all_the_times',
      tiers: { warning: 0.5 },
      window: '5m0s',
      condition: { requireMinPoints: true, requiredNumPoints: 3 },
    }),
    'match',
  ],
  [
    labRule('Recovery', {
      unit: 'percent',
      targetUnit: 'percent',
      tiers: { critical: 10 },
      recovery: { critical: 5 },
    }),
    'recovery',
  ],
  [labRule('Hosts', { unit: 's', targetUnit: 'm', tiers: { critical: 6_000, warning: 30 } }), 'hosts'],
  [labRule('Several', { unit: 's', targetUnit: 'min', tiers: { critical: 300, warning: 60 } }), 'several'],
  [
    labRule('SeveralGrouped', {
      unit: 's',
      targetUnit: 'min',
      tiers: { critical: 300, warning: 60 },
      groupBy: ['inverter.id'],
    }),
    'several',
  ],
  [
    labRule('Tiers', {
      unit: 'percent',
      targetUnit: 'percent',
      tiers: { critical: 90, warning: 70, info: 50 },
    }),
    'tiers',
  ],
  [
    labRule('Absent', {
      op: 'below',
      tiers: { critical: 0 },
      condition: { alertOnAbsent: true, absentFor: 1 },
    }),
    'absent',
  ],
  [
    labRule('AbsentNever', {
      op: 'below',
      tiers: { critical: 0 },
      condition: { alertOnAbsent: true, absentFor: 5 },
    }),
    'never',
  ],
  [labRule('Repeat', { tiers: { warning: 0.5 }, renotify: '30s' }), 'repeat'],
]

/** Whole minutes of a window, as a builder query with a step of 60 s answers. */
export function seriesIn(name: string, startMs: number, endMs: number, zeroMs: number): EvaluatedSeries[] {
  return LAB_SERIES[name]!.flatMap(({ labels, minutes }) => {
    const values: (readonly [number, number])[] = []
    for (let ms = startMs; ms < endMs; ms += MINUTE_MS) {
      const minute = (ms - zeroMs) / MINUTE_MS
      const value = minute < -1 ? null : minutes[Math.min(Math.max(0, minute), minutes.length - 1)]!
      if (value !== null) values.push([ms, value])
    }
    return values.length === 0 ? [] : [{ labels, values }]
  })
}
