// The parts of lens that its pages show, as the server needs them; what is absent is shown as absent.
import type { Monitoring, Row } from '@deye-hard/monitoring'
import type { OutboxView } from '../mails/outbox.ts'
import type { FleetRows } from '../postgres/fleet-rows.ts'
import type { Proven } from '../scenarios/read-proven.ts'

export interface LensParts {
  monitoring: Monitoring
  engine: { query(sql: string): Promise<readonly Row[]> }
  /** Milliseconds. */
  now(): number
  alerts?: AlertsPart
  /** Rows of the fleet; absent where lens knows no database. */
  rows?: FleetRows
  mails?: MailsPart
  /** Mails that are due and were not taken yet. */
  outbox?(): OutboxView
  /** What is kept of scenarios and of the last drill. */
  proven?: Proven
  /** Facts for the health page, by the name of the part: counters, limits that were hit, the last error. */
  health?: () => Readonly<Record<string, unknown>>
}

/** What the alert engine remembers; `AlertsState` fits. */
export interface AlertsPart {
  state(): AlertsView
}
export interface AlertsView {
  rules: Readonly<Record<string, RuleView>>
  /** Oldest first. */
  history: readonly ChangeView[]
}
export interface RuleView {
  lastDataMs: number | null
  lastEvaluatedMs: number | null
  problem: string | null
  alerts: Readonly<Record<string, AlertView>>
}
export interface AlertView {
  seriesLabels: Readonly<Record<string, string>>
  annotations: Readonly<Record<string, string>>
  /** Null when data is absent. */
  tier: string | null
  value: number
  threshold: number | null
  state: 'inactive' | 'recovering' | 'firing'
  firedAtMs: number
  resolvedAtMs: number | null
}
export interface ChangeView {
  ruleId: string
  atMs: number
  state: 'inactive' | 'recovering' | 'firing' | 'nodata'
  labels: Readonly<Record<string, string>>
  value: number
}

/** `Mailbox` fits. */
export interface MailsPart {
  /** Newest first. */
  list(): readonly MailSummary[]
  read(id: string): Promise<MailContent | null>
}
export interface MailSummary {
  id: string
  receivedMs: number
  bytes: number
  from: string
  to: string
  subject: string
  rule: string | null
  status: string | null
}
export interface MailContent extends MailSummary {
  html: string | null
  text: string | null
}
