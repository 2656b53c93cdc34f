// Plans: every query of the repository is answered, steps and windows are SigNoz's, and what is refused is refused by name.

import { describe, expect, it } from 'vitest'
import {
  ALL_VALUES,
  loadMonitoring,
  planQuery,
  type QueryRequest,
  queriesOfPanel,
  queriesOfRule,
} from '../../src/index.ts'
import {
  asked,
  END_MS,
  events,
  formula,
  list,
  MINUTE_MS,
  metrics,
  planned,
  refusal,
  START_MS,
  sql,
} from './asked.ts'

const ROOT = new URL('../../../../', import.meta.url).pathname
const PANELS_LEAST = 142
const DAY_MS = 86_400_000

describe('the files of the repository', () => {
  const { monitoring } = loadMonitoring(ROOT)
  const panels = monitoring.dashboards.flatMap(({ name, document }) =>
    Object.entries(document.spec.panels).map(([key, panel]) => ({
      name: `${name} ${key}`,
      request: asked(queriesOfPanel(panel, ''), {
        requestType: panel.spec.queries[0]!.kind as QueryRequest['requestType'],
        variables: Object.fromEntries(document.spec.variables.map(({ spec }) => [spec.name, ALL_VALUES])),
      }),
    })),
  )
  const rules = monitoring.rules.map(rule => ({ name: rule.id, request: asked(queriesOfRule(rule)) }))

  it('are all answered', () => {
    expect(panels.length).toBeGreaterThanOrEqual(PANELS_LEAST)
    const refused = [...panels, ...rules].flatMap(({ name, request }) => {
      const plan = planQuery(request)
      return plan.kind === 'refused' ? [`${name} ${plan.query}: ${plan.reason}`] : []
    })
    expect(refused).toEqual([])
  })
})

describe('the step', () => {
  it.each([
    [3_600_000, undefined, 60],
    [12 * 3_600_000, undefined, 120],
    [2 * DAY_MS, undefined, 600],
    [7 * DAY_MS, undefined, 1_800],
    [3_600_000, 300, 300],
    [3_600_000, 5, 60],
    [7 * DAY_MS, 60, 1_800],
  ])('of metrics over %d ms that asks for %s is %d s', (rangeMs, stepInterval, seconds) => {
    const spec = stepInterval === undefined ? {} : { stepInterval }
    const [statement] = planned([metrics(spec)], { startMs: END_MS - rangeMs }).statements
    expect(statement?.sql).toContain(`, ${seconds * 1_000}) * ${seconds * 1_000} AS ms`)
  })

  it.each([
    [600_000, undefined, undefined, 5],
    [3_600_000, undefined, undefined, 10],
    [3_600_000, undefined, 120, 120],
    [3_600_000, '5m', 120, 300],
    [DAY_MS, 5, undefined, 55],
  ])(
    'of spans over %d ms that asks for %s in a request for %s is %d s',
    (rangeMs, stepInterval, stepSeconds, seconds) => {
      const spec = stepInterval === undefined ? {} : { stepInterval }
      const more = stepSeconds === undefined ? {} : { stepSeconds }
      const [statement] = planned([events('traces', spec)], { startMs: END_MS - rangeMs, ...more }).statements
      expect(statement?.sql).toContain(`, ${seconds * 1_000}) * ${seconds * 1_000} AS ms`)
    },
  )
})

describe('the window', () => {
  const off = { startMs: START_MS + 61_000, endMs: END_MS - 1_000 }

  it('of metrics is whole steps, ends at a whole minute and reads one step more for changes', () => {
    const [statement] = planned([metrics()], off).statements
    expect(statement?.sql).toContain(
      `samples.unix_milli >= ${START_MS} AND samples.unix_milli < ${END_MS - MINUTE_MS}`,
    )
    const [gauge] = planned([metrics({}, { timeAggregation: 'max' })], off).statements
    expect(gauge?.sql).toContain(`samples.unix_milli >= ${START_MS + MINUTE_MS} AND`)
  })

  it('moves back for timeShift, and its points come forward', () => {
    const plan = planned([metrics({ functions: [{ name: 'timeShift', args: [{ value: 3_600 }] }] })])
    expect(plan.statements[0]?.sql).toContain(`samples.unix_milli < ${START_MS}`)
    const rows = [{ ms: START_MS - MINUTE_MS, value: 2 }]
    expect(plan.finish(new Map([['A', rows]])).results[0]).toMatchObject({
      series: [{ values: [[START_MS - MINUTE_MS + 3_600_000, 2]] }],
    })
  })
})

