// Plays a scenario on a clock of its own: evaluations when the rule is due, mails when the groups are, and nothing waits.
import {
  evaluatedFromSeconds,
  momentText,
  type PlayedMail,
  type ScenarioFile,
  scenarioSeconds,
  TIERS,
} from '@deye-hard/monitoring'
import {
  type AlertsState,
  evaluate,
  evaluationFailed,
  flush,
  newAlertsState,
} from '../alerts/alert-engine.ts'
import type { AlertRule } from '../alerts/alert-rule.ts'
import type { AskQuery } from '../alerts/ask-query.ts'
import type { Notification } from '../alerts/dispatch-state.ts'
import { evaluationWindow } from '../alerts/evaluate-rule.ts'
import type { NotifyTiming } from '../alerts/notify-timing.ts'
import { NEW_RULE_STATE } from '../alerts/rule-state.ts'
import { nextEvaluation } from '../alerts/schedule.ts'

const SECOND_MS = 1_000
/** How often groups are looked at; their times are of whole seconds. */
const FLUSH_MS = 10 * SECOND_MS

export interface PlayedScenario {
  mails: readonly PlayedMail[]
  evaluations: number
  /** Evaluations in which the query gave a point; a near miss without any proves nothing. */
  withData: number
  /** Why an evaluation failed; the last one. */
  problem: string | null
}

export interface ScenarioClock {
  /** When the telemetry of the scenario starts; a whole hour. */
  startMs: number
  evaluationDelayMs: number
  timing: NotifyTiming
}

/** `ask` must see the telemetry of this scenario and of no other. */
export async function playScenario(
  rule: AlertRule,
  { document }: ScenarioFile,
  ask: AskQuery,
  { startMs, evaluationDelayMs, timing }: ScenarioClock,
): Promise<PlayedScenario> {
  const fromMs = startMs + evaluatedFromSeconds(document) * SECOND_MS
  const endMs = startMs + scenarioSeconds(document) * SECOND_MS
  // As lens itself starts: the time before is no time without data.
  const watched = { ...NEW_RULE_STATE, lastDataMs: fromMs }
  let state: AlertsState = { ...newAlertsState(fromMs), rules: { [rule.id]: watched } }
  let dueMs = nextEvaluation(rule, fromMs)
  const played = { mails: [] as PlayedMail[], evaluations: 0, withData: 0, problem: null as string | null }
  for (let nowMs = fromMs; nowMs <= endMs; nowMs += FLUSH_MS) {
    for (; dueMs <= nowMs; dueMs += rule.frequencyMs) {
      const asked = await ask(rule, evaluationWindow(rule, dueMs, evaluationDelayMs))
      played.evaluations++
      if (asked.kind === 'series' && asked.series.length > 0) played.withData++
      state =
        asked.kind === 'failed'
          ? evaluationFailed(state, rule.id, asked.reason, dueMs)
          : evaluate(state, rule, asked.series, dueMs, timing).state
      played.problem = state.rules[rule.id]?.problem ?? played.problem
    }
    const flushed = flush(state, nowMs, timing)
    state = flushed.state
    played.mails.push(...flushed.notifications.map(one => mailOf(one, startMs)))
  }
  return played
}

function mailOf({ atMs, status, alerts }: Notification, startMs: number): PlayedMail {
  const firing = alerts.filter(alert => alert.status === 'firing')
  const isWithoutData = firing.some(({ labels }) => labels['nodata'] === 'true')
  const told = firing.length > 0 ? firing : alerts
  const tier = TIERS.find(one => told.some(({ labels }) => labels['severity'] === one))
  const meant = told.filter(({ labels }) => labels['severity'] === tier)
  // Of several one that is the same each time: the order of rows is not defined.
  const [summary = ''] = meant.map(({ annotations }) => annotations['summary'] ?? '').sort()
  return {
    at: momentText((atMs - startMs) / SECOND_MS),
    state: isWithoutData ? 'nodata' : status,
    ...(firing.length === 0 || tier === undefined ? {} : { tier }),
    summary,
  }
}
