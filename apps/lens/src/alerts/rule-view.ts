// The state of rules as pages show it: since when, which value against which limit.
import type { AlertsState } from './alert-engine.ts'
import type { AlertRule } from './alert-rule.ts'
import type { LabelSet } from './label-set.ts'
import { type ActiveAlert, NEW_RULE_STATE, type RuleStatus, statusOf } from './rule-state.ts'
import { valueText } from './value-text.ts'

export interface AlertView {
  tier: string | null
  state: ActiveAlert['state']
  labels: LabelSet
  summary: string
  /** With unit. */
  value: string
  threshold: string
  sinceMs: number
}

export interface RuleView {
  id: string
  file: string
  status: RuleStatus | 'disabled'
  /** Of the alert that fires longest; null when none does. */
  sinceMs: number | null
  lastEvaluatedMs: number | null
  lastDataMs: number | null
  /** Why the last evaluation failed. */
  problem: string | null
  alerts: readonly AlertView[]
}

export function ruleView(rule: AlertRule, state: AlertsState): RuleView {
  const ruleState = state.rules[rule.id] ?? NEW_RULE_STATE
  const alerts = Object.values(ruleState.alerts)
    .filter(alert => alert.state !== 'inactive')
    .map(alert => alertView(rule, alert))
  return {
    id: rule.id,
    file: rule.file,
    status: rule.isDisabled ? 'disabled' : statusOf(ruleState),
    sinceMs: alerts.length === 0 ? null : Math.min(...alerts.map(alert => alert.sinceMs)),
    lastEvaluatedMs: ruleState.lastEvaluatedMs,
    lastDataMs: ruleState.lastDataMs,
    problem: ruleState.problem,
    alerts,
  }
}

function alertView(rule: AlertRule, alert: ActiveAlert): AlertView {
  const unit = rule.tiers.find(tier => tier.name === alert.tier)?.unit ?? ''
  return {
    tier: alert.tier,
    state: alert.state,
    labels: alert.seriesLabels,
    summary: alert.annotations['summary'] ?? '',
    value: valueText(alert.value, rule.unit),
    threshold: alert.threshold === null ? '' : valueText(alert.threshold, unit, rule.unit),
    sinceMs: alert.firedAtMs,
  }
}
