// One evaluation of one rule: its state, what came of the query and the time give the next state and what Alertmanager is told.
import type { AlertRule } from './alert-rule.ts'
import { alertText } from './alert-text.ts'
import { type EvaluatedSeries, findSamples, type Sample } from './find-samples.ts'
import { type LabelSet, labelKey, withoutEmpty } from './label-set.ts'
import type { ActiveAlert, RuleState, StateChange } from './rule-state.ts'
import { valueText } from './value-text.ts'

const MS_PER_MINUTE = 60_000
/** How long a resolved alert is told again, and known (SigNoz v0.138.0, pkg/types/ruletypes/alerting.go). */
const RESOLVED_RETENTION_MS = 15 * MS_PER_MINUTE
/** What has not changed is told again after this. */
const RESEND_DELAY_MS = MS_PER_MINUTE
/** An alert that is not told again is over after so many delays. */
const VALID_DELAYS = 4
/** Alerts of one rule; SigNoz has no limit, lens is a guest on someone's machine. */
export const ALERTS_MAX = 1_000
const NO_DATA_PREFIX = '[No data] '

/** One alert as Alertmanager gets it. */
export interface PostedAlert {
  ruleId: string
  /** Without empty ones. */
  labels: LabelSet
  annotations: LabelSet
  startsMs: number
  /** In the future while it fires. */
  endsMs: number
  /** The tier that silences this one while it fires. */
  silencedBy: string | null
}

export type Evaluation =
  | {
      kind: 'evaluated'
      state: RuleState
      posted: PostedAlert[]
      changes: StateChange[]
      /** Samples beyond the limit, which became no alerts. */
      leftOut: number
    }
  | { kind: 'failed'; reason: string }

/** `[start, end]` of the query: the window, earlier by the delay, in whole minutes. */
export function evaluationWindow(
  { windowMs }: AlertRule,
  atMs: number,
  delayMs: number,
): { startMs: number; endMs: number } {
  const endMs = atMs - delayMs
  const floor = (ms: number) => ms - (ms % MS_PER_MINUTE)
  return { startMs: floor(endMs - windowMs), endMs: floor(endMs) }
}

/** `series` of the selected query. */
export function evaluateRule(
  rule: AlertRule,
  state: RuleState,
  series: readonly EvaluatedSeries[],
  atMs: number,
  alertsMax: number = ALERTS_MAX,
): Evaluation {
  const lastDataMs = series.length > 0 ? atMs : state.lastDataMs
  const samples = isAbsent(rule, lastDataMs, atMs)
    ? [missing(lastDataMs)]
    : findSamples(
        rule,
        series,
        new Set(Object.values(state.alerts).map(alert => labelKey(alert.seriesLabels))),
      )
  const met = samples.map(sample => activeAlert(rule, sample, atMs))
  const found = limited(met, state.alerts, alertsMax)
  if (found.size < Math.min(met.length, alertsMax))
    return { kind: 'failed', reason: 'two series have the same labels after those of the rule' }
  const { alerts, changes } = nextAlerts(rule, state.alerts, found, atMs)
  const posted: PostedAlert[] = []
  for (const [key, alert] of Object.entries(alerts)) {
    if (!needsSending(alert, atMs)) continue
    alerts[key] = { ...alert, lastSentMs: atMs }
    posted.push(posting(rule, alert, atMs))
  }
  const next = { lastDataMs, lastEvaluatedMs: atMs, problem: null, alerts }
  return { kind: 'evaluated', state: next, posted, changes, leftOut: met.length - found.size }
}

/** Those that fire already go first, so that a limit does not make alerts come and go. */
function limited(
  met: readonly (readonly [key: string, alert: ActiveAlert])[],
  before: RuleState['alerts'],
  alertsMax: number,
): ReadonlyMap<string, ActiveAlert> {
  if (met.length <= alertsMax) return new Map(met)
  const isKnown = ([key]: readonly [string, ActiveAlert]) => key in before
  return new Map([...met.filter(isKnown), ...met.filter(one => !isKnown(one))].slice(0, alertsMax))
}

/** A rule that never saw data has waited long enough. */
function isAbsent({ absentForMs }: AlertRule, lastDataMs: number | null, atMs: number): boolean {
  return absentForMs !== null && (lastDataMs === null || atMs >= lastDataMs + absentForMs)
}

