// Tiers of a rule: complete, in an order that SigNoz understands, compared in a way that fits the numbers.
import { at } from '../fault.ts'
import type { RuleFile } from '../monitoring.ts'
import type { PlacedQuery } from '../placed-query.ts'
import { comparison } from '../rule-payload.ts'
import { type Op, TIERS, type Tier } from '../shapes/rule.ts'
import type { Threshold } from '../shapes/thresholds.ts'
import type { Dimension } from '../units.ts'
import type { Report } from './query.ts'

type Document = RuleFile['document']

/** Whether a worse value is a greater one. Of `equal` and `not_equal` there is no worse. */
const RISES: Readonly<Record<Op, boolean | undefined>> = {
  above: true,
  above_or_equal: true,
  outside_bounds: true,
  below: false,
  below_or_equal: false,
  equal: undefined,
  not_equal: undefined,
}

export function checkTiers(
  document: Document,
  threshold: Threshold,
  report: Report,
  reportNumber: Report,
): void {
  const present = TIERS.filter(tier => threshold.tiers[tier] !== undefined)
  if (present.length === 0) reportNumber('tiers', 'expected critical, warning or info')
  for (const tier of present) {
    const { op, matchType } = comparison(document, tier)
    if (op === undefined) report('op', `is missing for ${tier}`)
    if (matchType === undefined) report('matchType', `is missing for ${tier}`)
    checkRecovery(tier, op, threshold, reportNumber)
  }
  for (const tier of TIERS) {
    if (document.tiers?.[tier] !== undefined && threshold.tiers[tier] === undefined) {
      report(at('tiers', tier), `thresholds.json has no number for ${tier}`)
    }
    if (threshold.recovery?.[tier] !== undefined && threshold.tiers[tier] === undefined) {
      reportNumber(at('recovery', tier), `there is no tier ${tier}`)
    }
  }
  checkOrder(document, threshold, present, report, reportNumber)
}

/** SigNoz decides by the bare numbers which tier silences which; a wrong order sends no critical mail at all. */
function checkOrder(
  document: Document,
  threshold: Threshold,
  present: readonly Tier[],
  report: Report,
  reportNumber: Report,
): void {
  if (present.length < 2) return
  const rises = new Set(present.map(tier => RISES[comparison(document, tier).op ?? 'equal']))
  const [direction] = rises
  if (rises.size > 1 || direction === undefined) {
    report(
      'op',
      'several tiers need the same direction, above or below; SigNoz cannot tell the worse one otherwise',
    )
    return
  }
  present.slice(1).forEach((tier, index) => {
    const worse = present[index]!
    const [less, more] = [threshold.tiers[tier]!, threshold.tiers[worse]!]
    if (direction ? more > less : more < less) return
    const expected = direction ? 'above' : 'below'
    reportNumber(at('tiers', worse), `expected ${expected} the ${less} of ${tier}, found ${more}`)
  })
}

function checkRecovery(tier: Tier, op: Op | undefined, threshold: Threshold, reportNumber: Report): void {
  const target = threshold.tiers[tier]
  const recovery = threshold.recovery?.[tier]
  if (recovery === undefined || target === undefined || op === undefined) return
  const rises = RISES[op]
  if (rises === undefined || (rises ? recovery < target : recovery > target)) return
  const side = rises ? 'below' : 'above'
  reportNumber(
    at('recovery', tier),
    `expected ${side} ${target}, so that the rule calms down, found ${recovery}`,
  )
}

/** `in_total` adds up the steps of the window: right for what was counted, senseless for levels, shares and rates. */
export function checkMatchTypes(
  document: Document,
  threshold: Threshold,
  selected: PlacedQuery | undefined,
  dimension: Dimension | undefined,
  report: Report,
): void {
  const totals = TIERS.filter(tier => threshold.tiers[tier] !== undefined).some(
    tier => comparison(document, tier).matchType === 'in_total',
  )
  if (!totals || selected === undefined) return
  const isRate = dimension !== undefined && dimension.seconds < 0
  const isShare =
    dimension !== undefined && dimension.things === 0 && dimension.seconds === 0 && dimension.bytes === 0
  if (isRate || isShare || isLevel(selected)) {
    report(
      'matchType',
      'in_total adds up the steps; expected a count or an increase, found a level, a share or a rate',
    )
  }
}

function isLevel(query: PlacedQuery): boolean {
  if (query.type !== 'builder_query' || query.spec.signal !== 'metrics') return false
  const { timeAggregation } = query.spec.aggregations[0]!
  return timeAggregation !== 'increase'
}
