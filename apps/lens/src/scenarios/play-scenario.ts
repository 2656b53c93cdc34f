// Plays a scenario on a clock of its own: evaluations when the rule is due, mails when the groups are, and nothing waits.
import {
  evaluatedFromSeconds,
  type ScenarioFile,
  scenarioSeconds,
  TIERS,
  type Tier,
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

export interface SentMail {
  /** From the start of the scenario. */
  atSeconds: number
  state: 'firing' | 'resolved' | 'nodata'
  /** The highest that fires. */
  tier: Tier | null
  summary: string
}

export interface PlayedScenario {
  mails: readonly SentMail[]
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
  const played = { mails: [] as SentMail[], evaluations: 0, withData: 0, problem: null as string | null }
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

function mailOf({ atMs, status, alerts }: Notification, startMs: number): SentMail {
  const firing = alerts.filter(alert => alert.status === 'firing')
  const severities = new Set(firing.map(({ labels }) => labels['severity']))
  const isWithoutData = firing.some(({ labels }) => labels['nodata'] === 'true')
  return {
    atSeconds: (atMs - startMs) / SECOND_MS,
    state: isWithoutData ? 'nodata' : status,
    tier: TIERS.find(tier => severities.has(tier)) ?? null,
    summary: (firing[0] ?? alerts[0])?.annotations['summary'] ?? '',
  }
}
