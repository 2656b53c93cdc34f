// What is remembered between mails: alerts by group, what was mailed last of each, and who silences whom; plain data.
import type { PostedAlert } from './evaluate-rule.ts'
import type { LabelSet } from './label-set.ts'

export interface AlertGroup {
  ruleId: string
  labels: LabelSet
  /** By labels. */
  alerts: Readonly<Record<string, PostedAlert>>
  nextFlushMs: number
  hasFlushed: boolean
  repeatMs: number
  /** Null while there is something in it. */
  emptySinceMs: number | null
}

/** What the last mail of a group said. */
export interface MailedGroup {
  atMs: number
  firing: readonly string[]
  resolved: readonly string[]
  /** Then it is forgotten. */
  expiresMs: number
}

export interface DispatchState {
  /** By key of the group. */
  groups: Readonly<Record<string, AlertGroup>>
  mailed: Readonly<Record<string, MailedGroup>>
  /** The last word about each alert, for the silencing of lower tiers. */
  known: Readonly<Record<string, PostedAlert>>
}

export const NEW_DISPATCH_STATE: DispatchState = { groups: {}, mailed: {}, known: {} }

export interface NotifiedAlert {
  status: 'firing' | 'resolved'
  labels: LabelSet
  annotations: LabelSet
  startsMs: number
  /** Null while it fires. */
  endsMs: number | null
}

/** One mail to be written. */
export interface Notification {
  ruleId: string
  groupKey: string
  atMs: number
  status: 'firing' | 'resolved'
  groupLabels: LabelSet
  /** As Alertmanager orders them. */
  alerts: readonly NotifiedAlert[]
}
