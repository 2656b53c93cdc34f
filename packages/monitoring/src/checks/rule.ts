// A rule: its query, its tiers, how its mails are packed.
import { at } from '../fault.ts'
import type { RuleFile } from '../monitoring.ts'
import { durationSeconds, groupsOf, type PlacedQuery, queriesOfRule, stepSeconds } from '../placed-query.ts'
import { dimensionOfResult } from '../result-dimension.ts'
import type { Threshold } from '../shapes/thresholds.ts'
import { dimensionOf, isConvertible } from '../units.ts'
import { checkAnnotations } from './annotations.ts'
import { checkQueries, PROMQL_REFUSED, type Report } from './query.ts'
import { checkMatchTypes, checkTiers } from './tiers.ts'
import { checkUnit } from './unit.ts'

/** One alert of each logger would be one mail of each: 120 in one second when a site loses its link. */
const PER_LOGGER = ['logger.serial', 'inverter.id']
/** A mail per set of labels. */
const EACH = '__all__'
/** Longer windows notice silence too late, because it is counted from the moment the data has left the window. */
const ABSENCE_WINDOW_MAX_SECONDS = 600
/** Time of day and calendar, in SQL or in a filter: what is expected of a logger is the collector's knowledge. */
const CALENDAR =
  /\b(toHour|toDayOf\w+|toTimeOfDay|toTime|formatDateTime|hour|dayofweek|timezone)\s*\(|\b[0-2]?[0-9]:[0-5][0-9]\b/i

export interface RuleScope {
  threshold: Threshold | undefined
  dashboards: ReadonlySet<string>
  /** To the thresholds file. */
  reportNumber: Report
}

export function checkRule(rule: RuleFile, scope: RuleScope, report: Report): void {
  const { document } = rule
  const queries = queriesOfRule(rule)
  if (document.alert !== rule.id) {
    report('alert', `expected ${rule.id}, as the file is called, found ${document.alert}`)
  }
  if ('severity' in document.labels) {
    report('labels.severity', 'overwrites the severity of every tier; the tier of thresholds.json gives it')
  }
  checkQueryType(document, queries, report)
  checkQueries(queries, { by: 'rule', isScalar: false, variables: new Set() }, report)
  checkCalendar(queries, report)
  checkGrouping(rule, queries, report)
  checkAnnotations(rule, queries, scope, report)
  const { threshold } = scope
  if (threshold === undefined) {
    report('', `alerts/thresholds.json has no ${rule.id}`)
    return
  }
  checkTiers(document, threshold, report, scope.reportNumber)
  checkNumbers(document, queries, threshold, report)
  checkTime(document, queries, threshold, report, scope.reportNumber)
  checkAbsence(document, queries, threshold, report, scope.reportNumber)
}

type Document = RuleFile['document']

function checkQueryType(document: Document, queries: readonly PlacedQuery[], report: Report): void {
  const { queryType, panelType } = document.compositeQuery
  if (queryType === 'promql') report('compositeQuery.queryType', PROMQL_REFUSED)
  if (panelType !== 'graph') report('compositeQuery.panelType', `expected graph, found ${panelType}`)
  for (const { type, path } of queries) {
    const isSql = type === 'clickhouse_sql'
    if (type === 'promql' || (queryType === 'clickhouse_sql') === isSql) continue
    report(path, `is a ${type}, while queryType says ${queryType}`)
  }
  const selected = queries.find(({ spec }) => spec.name === document.selectedQueryName)
  if (selected === undefined) report('selectedQueryName', `there is no query ${document.selectedQueryName}`)
  else if (selected.spec.disabled === true) report('selectedQueryName', `${selected.spec.name} is disabled`)
  checkAlertType(document, queries, report)
}

function checkAlertType({ alertType }: Document, queries: readonly PlacedQuery[], report: Report): void {
  const signals: Record<string, string> = {
    METRIC_BASED_ALERT: 'metrics',
    TRACES_BASED_ALERT: 'traces',
    LOGS_BASED_ALERT: 'logs',
  }
  const expected = signals[alertType]
  for (const query of queries) {
    if (query.type !== 'builder_query' || expected === undefined || query.spec.signal === expected) continue
    report('alertType', `is ${alertType}, while ${query.spec.name} reads ${query.spec.signal}`)
  }
}

function checkCalendar(queries: readonly PlacedQuery[], report: Report): void {
  for (const { spec, path } of queries) {
    const found = CALENDAR.exec(JSON.stringify(spec))
    if (found === null) continue
    report(
      path,
      `${found[0]} speaks of an hour or a day; the night is in solar.logger.state and solar.fleet.*`,
    )
  }
}

function checkGrouping({ document }: RuleFile, queries: readonly PlacedQuery[], report: Report): void {
  const selected = queries.find(({ spec }) => spec.name === document.selectedQueryName)
  const groups = selected === undefined ? undefined : groupsOf(selected, queries)
  document.groupBy.forEach((label, index) => {
    const path = at('groupBy', index)
    if (label === EACH || PER_LOGGER.includes(label)) {
      report(path, `${label} makes a mail of each series; expected [] or a label such as site.id`)
    } else if (groups !== undefined && !groups.includes(label)) {
      report(path, `the query does not split by ${label}; expected one of ${groups.join(', ') || 'none'}`)
    }
  })
}

function checkNumbers(
  document: Document,
  queries: readonly PlacedQuery[],
  threshold: Threshold,
  report: Report,
): void {
  const { unit } = document.compositeQuery
  const path = 'compositeQuery.unit'
  const selected = queries.find(({ spec }) => spec.name === document.selectedQueryName)
  const dimension = selected === undefined ? undefined : dimensionOfResult(selected, queries)
  if (unit !== undefined && dimensionOf(unit) === undefined)
    report(path, `${unit} is no unit of src/units.ts`)
  else checkUnit(dimension, unit, document.selectedQueryName, path, report)
  if (!isConvertible(threshold.unit, unit ?? '')) {
    report(path, `thresholds.json compares in ${threshold.unit || 'bare numbers'}, found ${unit ?? 'none'}`)
  }
  checkMatchTypes(document, threshold, selected, dimension, report)
}

function checkTime(
  document: Document,
  queries: readonly PlacedQuery[],
  threshold: Threshold,
  report: Report,
  reportNumber: Report,
): void {
  const window = durationSeconds(threshold.window)
  if (durationSeconds(threshold.frequency) > window) {
    reportNumber(
      'frequency',
      `${threshold.frequency} is longer than the window, so some time is never looked at`,
    )
  }
  const steps = queries.flatMap(query =>
    query.type === 'builder_query' ? [stepSeconds(query.spec.stepInterval) ?? 0] : [],
  )
  const step = Math.max(0, ...steps)
  if (step > window)
    report('compositeQuery', `steps of ${step} s do not fit into a window of ${threshold.window}`)
  if (document.requireMinPoints !== (document.requiredNumPoints === undefined ? undefined : true)) {
    report('requiredNumPoints', 'expected requireMinPoints: true and requiredNumPoints together')
  }
  if ((document.requiredNumPoints ?? 0) * step > window) {
    report(
      'requiredNumPoints',
      `${document.requiredNumPoints} steps of ${step} s never fit into ${threshold.window}`,
    )
  }
}

function checkAbsence(
  document: Document,
  queries: readonly PlacedQuery[],
  { absentForMinutes, window }: Threshold,
  report: Report,
  reportNumber: Report,
): void {
  if (document.alertOnAbsent !== true) {
    if (absentForMinutes !== undefined)
      reportNumber('absentForMinutes', 'has no effect: the rule has no alertOnAbsent')
    return
  }
  if (absentForMinutes === undefined)
    reportNumber('absentForMinutes', 'is missing, the rule has alertOnAbsent')
  if (durationSeconds(window) > ABSENCE_WINDOW_MAX_SECONDS) {
    const limit = ABSENCE_WINDOW_MAX_SECONDS / 60
    reportNumber(
      'window',
      `absence is noticed only after the window; expected at most ${limit} minutes, found ${window}`,
    )
  }
  const groups = queries.flatMap(query => groupsOf(query, queries) ?? [])
  if (groups.some(group => PER_LOGGER.includes(group))) {
    report(
      'alertOnAbsent',
      'looks at the whole query, never at one logger; use solar.logger.state or message_age',
    )
  }
}