function missing(lastDataMs: number | null): Sample {
  const lastSeen = lastDataMs === null ? {} : { lastSeen: goDateTime(lastDataMs) }
  return { labels: lastSeen, tier: null, value: 0, isRecovering: false }
}

function activeAlert(rule: AlertRule, sample: Sample, atMs: number): [key: string, alert: ActiveAlert] {
  const { tier } = sample
  const values = {
    labels: sample.labels,
    value: valueText(sample.value, rule.unit),
    threshold: valueText(tier?.target ?? 0, tier?.unit ?? '', rule.unit),
  }
  const expanded = (texts: LabelSet) =>
    Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, alertText(text, values)]))
  const labels = {
    ...sample.labels,
    ...expanded(rule.labels),
    alertname: tier === null ? NO_DATA_PREFIX + rule.id : rule.id,
    ruleId: rule.id,
    ruleSource: rule.link,
    ...(tier === null ? { nodata: 'true' } : {}),
  }
  const alert: ActiveAlert = {
    labels,
    seriesLabels: sample.labels,
    annotations: expanded(rule.annotations),
    tier: tier?.name ?? null,
    value: sample.value,
    threshold: tier?.target ?? null,
    // Nothing waits: an alert fires in the evaluation that finds it.
    state: sample.isRecovering ? 'recovering' : 'firing',
    firedAtMs: atMs,
    resolvedAtMs: null,
    lastSentMs: null,
  }
  return [labelKey(labels), alert]
}

function nextAlerts(
  rule: AlertRule,
  before: RuleState['alerts'],
  found: ReadonlyMap<string, ActiveAlert>,
  atMs: number,
): { alerts: Record<string, ActiveAlert>; changes: StateChange[] } {
  const alerts: Record<string, ActiveAlert> = {}
  const changes: StateChange[] = []
  for (const [key, known] of Object.entries(before)) {
    const kept = found.has(key) ? known : ended(known, atMs)
    if (kept !== null) alerts[key] = kept
  }
  for (const [key, alert] of found) {
    const known = before[key]
    const isNew = known === undefined || known.state === 'inactive'
    const { firedAtMs, lastSentMs } = isNew ? alert : known
    alerts[key] = { ...alert, firedAtMs, lastSentMs }
  }
  for (const [key, alert] of Object.entries(alerts)) {
    if (before[key]?.state !== alert.state) changes.push(changeOf(rule.id, alert, atMs))
  }
  return { alerts, changes }
}

/** Null when it is forgotten. */
function ended(alert: ActiveAlert, atMs: number): ActiveAlert | null {
  if (alert.resolvedAtMs === null) return { ...alert, state: 'inactive', resolvedAtMs: atMs }
  return atMs - alert.resolvedAtMs > RESOLVED_RETENTION_MS ? null : alert
}

function changeOf(ruleId: string, alert: ActiveAlert, atMs: number): StateChange {
  const state = alert.state === 'firing' && alert.tier === null ? 'nodata' : alert.state
  return { ruleId, atMs, state, labels: alert.seriesLabels, value: alert.value }
}

function needsSending({ resolvedAtMs, lastSentMs }: ActiveAlert, atMs: number): boolean {
  if (lastSentMs === null) return true
  return (resolvedAtMs !== null && resolvedAtMs > lastSentMs) || lastSentMs + RESEND_DELAY_MS < atMs
}

function posting(rule: AlertRule, alert: ActiveAlert, atMs: number): PostedAlert {
  const place = rule.tiers.findIndex(tier => tier.name === alert.tier)
  return {
    ruleId: rule.id,
    labels: withoutEmpty(alert.labels),
    annotations: alert.annotations,
    startsMs: alert.firedAtMs,
    endsMs: alert.resolvedAtMs ?? atMs + VALID_DELAYS * Math.max(RESEND_DELAY_MS, rule.frequencyMs),
    silencedBy: rule.tiers[place - 1]?.name ?? null,
  }
}

/** `2006-01-02 15:04:05` in UTC, where our containers are. */
function goDateTime(ms: number): string {
  return new Date(ms).toISOString().slice(0, 19).replace('T', ' ')
}
