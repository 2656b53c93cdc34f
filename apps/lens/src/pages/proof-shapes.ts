// What the page of proof reads, and the parts of it that the page of a rule shows too.
import type { DrilledRule, LastDrill, PlayedMail } from '@deye-hard/monitoring'

export interface ScenarioShown {
  name: string
  /** From the root of the repository. */
  file: string
  about: string
  isNearMiss: boolean
  /** Null when it was never played. */
  mails: readonly PlayedMail[] | null
  /** How the mails differ from those that it expects; empty when it tells the truth. */
  wrong: readonly string[]
}

export type RuleDrill = DrilledRule & Pick<LastDrill, 'at' | 'signoz'> & { window: string | null }

export interface RuleProof {
  id: string
  hasRunbook: boolean
  /** Null while lens evaluates nothing. */
  state: string | null
  scenarios: readonly ScenarioShown[]
  /** Null when it never fired in the last drill. */
  drill: RuleDrill | null
}

export type PanelProof = 'data' | 'empty' | 'refused'

export interface MetricProof {
  name: string
  by: string
  way: 'OTLP' | 'scrape'
  isSeen: boolean
  /** Why it may be absent while all is well; empty when it should be there. */
  why: string
}

export interface ProofAnswer {
  atMs: number
  drill: Omit<LastDrill, 'rules'> | null
  panels: readonly {
    dashboard: string
    panel: string
    title: string
    question: string
    state: PanelProof
    reason: string
  }[]
  rules: readonly RuleProof[]
  metrics: readonly MetricProof[]
  ledger: readonly { name: string; value: number | null }[]
}
