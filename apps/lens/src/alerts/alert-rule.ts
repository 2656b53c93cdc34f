// A rule as it is evaluated: read from the very document that `ops provision` gives to SigNoz, so that both watch the same.
import {
  durationSeconds,
  type MatchType,
  type Op,
  type PayloadContext,
  type QueryEnvelope,
  type RuleFile,
  rulePayload,
  type Thresholds,
} from '@deye-hard/monitoring'
import { convertTarget } from './convert-target.ts'

const MS_PER_SECOND = 1_000
const MS_PER_MINUTE = 60_000
/** SigNoz keeps its default where a state is not listed. */
const RENOTIFY_DEFAULT_MS = 4 * 60 * MS_PER_MINUTE

export interface TierCondition {
  /** Becomes the labels `threshold.name` and, in lower case, `severity`. */
  name: string
  target: number
  recoveryTarget: number | null
  /** Of the two numbers; empty means that of the result. */
  unit: string
  op: Op
  matchType: MatchType
}

export interface AlertRule {
  id: string
  file: string
  isDisabled: boolean
  queries: readonly QueryEnvelope[]
  selectedQuery: string
  /** Of the result. */
  unit: string
  /** In the order in which the first silences the second: by the bare numbers. */
  tiers: readonly TierCondition[]
  /** Templates. */
  labels: Readonly<Record<string, string>>
  annotations: Readonly<Record<string, string>>
  windowMs: number
  frequencyMs: number
  /** Null when absent data is no alarm. */
  absentForMs: number | null
  /** Series with fewer points are not looked at. */
  requiredPoints: number
  groupBy: readonly string[]
  renotifyMs: number
  renotifyNoDataMs: number
  /** Where a reader of a mail finds the rule. */
  link: string
}

/** Throws when the rule has no threshold, which `checkMonitoring` reports. */
export function alertRule(rule: RuleFile, thresholds: Thresholds, context: PayloadContext): AlertRule {
  const link = `${context.signozUrl.replace(/\/+$/, '')}/alerts/overview?ruleId=${encodeURIComponent(rule.id)}`
  const payload = rulePayload(rule, thresholds, context) as RulePayload
  return ruleOfPayload(payload, { id: rule.id, file: rule.file, link })
}

/** `payload` is a body of POST /api/v2/rules. */
export function ruleOfPayload(
  payload: RulePayload,
  place: Pick<AlertRule, 'id' | 'file' | 'link'>,
): AlertRule {
  const { condition, evaluation, notificationSettings } = payload
  const renotify = (state: string) => renotifyOf(notificationSettings.renotify, state)
  return {
    ...place,
    isDisabled: payload.disabled,
    queries: condition.compositeQuery.queries,
    selectedQuery: condition.selectedQueryName,
    unit: condition.compositeQuery.unit ?? '',
    tiers: sortTiers(condition.thresholds.spec.map(tierOf)),
    labels: payload.labels,
    annotations: payload.annotations,
    windowMs: durationSeconds(evaluation.spec.evalWindow) * MS_PER_SECOND,
    frequencyMs: durationSeconds(evaluation.spec.frequency) * MS_PER_SECOND,
    absentForMs: condition.alertOnAbsent === true ? (condition.absentFor ?? 0) * MS_PER_MINUTE : null,
    requiredPoints: condition.requireMinPoints === true ? (condition.requiredNumPoints ?? 0) : 0,
    groupBy: notificationSettings.groupBy,
    renotifyMs: renotify('firing'),
    renotifyNoDataMs: renotify('nodata'),
  }
}

/**
 * SigNoz compares the bare numbers and never the units (signoz-contract.md, fact 13), and takes the direction from the comparison of one of
 * the two tiers.
 */
export function sortTiers(tiers: readonly TierCondition[]): TierCondition[] {
  const isAscending = (op: Op) => op === 'below' || op === 'below_or_equal'
  return [...tiers].sort((a, b) => (isAscending(a.op) ? a.target - b.target : b.target - a.target))
}

/** In the unit of the result. */
export function targetOf(tier: TierCondition, unit: string): number {
  return convertTarget(tier.target, tier.unit, unit)
}

function tierOf(spec: ThresholdSpec): TierCondition {
  const { name, target, recoveryTarget = null, targetUnit = '', op, matchType } = spec
  return { name, target, recoveryTarget, unit: targetUnit, op, matchType }
}

function renotifyOf(
  { interval, alertStates }: RulePayload['notificationSettings']['renotify'],
  state: string,
) {
  return alertStates.includes(state) ? durationSeconds(interval) * MS_PER_SECOND : RENOTIFY_DEFAULT_MS
}

interface ThresholdSpec {
  name: string
  target: number
  recoveryTarget?: number
  targetUnit?: string
  op: Op
  matchType: MatchType
}

/** The fields of signoz-contract.md 6.1 that decide when a mail is sent. */
export interface RulePayload {
  disabled: boolean
  condition: {
    compositeQuery: { unit?: string; queries: readonly QueryEnvelope[] }
    selectedQueryName: string
    alertOnAbsent?: boolean
    absentFor?: number
    requireMinPoints?: boolean
    requiredNumPoints?: number
    thresholds: { spec: readonly ThresholdSpec[] }
  }
  evaluation: { spec: { evalWindow: string; frequency: string } }
  notificationSettings: {
    groupBy: readonly string[]
    renotify: { interval: string; alertStates: readonly string[] }
  }
  labels: Readonly<Record<string, string>>
  annotations: Readonly<Record<string, string>>
}
