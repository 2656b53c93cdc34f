// What is wrong with scenarios before they are played: names that nobody emits, times that cannot be, rules without both kinds.
import { bucketBounds, storedMetric } from '../catalogue.ts'
import { at, type Fault } from '../fault.ts'
import type { Monitoring, RuleFile } from '../monitoring.ts'
import { durationSeconds, queriesOfRule } from '../placed-query.ts'
import type { ExpectedMail, ScenarioSeries } from '../shapes/scenario.ts'
import { SCENARIOS_FOLDER } from './load.ts'
import { readMinutes } from './minutes.ts'
import { evaluatedFromSeconds, type ScenarioFile, scenarioSeconds } from './scenario.ts'

const KINDS = { gauge: 'gauge', cumulative: 'counter', delta: 'counter', histogram: 'buckets' } as const
const HISTOGRAM_PARTS = ['bucket', 'count', 'sum']

type Report = (path: string, message: string) => void

/** For what `loadScenarios` has read. */
export function checkScenarios(
  scenarios: readonly ScenarioFile[],
  { rules, thresholds }: Pick<Monitoring, 'rules' | 'thresholds'>,
): Fault[] {
  const faults: Fault[] = []
  for (const scenario of scenarios) {
    const report: Report = (path, message) => {
      faults.push({ file: scenario.file, path, message })
    }
    const rule = rules.find(({ id }) => id === scenario.rule)
    if (rule === undefined) report('', `there is no rule ${scenario.rule}`)
    else checkScenario(scenario, rule, Object.keys(thresholds[rule.id]?.tiers ?? {}), report)
  }
  return [...faults, ...rules.flatMap(rule => kindFaults(rule, scenarios))]
}

/** Names of metrics that its queries read. */
export function metricsOfRule(rule: RuleFile): Set<string> {
  return new Set(
    queriesOfRule(rule).flatMap(query => {
      if (query.type === 'builder_query' && query.spec.signal === 'metrics')
        return query.spec.aggregations.map(({ metricName }) => metricName)
      if (query.type !== 'clickhouse_sql') return []
      return [...query.spec.query.matchAll(/metric_name\s*=\s*'([^']*)'/g)].map(([, name]) => name!)
    }),
  )
}

function checkScenario(
  { document }: ScenarioFile,
  rule: RuleFile,
  tiers: readonly string[],
  report: Report,
): void {
  const read = metricsOfRule(rule)
  for (const [index, series] of document.series.entries())
    checkSeries(series, read, (path, message) => report(`${at('series', index)}.${path}`, message))
  const lengthS = scenarioSeconds(document)
  if (evaluatedFromSeconds(document) >= lengthS) report('from', 'the scenario is over by then')
  checkMails(document.expect, lengthS, tiers, report)
}

function checkSeries(series: ScenarioSeries, read: ReadonlySet<string>, report: Report): void {
  const { metric, type, labels } = series
  const minutes = readMinutes(series.perMinute, { seconds: type === 'histogram' })
  if (minutes.kind === 'malformed') report('perMinute', minutes.message)
  const names = type === 'histogram' ? HISTOGRAM_PARTS.map(part => `${metric}.${part}`) : [metric]
  const stored = storedMetric(names[0]!)
  if (stored === undefined) {
    report('metric', `no service emits ${names[0]}`)
    return
  }
  if (stored.kind !== KINDS[type]) report('type', `${names[0]} is a ${stored.kind}, and no ${KINDS[type]}`)
  if (type === 'histogram' && bucketBounds(metric) === undefined)
    report('metric', `the buckets of ${metric} are not known`)
  if (!names.some(name => read.has(name))) report('metric', `the rule does not read ${metric}`)
  for (const [name, value] of Object.entries(labels)) {
    const values = stored.labels.get(name)
    if (!stored.labels.has(name)) report(at('labels', name), `${metric} has no such label`)
    else if (values !== undefined && !values.includes(value))
      report(at('labels', name), `never is ${value}; expected one of ${values.join(', ')}`)
  }
}

function checkMails(
  expect: readonly ExpectedMail[],
  lengthS: number,
  tiers: readonly string[],
  report: Report,
): void {
  let beforeS = 0
  for (const [index, { between, state, tier }] of expect.entries()) {
    const [fromS, toS] = between.map(durationSeconds) as [number, number]
    const path = at('expect', index)
    if (fromS >= toS) report(at(path, 'between'), 'the first time is not before the second')
    if (fromS < beforeS) report(at(path, 'between'), 'is earlier than the mail before')
    if (toS > lengthS) report(at(path, 'between'), `the series end after ${lengthS / 60}m`)
    if ((state === 'firing') !== (tier !== undefined))
      report(at(path, 'tier'), 'expected with firing, and with nothing else')
    if (tier !== undefined && !tiers.includes(tier)) report(at(path, 'tier'), `the rule has no tier ${tier}`)
    beforeS = fromS
  }
}

/** One that fires and ends, and one that does not fire. */
function kindFaults({ id, file }: RuleFile, scenarios: readonly ScenarioFile[]): Fault[] {
  const own = scenarios.filter(({ rule }) => rule === id).map(({ document }) => document.expect)
  const place = `${SCENARIOS_FOLDER}/${id}`
  const fires = own.some(mails => mails.at(0)?.state !== 'resolved' && mails.at(-1)?.state === 'resolved')
  const isSilent = own.some(mails => mails.length === 0)
  return [
    ...(fires ? [] : [{ file, path: '', message: `no scenario in ${place} fires and is resolved` }]),
    ...(isSilent ? [] : [{ file, path: '', message: `no scenario in ${place} is a near miss` }]),
  ]
}
