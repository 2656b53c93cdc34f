// Each trap in tiers, numbers, mails and times of rules that can be seen offline.
import { describe, expect, it } from 'vitest'
import { type Change, faultsAfter, GONE } from './spoil.ts'

const QUERY = 'rule.compositeQuery.queries[0].spec'
const ABSENT: Change[] = [
  ['rule.alertOnAbsent', true],
  ['threshold.absentForMinutes', 5],
]

const traps: readonly [what: string, fault: RegExp, ...changes: Change[]][] = [
  ['another name than the file', /alert: expected FramesRejected/, ['rule.alert', 'Other']],
  [
    'a severity of its own',
    /labels\.severity: overwrites the severity of every tier/,
    ['rule.labels', { severity: 'critical' }],
  ],
  [
    'numbers in a unit of another family',
    /thresholds\.json compares in s, found percent/,
    ['threshold.unit', 's'],
  ],
  [
    'bare numbers against percent',
    /thresholds\.json compares in bare numbers, found percent/,
    ['threshold.unit', ''],
  ],
  [
    'a tier that is milder than the lower one',
    /FramesRejected\.tiers\.critical: expected above the 5 of warning, found 3/,
    ['threshold.tiers.critical', 3],
  ],
  ['tiers that are the same', /expected above the 5 of warning, found 5/, ['threshold.tiers.critical', 5]],
  [
    'the same for below',
    /expected below the 5 of warning, found 20/,
    ['rule.op', 'below'],
    ['threshold.recovery', GONE],
  ],
  [
    'tiers of different direction',
    /several tiers need the same direction/,
    ['rule.tiers', { critical: { op: 'below' } }],
  ],
  ['several tiers that must be equal', /several tiers need the same direction/, ['rule.op', 'equal']],
  [
    'no tier',
    /tiers: expected critical, warning or info/,
    ['threshold.tiers', {}],
    ['threshold.recovery', GONE],
  ],
  [
    'a tier of the rule without number',
    /tiers\.info: thresholds\.json has no number for info/,
    ['rule.tiers', { info: { op: 'above' } }],
  ],
  ['a recovery without tier', /recovery\.info: there is no tier info/, ['threshold.recovery', { info: 1 }]],
  ['a recovery on the wrong side', /recovery\.warning: expected below 5/, ['threshold.recovery.warning', 6]],
  ['no operator', /op: is missing for critical/, ['rule.op', GONE]],
  ['no match type', /matchType: is missing for warning/, ['rule.matchType', GONE]],
  ['shares added up', /in_total adds up the steps/, ['rule.matchType', 'in_total']],
  [
    'rates added up',
    /in_total adds up the steps/,
    ['rule.matchType', 'in_total'],
    ['rule.selectedQueryName', 'A'],
    [`${QUERY}.aggregations[0].timeAggregation`, 'rate'],
  ],
  [
    '{{ $value }} with blanks',
    /\{\{ \$value \}\} stays empty or breaks/,
    ['rule.annotations.impact', 'It is {{ $value }}'],
  ],
  ['{{$labels.x}}', /\{\{\$labels\.site\}\} stays empty/, ['rule.annotations.impact', '{{$labels.site}}']],
  [
    'a label that the query does not give',
    /the query gives no label team/,
    ['rule.annotations.impact', '{{.Labels.team}}'],
  ],
  ['a dollar that vanishes', /\$5 vanishes from the mail/, ['rule.annotations.impact', 'It costs $5']],
  ['braces that do not match', /braces that do not match/, ['rule.annotations.impact', 'It is {{$value']],
  [
    'a summary without its numbers',
    /summary: expected \{\{\$threshold\}\} in it/,
    ['rule.annotations.summary', 'It is {{$value}}'],
  ],
  ['an empty text', /annotations\.first_step: is empty/, ['rule.annotations.first_step', ' ']],
  [
    'a dashboard that does not exist',
    /there is no dashboards\/home\.json/,
    ['rule.annotations.dashboard', 'home'],
  ],
  [
    'mails by what the query does not split by',
    /the query does not split by site\.id/,
    ['rule.groupBy', ['site.id']],
  ],
  [
    'a mail of each logger',
    /logger\.serial makes a mail of each series/,
    ['rule.groupBy', ['logger.serial']],
  ],
  ['a mail of each series', /__all__ makes a mail of each series/, ['rule.groupBy', ['__all__']]],
  [
    'a window shorter than the step',
    /steps of 60 s do not fit into a window of 30s/,
    ['threshold.window', '30s'],
  ],
  [
    'a frequency longer than the window',
    /frequency: 1h0m0s is longer than the window/,
    ['threshold.frequency', '1h0m0s'],
  ],
  [
    'points that never fit',
    /20 steps of 60 s never fit/,
    ['rule.requireMinPoints', true],
    ['rule.requiredNumPoints', 20],
  ],
  [
    'points without a number',
    /requireMinPoints: true and requiredNumPoints together/,
    ['rule.requireMinPoints', true],
  ],
  ['absence without its minutes', /absentForMinutes: is missing/, ['rule.alertOnAbsent', true]],
  ['minutes without absence', /absentForMinutes: has no effect/, ['threshold.absentForMinutes', 5]],
  [
    'absence in a long window',
    /window: absence is noticed only after the window/,
    ...ABSENT,
    ['threshold.window', '1h0m0s'],
  ],
  [
    'absence of one logger',
    /alertOnAbsent: looks at the whole query/,
    ...ABSENT,
    [`${QUERY}.groupBy`, [{ name: 'logger.serial' }]],
  ],
]

describe('in the numbers and texts of a rule finds', () => {
  it.each(traps)('%s', (_, fault, ...changes) => {
    expect(faultsAfter(...changes).filter(text => fault.test(text))).not.toEqual([])
  })
})

it('lets pass what looks like a trap and is none', () => {
  const harmless: Change[][] = [
    [
      [
        'rule.annotations.impact',
        '{{ .Labels.solarman.control_code }}, $solarman.control_code, {{index $labels "severity"}}',
      ],
    ],
    ABSENT,
    [
      ['rule.requireMinPoints', true],
      ['rule.requiredNumPoints', 3],
    ],
    [['rule.tiers', { critical: { matchType: 'all_the_times' } }]],
    [
      ['rule.op', 'below'],
      ['threshold.tiers', { critical: 5, warning: 20 }],
      ['threshold.recovery', { warning: 25 }],
    ],
  ]
  for (const changes of harmless) expect(faultsAfter(...changes)).toEqual([])
})
