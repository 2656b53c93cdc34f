// A tier is not mailed while the next higher one of the same rule fires for the same group (signoz-contract.md, fact 13).
import type { PostedAlert } from './evaluate-rule.ts'
import type { LabelSet } from './label-set.ts'

/** Alerts that fire, by rule and tier. */
export type FiringTiers = ReadonlyMap<string, readonly PostedAlert[]>

export function firingTiers(known: Readonly<Record<string, PostedAlert>>, nowMs: number): FiringTiers {
  const firing = Object.values(known).filter(alert => alert.endsMs > nowMs)
  return Map.groupBy(firing, alert => keyOf(alert.ruleId, alert.labels['threshold.name'] ?? ''))
}

/**
 * Only the next higher tier counts, but it does so even while it is silenced itself: so of three tiers that fire one is mailed. With an
 * empty `groupBy` one critical series silences the warnings of all others.
 */
export function isSilenced(alert: PostedAlert, firing: FiringTiers, groupLabels: LabelSet): boolean {
  if (alert.silencedBy === null) return false
  const above = firing.get(keyOf(alert.ruleId, alert.silencedBy)) ?? []
  return above.some(({ labels }) =>
    Object.entries(groupLabels).every(([name, value]) => labels[name] === value),
  )
}

function keyOf(ruleId: string, tier: string): string {
  return JSON.stringify([ruleId, tier])
}
