// What is remembered of one rule between two evaluations; plain data, so that it can be written to a file.
import type { LabelSet } from './label-set.ts'

/** `recovering`: past the target no more, but not beyond the recovery target yet; mails call it firing. */
export type AlertState = 'inactive' | 'recovering' | 'firing'

export interface ActiveAlert {
  labels: LabelSet
  /** Of the series, with `severity` and `threshold.name`. */
  seriesLabels: LabelSet
  annotations: LabelSet
  /** Null when data is absent. */
  tier: string | null
  value: number
  threshold: number | null
  state: AlertState
  firedAtMs: number
  resolvedAtMs: number | null
  lastSentMs: number | null
}

export interface RuleState {
  /** Time of the evaluation that saw data last. */
  lastDataMs: number | null
  lastEvaluatedMs: number | null
  /** Null after a good evaluation, else why there was none or a part of one. */
  problem: string | null
  /** By the labels; resolved ones stay for a while. */
  alerts: Readonly<Record<string, ActiveAlert>>
}

/** One alert that changed its state. */
export interface StateChange {
  ruleId: string
  atMs: number
  state: 'inactive' | 'recovering' | 'firing' | 'nodata'
  labels: LabelSet
  value: number
}

export type RuleStatus = 'inactive' | 'recovering' | 'firing' | 'nodata'

export const NEW_RULE_STATE: RuleState = {
  lastDataMs: null,
  lastEvaluatedMs: null,
  problem: null,
  alerts: {},
}

/** SigNoz says `firing` for absent data too; pages tell the two apart. */
export function statusOf({ alerts }: RuleState): RuleStatus {
  const active = Object.values(alerts).filter(alert => alert.state !== 'inactive')
  if (active.some(alert => alert.tier === null)) return 'nodata'
  if (active.some(alert => alert.state === 'firing')) return 'firing'
  return active.length > 0 ? 'recovering' : 'inactive'
}
