// What the repository says about monitoring: its dashboards, rules, numbers and runbooks, after reading.
import type { DashboardDocument } from './shapes/dashboard.ts'
import type { RuleDocument } from './shapes/rule.ts'
import type { Thresholds } from './shapes/thresholds.ts'

export interface DashboardFile {
  /** From the root of the repository. */
  file: string
  /** Name of the file without its ending; `document.name` must be the same. */
  name: string
  document: DashboardDocument
}

export interface RuleFile {
  file: string
  /** Name of the file without its ending; `document.alert` must be the same. */
  id: string
  document: RuleDocument
}

export interface RunbookFile {
  file: string
  id: string
  text: string
}

export interface Monitoring {
  dashboards: DashboardFile[]
  rules: RuleFile[]
  thresholds: Thresholds
  runbooks: RunbookFile[]
}
