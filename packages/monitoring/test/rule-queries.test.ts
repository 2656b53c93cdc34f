// Each trap in the queries of rules that can be seen offline: a sound rule has no fault, a spoilt one has the fault that names it.
import { describe, expect, it } from 'vitest'
import { type Change, faultsAfter, GONE } from './spoil.ts'

const QUERY = 'rule.compositeQuery.queries[0].spec'
const METRIC = `${QUERY}.aggregations[0]`
const OTHER = 'rule.compositeQuery.queries[1].spec'
const FORMULA = 'rule.compositeQuery.queries[2].spec'
const FILTER = `${QUERY}.filter`
const BOUNDED =
  "SELECT toStartOfMinute(toDateTime(intDiv(unix_milli, 1000))) AS ts, avg(value) AS value FROM signoz_metrics.distributed_samples_v4 WHERE metric_name = 'solar.frames.rejected' AND unix_milli BETWEEN {{.start_timestamp_ms}} AND {{.end_timestamp_ms}} GROUP BY ts"

function sql(query: string): Change[] {
  return [
    ['rule.compositeQuery.queryType', 'clickhouse_sql'],
    ['rule.compositeQuery.unit', 'short'],
    ['rule.compositeQuery.queries', [{ type: 'clickhouse_sql', spec: { name: 'A', query } }]],
    ['rule.selectedQueryName', 'A'],
    ['rule.groupBy', []],
    ['rule.annotations.summary', 'something'],
    ['threshold.unit', ''],
  ]
}

