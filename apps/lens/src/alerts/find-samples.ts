// Which tiers are met by which series: the samples that become alerts (SigNoz v0.138.0, pkg/types/ruletypes/threshold.go).
import { type AlertRule, type TierCondition, targetOf } from './alert-rule.ts'
import { convertTarget } from './convert-target.ts'
import { judge } from './judge.ts'
import { type LabelSet, labelKey } from './label-set.ts'

/** The shape of packages/monitoring's `Series`. */
export interface EvaluatedSeries {
  labels: LabelSet
  /** Oldest first. */
  values: readonly (readonly [ms: number, value: number])[]
}

export interface Sample {
  /** Of the series, with `severity` and `threshold.name`. */
  labels: LabelSet
  /** Null when data is absent. */
  tier: TierCondition | null
  value: number
  isRecovering: boolean
}

/** `known` are the labels of alerts that fire or were resolved a short while ago. */
export function findSamples(
  rule: AlertRule,
  series: readonly EvaluatedSeries[],
  known: ReadonlySet<string>,
): Sample[] {
  return series
    .filter(({ values }) => values.length >= rule.requiredPoints)
    .flatMap(one => rule.tiers.flatMap(tier => sampleOf(one, tier, rule.unit, known) ?? []))
}

function sampleOf(
  series: EvaluatedSeries,
  tier: TierCondition,
  unit: string,
  known: ReadonlySet<string>,
): Sample | null {
  const values = series.values.map(([, value]) => value).filter(Number.isFinite)
  if (values.length === 0) return null
  const labels = {
    ...series.labels,
    'threshold.name': tier.name,
    severity: tier.name.toLowerCase(),
  }
  const { isMet, value } = judge(tier.op, tier.matchType, values, targetOf(tier, unit))
  if (isMet) return { labels, tier, value, isRecovering: false }
  if (tier.recoveryTarget === null || !known.has(labelKey(labels))) return null
  // An alert that was resolved less than 15 minutes ago is known as well: between both targets it fires again.
  const recovery = convertTarget(tier.recoveryTarget, tier.unit, unit)
  const held = judge(tier.op, tier.matchType, values, recovery)
  return held.isMet ? { labels, tier, value: held.value, isRecovering: true } : null
}
