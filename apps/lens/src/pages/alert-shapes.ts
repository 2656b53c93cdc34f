// What the pages of alerts and mails read.
import type { OutboxView } from '../mails/outbox.ts'
import type { ChangeView, MailContent, MailSummary } from '../server/parts.ts'
import type { RuleDrill, ScenarioShown } from './proof-shapes.ts'

export type RuleStateShown = 'not evaluated' | 'inactive' | 'recovering' | 'firing' | 'no data'

export interface ActiveAlertShown {
  labels: Readonly<Record<string, string>>
  /** Null when data is absent. */
  tier: string | null
  value: number
  threshold: number | null
  state: 'inactive' | 'recovering' | 'firing'
  firedAtMs: number
  resolvedAtMs: number | null
  summary: string
}

export interface AlertSummary {
  id: string
  description: string
  isDisabled: boolean
  state: RuleStateShown
  /** Of values. */
  unit: string
  thresholdUnit: string
  op: string
  tiers: readonly { tier: string; value: number }[]
  /** As in thresholds.json: 5m0s */
  window: string
  lastEvaluatedMs: number | null
  problem: string | null
  /** Newest first. */
  alerts: readonly ActiveAlertShown[]
}

export interface AlertsAnswer {
  /** False while lens evaluates nothing. */
  isEvaluating: boolean
  rules: readonly AlertSummary[]
}

export interface OneAlert extends AlertSummary {
  annotations: Readonly<Record<string, string>>
  /** Newest first. */
  history: readonly ChangeView[]
  file: { path: string; text: string }
  /** Its entry of thresholds.json. */
  numbers: string | null
  runbookHtml: string | null
  scenarios: readonly ScenarioShown[]
  drill: RuleDrill | null
  mails: readonly MailSummary[]
}

export interface MailsAnswer {
  /** False when lens catches no mails. */
  isCatching: boolean
  mails: readonly MailSummary[]
  /** Null when lens sends none. */
  outbox: OutboxView | null
}
export type MailAnswer = Omit<MailContent, 'html'> & { hasHtml: boolean }