describe('results', () => {
  it('are without disabled queries, which formulas still read', () => {
    const plan = planned([metrics({ disabled: true }), formula('A * 2')])
    const { results } = plan.finish(new Map([['A', [{ ms: String(START_MS), value: 2 }]]]))
    expect(results).toEqual([
      { query: 'F1', kind: 'time_series', series: [{ labels: {}, values: [[START_MS, 4]] }] },
    ])
  })

  it('of one number per group are reduced, then meet in the formula', () => {
    const groupBy = [{ name: 'site.id' }]
    const plan = planned([metrics({ groupBy }, { reduceTo: 'sum' }), formula('A / 2')], {
      requestType: 'scalar',
    })
    const rows = [
      { ms: 0, g0: '1', value: 2 },
      { ms: 60_000, g0: '1', value: 4 },
    ]
    const { results } = plan.finish(new Map([['A', rows]]))
    expect(results.map(result => (result.kind === 'scalar' ? result.rows : []))).toEqual([
      [['1', 6]],
      [['1', 3]],
    ])
    expect(results[1]).toMatchObject({
      columns: [
        { name: 'site.id', isGroup: true },
        { name: '__result', isGroup: false },
      ],
    })
  })

  it('of a list have their moment, and attributes under one name', () => {
    const rows = [
      {
        __moment: '1767225600123456789',
        id: 'x',
        attributes_string: { a: 'b' },
        attributes_number: { n: 1 },
        attributes_bool: {},
        resources_string: { 'service.name': 'solar-api' },
      },
    ]
    const plan = planned([list('logs')], { requestType: 'raw' })
    expect(plan.finish(new Map([['A', rows]])).results[0]).toEqual({
      query: 'A',
      kind: 'raw',
      rows: [
        {
          ms: 1_767_225_600_123,
          data: {
            timestamp: '1767225600123456789',
            id: 'x',
            attributes: { a: 'b', n: 1 },
            resource: { 'service.name': 'solar-api' },
          },
        },
      ],
    })
  })
})

describe('refused', () => {
  const promql = { type: 'promql', spec: { name: 'A', query: 'up' } }
  const operator = { type: 'builder_trace_operator', spec: { name: 'T1', expression: 'A => B' } }

  it.each<[string, object[], string, Partial<QueryRequest>?]>([
    ['PromQL', [promql], 'A: PromQL'],
    ['a trace operator', [operator], 'T1: trace operators'],
    ['two queries of one name', [metrics(), sql('SELECT 1')], 'A: is the name of two'],
    ['a percentile of what has no buckets', [metrics({}, { spaceAggregation: 'p95' })], 'expected buckets'],
    ['a sum of buckets', [metrics({}, { metricName: 'x.bucket' })], 'expected a percentile'],
    ['one number without reduceTo', [metrics()], 'reduceTo is missing', { requestType: 'scalar' }],
    ['a list of metrics', [metrics()], 'a list is of spans', { requestType: 'raw' }],
    ['an unknown function', [metrics({ functions: [{ name: 'anomaly' }] })], 'function anomaly'],
    ['a function without its number', [metrics({ functions: [{ name: 'clampMin' }] })], 'needs a number'],
    ['an unknown order', [metrics({ order: [{ key: { name: 'x' }, direction: 'asc' }] })], 'order by x'],
    [
      'a variable without value',
      [metrics({ filter: { expression: 'site.id IN $site' } })],
      '$site has no value',
    ],
    [
      'all values for one',
      [metrics({ filter: { expression: 'site.id = $site' } })],
      'only IN',
      { variables: { site: ALL_VALUES } },
    ],
    [
      'an empty list',
      [metrics({ filter: { expression: 'site.id IN $site' } })],
      'empty list',
      { variables: { site: [] } },
    ],
    ['a malformed filter', [metrics({ filter: { expression: 'a = ' } })], 'where a value is expected'],
    ['text in metrics', [metrics({ filter: { expression: "'x'" } })], 'only the body'],
    ['has()', [events('logs', { filter: { expression: "has(body.tags, 'x')" } })], 'function has'],
    [
      'parts of the body',
      [events('logs', { filter: { expression: "body.tags = 'x'" } })],
      'inside of the body',
    ],
    ['isentrypoint', [events('traces', { filter: { expression: 'isentrypoint = true' } })], 'isentrypoint'],
    ['a filter on time', [events('logs', { filter: { expression: 'timestamp > 5' } })], 'bounds the time'],
    ['an unknown aggregation', [events('logs', { aggregations: [{ expression: 'stddev(x)' }] })], 'stddev'],
    ['rateIf', [events('logs', { aggregations: [{ expression: "rateIf(body = 'x')" }] })], 'rateIf'],
    ['no aggregation', [list('logs')], 'aggregations are missing'],
    ['having on nothing', [events('logs', { having: { expression: 'x > 1' } })], 'having names x'],
    ['a formula on a formula', [metrics(), formula('A'), formula('F1', { name: 'F2' })], 'the formula F1'],
    ['a formula on nothing', [metrics(), formula('B')], 'no such query'],
    ['a formula that compares', [metrics(), formula('A > 1')], 'formula has'],
  ])('%s', (_, queries, reason, more) => {
    expect(refusal(queries, more)).toContain(reason)
  })
})