const traps: readonly [what: string, fault: RegExp, ...changes: Change[]][] = [
  [
    'a metric that nobody sends',
    /metricName: solar\.frames\.lost is not stored/,
    [`${METRIC}.metricName`, 'solar.frames.lost'],
  ],
  [
    'a histogram without its part',
    /expected solar\.spool\.commit\.size\.bucket, .*\.count/,
    [`${METRIC}.metricName`, 'solar.spool.commit.size'],
  ],
  [
    'the name that Prometheus gives a part',
    /expected solar\.spool\.commit\.size\.count/,
    [`${METRIC}.metricName`, 'solar.spool.commit.size_count'],
  ],
  [
    'a counter read as a level',
    /is a counter; expected rate, increase, found latest/,
    [`${METRIC}.timeAggregation`, 'latest'],
  ],
  [
    'a level read as a counter',
    /is a gauge; expected latest, avg, min, max, sum, count, found increase/,
    [`${METRIC}.metricName`, 'solar.spool.messages'],
  ],
  [
    'points added up outside of a formula',
    /is a gauge; expected latest, avg, min, max, found sum/,
    [`${METRIC}.metricName`, 'solar.spool.messages'],
    [`${METRIC}.timeAggregation`, 'sum'],
    [`${QUERY}.disabled`, false],
  ],
  ['no time aggregation', /timeAggregation: .* found none/, [`${METRIC}.timeAggregation`, GONE]],
  [
    'a percentile of no histogram',
    /percentiles exist of a histogram's \.bucket only/,
    [`${METRIC}.spaceAggregation`, 'p95'],
  ],
  [
    'buckets added up',
    /expected a percentile for .*\.bucket, found sum/,
    [`${METRIC}.metricName`, 'solar.spool.commit.duration.bucket'],
  ],
  ['a label that the metric lacks', /has no label site\.id/, [`${QUERY}.groupBy`, [{ name: 'site.id' }]]],
  [
    'the label job',
    /no label job in SigNoz; expected service\.name/,
    [FILTER, { expression: "job = 'api'" }],
  ],
  [
    'the label instance',
    /no label instance in SigNoz; expected service\.instance\.id/,
    [FILTER, { expression: "instance = 'a:1'" }],
  ],
  [
    'a value that the label never has',
    /reason never is lost; expected one of garbage/,
    [FILTER, { expression: "reason = 'lost'" }],
  ],
  [
    'a service that does not send the metric',
    /service\.name never is solar-api/,
    [FILTER, { expression: "service.name IN ('solar-api')" }],
  ],
  ['a filter without operator', /the filter .*no operator/, [FILTER, { expression: 'reason garbage' }]],
  [
    'a filter with open parentheses',
    /parentheses that do not match/,
    [FILTER, { expression: "(reason = 'garbage'" }],
  ],
  ['a variable', /\$site: a rule has no variables/, [FILTER, { expression: 'reason IN $site' }]],
  ['no step', /stepInterval: is missing/, [`${QUERY}.stepInterval`, GONE]],
  [
    'a step below a minute',
    /expected at least 60 s for metrics, found 30/,
    [`${QUERY}.stepInterval`, 30],
    [`${OTHER}.stepInterval`, 30],
  ],
  ['different steps in a formula', /different steps \(120 \/ 60\)/, [`${QUERY}.stepInterval`, 120]],
  ['different groups in a formula', /split by different labels/, [`${QUERY}.groupBy`, [{ name: 'reason' }]]],
  ['a formula of what is not there', /there is no query C/, [`${FORMULA}.expression`, 'A / C * 100']],
  ['a formula of nothing', /names no query/, [`${FORMULA}.expression`, '1 + 1']],
  ['two queries of one name', /A is the name of two queries/, [`${OTHER}.name`, 'A']],
  [
    'PromQL as type of the query',
    /queryType: PromQL is not used here/,
    ['rule.compositeQuery.queryType', 'promql'],
  ],
  [
    'PromQL as a query',
    /PromQL is not used here.*delta/,
    ['rule.compositeQuery.queries[2]', { type: 'promql', spec: { name: 'F1', query: 'up' } }],
  ],
  [
    'SQL among builder queries',
    /is a clickhouse_sql, while queryType says builder/,
    ['rule.compositeQuery.queries[2]', { type: 'clickhouse_sql', spec: { name: 'F1', query: BOUNDED } }],
  ],
  ['a panel type that is no graph', /panelType: expected graph/, ['rule.compositeQuery.panelType', 'table']],
  [
    'a selected query that does not exist',
    /selectedQueryName: there is no query X/,
    ['rule.selectedQueryName', 'X'],
  ],
  ['a selected query that is disabled', /selectedQueryName: A is disabled/, ['rule.selectedQueryName', 'A']],
  [
    'another signal than the type says',
    /alertType: is LOGS_BASED_ALERT, while A reads metrics/,
    ['rule.alertType', 'LOGS_BASED_ALERT'],
  ],
  [
    'a unit that is not that of the numbers',
    /compositeQuery\.unit: F1 gives a share in units of 0\.01, found unit percentunit/,
    ['rule.compositeQuery.unit', 'percentunit'],
  ],
  ['a unit that SigNoz lacks', /parsec is no unit/, ['rule.compositeQuery.unit', 'parsec']],
  ['an hour of the day', /toHour\( speaks of an hour/, ...sql(`${BOUNDED} HAVING toHour(ts) > 6`)],
  ['a time of the day', /06:30 speaks of an hour/, [FILTER, { expression: "reason != '06:30'" }]],
  [
    'SQL that scans everything',
    /is scanned as a whole; expected a condition on unix_milli/,
    ...sql(BOUNDED.replaceAll('unix_milli', 'other')),
  ],
  [
    'SQL without bounds',
    /is not bounded in time/,
    ...sql(BOUNDED.replace('BETWEEN {{.start_timestamp_ms}} AND {{.end_timestamp_ms}}', '> 0')),
  ],
  [
    'SQL over a local table',
    /signoz_metrics\.samples_v4 is no table to read/,
    ...sql(BOUNDED.replace('distributed_', '')),
  ],
  [
    'SQL over no table',
    /reads no table of SigNoz/,
    ...sql('SELECT now() AS ts, {{.start_timestamp}} AS a, {{.end_timestamp}} AS value'),
  ],
  [
    'SQL over a metric that nobody sends',
    /solar\.frames\.lost is not stored/,
    ...sql(BOUNDED.replace('solar.frames.rejected', 'solar.frames.lost')),
  ],
  ['SQL with a variable', /site: a rule has no variables/, ...sql(`${BOUNDED} HAVING value > $site`)],
  [
    'SQL without a column of time',
    /needs one column of type DateTime/,
    ...sql(BOUNDED.replace(/toStartOf.*AS ts/, '1 AS t').replace('GROUP BY ts', '')),
  ],
]

it('finds nothing in a sound set', () => {
  expect(faultsAfter()).toEqual([])
  expect(faultsAfter(...sql(BOUNDED))).toEqual([])
})

describe('in the queries of a rule finds', () => {
  it.each(traps)('%s', (_, fault, ...changes) => {
    expect(faultsAfter(...changes).filter(text => fault.test(text))).not.toEqual([])
  })
})

it('lets filters pass that only look like traps', () => {
  const filters = [
    "reason IN ('garbage', 'too_old') AND (reason LIKE '%x%' OR service.name EXISTS)",
    "NOT reason = 'garbage'",
    "resource.service.name NOT IN ['solar-collector']",
    "host.name REGEXP '^a' AND host.name NOT BETWEEN 'a' AND 'b'",
  ]
  for (const expression of filters) expect(faultsAfter([FILTER, { expression }]), expression).toEqual([])
})
