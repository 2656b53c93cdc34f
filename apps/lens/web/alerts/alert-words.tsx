// How states, conditions and values of rules are said.
import type { AlertSummary, RuleStateShown } from '../../src/pages/alert-shapes.ts'
import { formatValue } from '../../src/pages/drawing/unit-format.ts'
import { labelText } from '../shell/words.ts'

const TONES: Readonly<Record<RuleStateShown, string>> = {
  'not evaluated': 'idle',
  inactive: 'good',
  recovering: 'warn',
  firing: 'bad',
  'no data': 'bad',
}
const OPERATORS: Readonly<Record<string, string>> = {
  above: '>',
  below: '<',
  above_or_equal: '≥',
  below_or_equal: '≤',
  equal: '=',
  not_equal: '≠',
  outside_bounds: 'beyond ±',
}

/** A rule that only informs is no alarm while it fires. */
const TIER_TONES: Readonly<Record<string, string>> = { critical: 'bad', warning: 'warn', info: 'idle' }
/** Labels that every alert has; its tier is said already. */
const OF_TIER = ['threshold.name', 'severity']
const number = new Intl.NumberFormat('en', { maximumFractionDigits: 2 })

export function RuleState({ rule }: { rule: AlertSummary }) {
  const tier = worstTier(rule)
  const tone = rule.state === 'firing' && tier !== null ? TIER_TONES[tier] : undefined
  return <span class={`badge ${tone ?? TONES[rule.state]}`}>{rule.state}</span>
}

/** Null when none of its alerts fires. */
export function worstTier({ alerts }: AlertSummary): string | null {
  const firing = new Set(alerts.filter(({ state }) => state === 'firing').map(({ tier }) => tier))
  return ['critical', 'warning', 'info'].find(tier => firing.has(tier)) ?? null
}

export function alertLabels(labels: Readonly<Record<string, string>>): string {
  return labelText(Object.fromEntries(Object.entries(labels).filter(([name]) => !OF_TIER.includes(name))))
}

/** A count is written in full: 1,892 is not 1.89 K when the limit is near. */
export function amount(value: number, unit: string): string {
  return unit === '' ? number.format(value) : formatValue(value, unit)
}

/** `warning > 5%, critical > 10%` */
export function conditionText({ op, tiers, thresholdUnit }: AlertSummary): string {
  return tiers
    .map(({ tier, value }) => `${tier} ${OPERATORS[op] ?? op} ${amount(value, thresholdUnit)}`)
    .join(', ')
}

/** Value against the threshold that it passed. */
export function valueText(
  { unit, thresholdUnit }: AlertSummary,
  value: number,
  threshold: number | null,
): string {
  const shown = amount(value, unit)
  return threshold === null ? 'no data' : `${shown} (limit ${amount(threshold, thresholdUnit)})`
}
