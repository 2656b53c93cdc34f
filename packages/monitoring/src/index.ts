// Dashboards, rules and runbooks as code: read, checked offline, and made into what SigNoz takes.

export { readAggregation } from './aggregation.ts'
export { type StoredMetric, storedMetric } from './catalogue.ts'
export { checkMonitoring } from './check.ts'
export { DASHBOARD_REFERENCE, dashboardPayload } from './dashboard-payload.ts'
export {
  checkLastDrill,
  LAST_DRILL_FILE,
  loadLastDrill,
  writeLastDrill,
} from './drills/last-drill.ts'
export type { Fault } from './fault.ts'
export { readFilter } from './filter.ts'
export {
  DASHBOARDS_FOLDER,
  loadMonitoring,
  RULES_FOLDER,
  RUNBOOKS_FOLDER,
  THRESHOLDS_FILE,
} from './load.ts'
export { MAIL_SUBJECT } from './mail-subject.ts'
export type { DashboardFile, Monitoring, RuleFile, RunbookFile } from './monitoring.ts'
export { ORIGINAL_SIGNALS, type OriginalSignal } from './original-signals.ts'
export { durationSeconds, groupsOf, type PlacedQuery, queriesOfPanel, queriesOfRule } from './placed-query.ts'
export {
  ALL_VALUES,
  type Cell as ResultCell,
  type Column as ResultColumn,
  type QueryPlan,
  type QueryRequest,
  type QueryResult,
  type RawRow,
  type Result,
  type Row,
  type Series,
  type Statement,
  type VariableValue,
} from './query/contract.ts'
export { planQuery } from './query/plan.ts'
export { comparison, type PayloadContext, rulePayload } from './rule-payload.ts'
export { checkScenarios, metricsOfRule } from './scenarios/check.ts'
export { mailDifferences, momentText } from './scenarios/judge.ts'
export { loadScenarios, SCENARIOS_FOLDER } from './scenarios/load.ts'
export { type MetricsRequestJson, OBSERVATIONS_PER_MINUTE, scenarioTelemetry } from './scenarios/otlp.ts'
export {
  checkScenarioResults,
  loadScenarioResults,
  SCENARIO_RESULTS_FILE,
  writeScenarioResults,
} from './scenarios/results.ts'
export { evaluatedFromSeconds, type ScenarioFile, scenarioSeconds } from './scenarios/scenario.ts'
export type { Cell, DashboardDocument, Link, Panel, Variable } from './shapes/dashboard.ts'
export type { DrilledRule, LastDrill } from './shapes/last-drill.ts'
export type { PanelKind, PanelPlugin, QueryPlugin } from './shapes/panel.ts'
export type {
  BuilderQuery,
  ClickHouseSql,
  EventQuery,
  FieldKey,
  Formula,
  MetricQuery,
  QueryEnvelope,
  TraceOperator,
} from './shapes/query.ts'
export { type MatchType, type Op, type RuleDocument, TIERS, type Tier } from './shapes/rule.ts'
export type { ExpectedMail, ScenarioDocument, ScenarioSeries } from './shapes/scenario.ts'
export type { PlayedMail, ScenarioResults } from './shapes/scenario-results.ts'
export type { Threshold, Thresholds } from './shapes/thresholds.ts'
export { type SoughtLabel, soughtLabels } from './sought-labels.ts'
export { dimensionOf, isConvertible } from './units.ts'
