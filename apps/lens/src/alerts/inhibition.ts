// A tier is not mailed while the next higher one of the same rule fires for the same group (signoz-contract.md, fact 13).
import type { PostedAlert } from './evaluate-rule.ts'
import type { LabelSet } from './label-set.ts'

/**
 * Only the next higher tier counts, but it does so even while it is silenced itself: so of three tiers that fire one is mailed. With an
 * empty `groupBy` one critical series silences the warnings of all others.
 */
export function isSilenced(
  alert: PostedAlert,
  known: Readonly<Record<string, PostedAlert>>,
  groupLabels: LabelSet,
  nowMs: number,
): boolean {
  if (alert.silencedBy === null) return false
  return Object.values(known).some(
    other =>
      other.ruleId === alert.ruleId &&
      other.labels['threshold.name'] === alert.silencedBy &&
      other.endsMs > nowMs &&
      Object.entries(groupLabels).every(([name, value]) => other.labels[name] === value),
  )
}
