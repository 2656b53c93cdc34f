// Runs alerting by the clock: evaluates rules when they are due, hands over notifications, keeps the state on disk.
import {
  type AlertLimits,
  type AlertsState,
  evaluate,
  evaluationFailed,
  flush,
  resume,
} from './alert-engine.ts'
import type { AlertRule } from './alert-rule.ts'
import type { AskQuery } from './ask-query.ts'
import type { Notification } from './dispatch-state.ts'
import { evaluationWindow } from './evaluate-rule.ts'
import type { NotifyTiming } from './notify-timing.ts'
import { NEW_RULE_STATE } from './rule-state.ts'
import { nextEvaluation } from './schedule.ts'
import { loadAlertsState, saveAlertsState } from './state-file.ts'

const TICK_MS = 1_000

export interface AlertRunnerOptions {
  rules: readonly AlertRule[]
  ask: AskQuery
  /** Must keep the notification before it resolves: it is not made again. */
  deliver(notification: Notification): Promise<void>
  statePath: string
  timing: NotifyTiming
  /** How much older than now the end of a window is, so that its data have arrived. */
  evaluationDelayMs: number
  limits?: AlertLimits
  now(): number
  /** Constant text and fields, for the log. */
  report(event: string, fields: Readonly<Record<string, unknown>>): void
}

export interface AlertRunnerCounters {
  evaluations: number
  failedEvaluations: number
  /** Because of the limit of alerts of one rule. */
  alertsLeftOut: number
  notifications: number
  undelivered: number
  /** 1 when the file of the state could not be used at the start. */
  corruptedStates: number
  failedSaves: number
}

export class AlertRunner {
  readonly counters: AlertRunnerCounters = {
    evaluations: 0,
    failedEvaluations: 0,
    alertsLeftOut: 0,
    notifications: 0,
    undelivered: 0,
    corruptedStates: 0,
    failedSaves: 0,
  }
  readonly #options: AlertRunnerOptions
  #rules: readonly AlertRule[]
  readonly #dueMs = new Map<string, number>()
  #state: AlertsState
  #timer: NodeJS.Timeout | null = null
  #ticking: Promise<void> | null = null

  constructor(options: AlertRunnerOptions) {
    this.#options = options
    this.#rules = options.rules.filter(rule => !rule.isDisabled)
    const nowMs = options.now()
    this.#state = this.#load(nowMs)
    this.#setDue(nowMs)
  }

  get state(): AlertsState {
    return this.#state
  }

  start(): void {
    this.#timer ??= setInterval(() => void this.tick(), TICK_MS)
  }

  /** Alerts of rules that are no longer there are forgotten without a mail; those of the others go on under their new numbers. */
  async replaceRules(rules: readonly AlertRule[]): Promise<void> {
    await this.#ticking
    this.#rules = rules.filter(rule => !rule.isDisabled)
    const nowMs = this.#options.now()
    const kept = resume(this.#state, this.#state.atMs, new Set(this.#rules.map(({ id }) => id)))
    this.#state = withFirstData(kept, this.#rules, nowMs)
    this.#setDue(nowMs)
    this.#save()
  }

  /** One look at the clock; a second one while the first still runs waits for it and does nothing. */
  tick(): Promise<void> {
    this.#ticking ??= this.#tickOnce().finally(() => {
      this.#ticking = null
    })
    return this.#ticking
  }

  async stop(): Promise<void> {
    if (this.#timer !== null) clearInterval(this.#timer)
    this.#timer = null
    await this.#ticking
    this.#save()
  }

  #setDue(nowMs: number): void {
    const before = new Map(this.#dueMs)
    this.#dueMs.clear()
    for (const rule of this.#rules) {
      const next = nextEvaluation(rule, nowMs)
      this.#dueMs.set(rule.id, Math.min(before.get(rule.id) ?? next, next))
    }
  }

  async #tickOnce(): Promise<void> {
    let isChanged = false
    for (const rule of this.#rules) {
      const nowMs = this.#options.now()
      if (this.#dueMs.get(rule.id)! > nowMs) continue
      // Of those that were missed, in the sleep of a notebook for instance, only the last one is made up for.
      await this.#evaluate(rule, nextEvaluation(rule, nowMs) - rule.frequencyMs)
      this.#dueMs.set(rule.id, nextEvaluation(rule, this.#options.now()))
      isChanged = true
    }
    const { state, notifications } = flush(this.#state, this.#options.now(), this.#options.timing)
    this.#state = state
    for (const notification of notifications) await this.#deliver(notification)
    if (isChanged || notifications.length > 0) this.#save()
  }

  async #evaluate(rule: AlertRule, atMs: number): Promise<void> {
    const { ask, evaluationDelayMs, limits, timing } = this.#options
    const asked = await ask(rule, evaluationWindow(rule, atMs, evaluationDelayMs))
    this.counters.evaluations++
    if (asked.kind === 'failed') {
      this.#state = evaluationFailed(this.#state, rule.id, asked.reason, atMs)
    } else {
      const { state, leftOut } = evaluate(this.#state, rule, asked.series, atMs, timing, limits)
      this.#state = state
      this.counters.alertsLeftOut += leftOut
    }
    const problem = this.#state.rules[rule.id]?.problem ?? null
    if (problem === null) return
    this.counters.failedEvaluations++
    this.#options.report('evaluation failed', { rule: rule.id, reason: problem })
  }

  async #deliver(notification: Notification): Promise<void> {
    this.counters.notifications++
    await this.#options.deliver(notification).catch(error => {
      this.counters.undelivered++
      this.#options.report('notification lost', {
        rule: notification.ruleId,
        reason: (error as Error).message,
      })
    })
  }

  #load(nowMs: number): AlertsState {
    const loaded = loadAlertsState(this.#options.statePath, nowMs)
    if (loaded.kind === 'corrupted') {
      this.counters.corruptedStates++
      this.#options.report('state of alerts starts anew', { reason: loaded.reason, kept_as: loaded.keptAs })
    }
    return withFirstData(
      resume(loaded.state, nowMs, new Set(this.#rules.map(rule => rule.id))),
      this.#rules,
      nowMs,
    )
  }

  #save(): void {
    try {
      saveAlertsState(this.#options.statePath, this.#state)
    } catch (error) {
      this.counters.failedSaves++
      this.#options.report('state of alerts not saved', { reason: (error as Error).message })
    }
  }
}

/**
 * SigNoz calls data absent at its first look at a rule that never had any; `ops provision` therefore waits for the first data. Lens
 * begins before its data every time, so it counts from its start.
 */
function withFirstData(state: AlertsState, rules: readonly AlertRule[], nowMs: number): AlertsState {
  const started = rules
    .filter(rule => (state.rules[rule.id]?.lastDataMs ?? null) === null)
    .map(rule => [rule.id, { ...(state.rules[rule.id] ?? NEW_RULE_STATE), lastDataMs: nowMs }] as const)
  return { ...state, rules: { ...state.rules, ...Object.fromEntries(started) } }
}
