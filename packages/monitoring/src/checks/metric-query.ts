// A builder query over metrics: the metric, how it is aggregated, its labels.
import { namesLike, type StoredMetric, storedMetric } from '../catalogue.ts'
import { at } from '../fault.ts'
import type { QueryUse } from '../placed-query.ts'
import type { MetricQuery } from '../shapes/query.ts'
import { checkFilter } from './filter-keys.ts'
import { checkLegend, checkOrder } from './legend.ts'
import type { Report } from './query.ts'

type Aggregation = MetricQuery['aggregations'][number]

/** How the points of one series become one per step. Others give numbers that mean nothing for the kind. */
const TIME_AGGREGATIONS: Readonly<Record<StoredMetric['kind'], readonly string[]>> = {
  counter: ['rate', 'increase'],
  gauge: ['latest', 'avg', 'min', 'max'],
  buckets: ['rate', 'increase'],
}
/** Of series that come and go, a formula divides the sum of all points by the number of scrapes. */
const INPUT_AGGREGATIONS = ['sum', 'count']
const PERCENTILE = /^p[0-9]+$/

export function checkMetricQuery(
  query: { spec: MetricQuery; path: string },
  use: QueryUse,
  report: Report,
): void {
  const aggregation = query.spec.aggregations[0]!
  const path = at(query.path, 'aggregations', 0)
  const metric = storedMetric(aggregation.metricName)
  checkReduction(aggregation, path, use, report)
  checkLegend(query.spec, query.path, report)
  checkOrder(query.spec, [], query.path, report)
  if (metric === undefined) {
    report(at(path, 'metricName'), unknownMetric(aggregation.metricName))
    return
  }
  checkAggregation(aggregation, metric, query.spec.disabled === true, path, report)
  checkLabels(query, metric, use, report)
}

function unknownMetric(name: string): string {
  const like = namesLike(name)
  const hint =
    like.length === 0 ? 'a name of docs/telemetry.md or of src/outside-metrics.ts' : like.join(', ')
  return `${name} is not stored in SigNoz; expected ${hint}`
}

function checkAggregation(
  { metricName, timeAggregation, spaceAggregation }: Aggregation,
  { kind }: StoredMetric,
  isInput: boolean,
  path: string,
  report: Report,
): void {
  const isPercentile = PERCENTILE.test(spaceAggregation)
  const space = at(path, 'spaceAggregation')
  const time = at(path, 'timeAggregation')
  if (kind === 'buckets') {
    if (!isPercentile) report(space, `expected a percentile for ${metricName}, found ${spaceAggregation}`)
    // SigNoz takes rates of buckets whatever stands here.
    if (timeAggregation === undefined) return
  } else if (isPercentile) {
    report(space, `percentiles exist of a histogram's .bucket only; ${metricName} is a ${kind}`)
  }
  const fitting = [...TIME_AGGREGATIONS[kind], ...(kind === 'gauge' && isInput ? INPUT_AGGREGATIONS : [])]
  if (timeAggregation !== undefined && fitting.includes(timeAggregation)) return
  report(
    time,
    `${metricName} is a ${kind}; expected ${fitting.join(', ')}, found ${timeAggregation ?? 'none'}`,
  )
}

function checkReduction(aggregation: Aggregation, path: string, use: QueryUse, report: Report): void {
  if (!use.isScalar || aggregation.reduceTo !== undefined) return
  report(
    at(path, 'reduceTo'),
    'is missing; a panel that shows one number per row needs it, SigNoz answers 400',
  )
}

function checkLabels(
  { spec, path }: { spec: MetricQuery; path: string },
  { labels }: StoredMetric,
  use: QueryUse,
  report: Report,
): void {
  const name = spec.aggregations[0]!.metricName
  const known = (key: string) => {
    if (labels.has(key)) return undefined
    if (key === 'job') return 'there is no label job in SigNoz; expected service.name'
    if (key === 'instance') return 'there is no label instance in SigNoz; expected service.instance.id'
    return `${name} has no label ${key}; expected one of ${[...labels.keys()].join(', ')}`
  }
  const isValue = (key: string, value: string) => labels.get(key)?.includes(value) ?? true
  const values = (key: string) => (labels.get(key) ?? []).join(', ')
  ;(spec.groupBy ?? []).forEach((group, index) => {
    const fault = known(group.name)
    if (fault !== undefined) report(at(path, 'groupBy', index), fault)
  })
  checkFilter(
    spec.filter?.expression,
    at(path, 'filter', 'expression'),
    { known, isValue, values },
    use,
    report,
  )
}
