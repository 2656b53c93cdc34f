// The whole of alerting as one value: rules, groups and history. Each step takes it and the time and gives the next; nothing here has a clock.
import type { AlertRule } from './alert-rule.ts'
import { flushGroups, receiveAlerts } from './dispatch.ts'
import { type DispatchState, NEW_DISPATCH_STATE, type Notification } from './dispatch-state.ts'
import { ALERTS_MAX, evaluateRule } from './evaluate-rule.ts'
import type { EvaluatedSeries } from './find-samples.ts'
import type { NotifyTiming } from './notify-timing.ts'
import { NEW_RULE_STATE, type RuleState, type StateChange } from './rule-state.ts'

/** Changes of state that are kept, of all rules together. */
export const HISTORY_MAX = 1_000

export interface AlertsState {
  /** Of this shape; a file of another is not read. */
  version: 1
  atMs: number
  rules: Readonly<Record<string, RuleState>>
  dispatch: DispatchState
  /** Oldest first. */
  history: readonly StateChange[]
}

export function newAlertsState(atMs: number): AlertsState {
  return { version: 1, atMs, rules: {}, dispatch: NEW_DISPATCH_STATE, history: [] }
}

export interface AlertLimits {
  historyMax: number
  alertsMax: number
}

export const ALERT_LIMITS: AlertLimits = { historyMax: HISTORY_MAX, alertsMax: ALERTS_MAX }

/** `series` of the rule's selected query over `evaluationWindow`; `leftOut` counts alerts beyond the limit. */
export function evaluate(
  state: AlertsState,
  rule: AlertRule,
  series: readonly EvaluatedSeries[],
  atMs: number,
  timing: NotifyTiming,
  { historyMax, alertsMax }: AlertLimits = ALERT_LIMITS,
): { state: AlertsState; leftOut: number } {
  const before = state.rules[rule.id] ?? NEW_RULE_STATE
  const evaluation = evaluateRule(rule, before, series, atMs, alertsMax)
  if (evaluation.kind === 'failed')
    return { state: evaluationFailed(state, rule.id, evaluation.reason, atMs), leftOut: 0 }
  const { leftOut, posted, changes } = evaluation
  const problem = leftOut === 0 ? null : `${leftOut} alerts beyond ${alertsMax} are left out`
  const next: AlertsState = {
    ...state,
    atMs,
    rules: { ...state.rules, [rule.id]: { ...evaluation.state, problem } },
    dispatch: receiveAlerts(state.dispatch, rule, posted, atMs, timing),
    history: [...state.history, ...changes].slice(-historyMax),
  }
  return { state: next, leftOut }
}

/** The query failed: alerts stay as they are, and are over when that lasts longer than SigNoz believes them. */
export function evaluationFailed(
  state: AlertsState,
  ruleId: string,
  problem: string,
  atMs: number,
): AlertsState {
  const before = state.rules[ruleId] ?? NEW_RULE_STATE
  return {
    ...state,
    atMs,
    rules: { ...state.rules, [ruleId]: { ...before, lastEvaluatedMs: atMs, problem } },
  }
}

/** To be called every second or so. */
export function flush(
  state: AlertsState,
  atMs: number,
  timing: NotifyTiming,
): { state: AlertsState; notifications: Notification[] } {
  const { state: dispatch, notifications } = flushGroups(state.dispatch, atMs, timing)
  return { state: { ...state, atMs, dispatch }, notifications }
}

/**
 * After a stop: it is as if no time had passed. The time without lens is no time without data, an alert is not over because nobody told
 * it again, and no mail is repeated for it. SigNoz forgets at a restart; here, where starting and stopping is daily, that would be
 * false mails. Rules that are gone are forgotten.
 */
export function resume(state: AlertsState, nowMs: number, ruleIds: ReadonlySet<string>): AlertsState {
  const pauseMs = Math.max(0, nowMs - state.atMs)
  return {
    ...state,
    atMs: nowMs,
    rules: mapped(
      only(state.rules, (_, id) => ruleIds.has(id)),
      rule => (rule.lastDataMs === null ? rule : { ...rule, lastDataMs: rule.lastDataMs + pauseMs }),
    ),
    dispatch: laterDispatch(state.dispatch, state.atMs, pauseMs, ruleIds),
  }
}

function laterDispatch(
  { groups, mailed, known }: DispatchState,
  stoppedMs: number,
  pauseMs: number,
  ruleIds: ReadonlySet<string>,
): DispatchState {
  const later = <T extends { endsMs: number }>(alert: T): T =>
    alert.endsMs > stoppedMs ? { ...alert, endsMs: alert.endsMs + pauseMs } : alert
  const isKept = ({ ruleId }: { ruleId: string }) => ruleIds.has(ruleId)
  return {
    known: mapped(only(known, isKept), later),
    groups: mapped(only(groups, isKept), group => ({
      ...group,
      alerts: mapped(group.alerts, later),
      nextFlushMs: group.nextFlushMs + pauseMs,
    })),
    mailed: mapped(mailed, entry => ({
      ...entry,
      atMs: entry.atMs + pauseMs,
      expiresMs: entry.expiresMs + pauseMs,
    })),
  }
}

function only<T>(entries: Readonly<Record<string, T>>, isKept: (entry: T, key: string) => boolean) {
  return Object.fromEntries(Object.entries(entries).filter(([key, entry]) => isKept(entry, key)))
}

function mapped<T>(entries: Readonly<Record<string, T>>, change: (entry: T) => T): Record<string, T> {
  return Object.fromEntries(Object.entries(entries).map(([key, entry]) => [key, change(entry)]))
}
