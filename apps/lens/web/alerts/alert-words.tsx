// How states, conditions and values of rules are said.
import type { AlertSummary, RuleStateShown } from '../../src/pages/alert-shapes.ts'
import { formatValue } from '../../src/pages/drawing/unit-format.ts'

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

export function RuleState({ state }: { state: RuleStateShown }) {
  return <span class={`badge ${TONES[state]}`}>{state}</span>
}

/** `warning > 5%, critical > 10%` */
export function conditionText({ op, tiers, thresholdUnit }: AlertSummary): string {
  return tiers
    .map(({ tier, value }) => `${tier} ${OPERATORS[op] ?? op} ${formatValue(value, thresholdUnit)}`)
    .join(', ')
}

/** Value against the threshold that it passed. */
export function valueText(
  { unit, thresholdUnit }: AlertSummary,
  value: number,
  threshold: number | null,
): string {
  const shown = formatValue(value, unit)
  return threshold === null ? 'no data' : `${shown} (limit ${formatValue(threshold, thresholdUnit)})`
}
