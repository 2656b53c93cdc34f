// A rule that is a little easier to set off, to see that what does not set off the rule itself is near.
import type { AlertRule, TierCondition } from '../../src/alerts/alert-rule.ts'
import type { Asked } from '../../src/alerts/ask-query.ts'
import type { Played } from './played.ts'

const EASIER = 0.9
const MINUTE_MS = 60_000
const FULL_PERCENT = 100

/** With limits that are a tenth nearer, or with a minute less of its window and of its absence, the rule mails. */
export async function isNear({ rule, again }: Played): Promise<boolean> {
  const nearer = await again({ ...rule, tiers: rule.tiers.map(easierTier) }, asked => asked)
  const shorter = await again(shorterRule(rule), withoutFirstPoint)
  return nearer.mails.length > 0 || shorter.mails.length > 0
}

/** The window itself stays, since that is what was asked; its first point goes. */
function shorterRule(rule: AlertRule): AlertRule {
  return {
    ...rule,
    requiredPoints: Math.max(0, rule.requiredPoints - 1),
    absentForMs: rule.absentForMs === null ? null : rule.absentForMs - MINUTE_MS,
  }
}

function withoutFirstPoint(asked: Asked): Asked {
  if (asked.kind === 'failed') return asked
  const series = asked.series.map(one => ({ ...one, values: one.values.slice(1) }))
  return { kind: 'series', series: series.filter(({ values }) => values.length > 0) }
}

function easierTier(tier: TierCondition): TierCondition {
  const { op, target } = tier
  if (op === 'below') return { ...tier, target: FULL_PERCENT - EASIER * (FULL_PERCENT - target) }
  return op === 'above' ? { ...tier, target: target === 0 ? -1 : EASIER * target } : tier
}
