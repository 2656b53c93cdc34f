// The body of POST and PUT /api/v2/rules: a rule file, its numbers, and what is the same in all rules (signoz-contract.md 6).
import type { RuleFile } from './monitoring.ts'
import { TIERS, type Tier } from './shapes/rule.ts'
import type { Threshold, Thresholds } from './shapes/thresholds.ts'

/** How often a mail is repeated while a rule fires, where thresholds.json does not say. */
const RENOTIFY_DEFAULT = '30m0s'

export interface PayloadContext {
  /** Name of the channel, which SigNoz must know already. */
  channel: string
  /** Where runbooks can be read; `<AlertId>.md` is appended. */
  runbookBaseUrl: string
  /** As the reader of a mail reaches it. */
  signozUrl: string
  /** Ids that SigNoz gave to our dashboards, by name; a missing one makes a link to the list. */
  dashboardIds: ReadonlyMap<string, string>
  /** Shorter windows for tests. */
  override?: (rule: RuleFile, threshold: Threshold) => Override
}

/** `requiredNumPoints`: points that the shorter window must have, in place of the rule's own number. */
export interface Override extends Partial<Threshold> {
  requiredNumPoints?: number
}

/** Throws when the rule has no threshold, which `checkMonitoring` reports. */
export function rulePayload(rule: RuleFile, thresholds: Thresholds, context: PayloadContext): object {
  const declared = thresholds[rule.id]
  if (declared === undefined) throw new Error(`alerts/thresholds.json has no ${rule.id}`)
  const { requiredNumPoints = rule.document.requiredNumPoints, ...changed } =
    context.override?.(rule, declared) ?? {}
  const threshold = { ...declared, ...changed }
  const { document } = rule
  return {
    alert: document.alert,
    alertType: document.alertType,
    ruleType: 'threshold_rule',
    version: 'v5',
    schemaVersion: 'v2alpha1',
    source: `git:${rule.file}`,
    description: document.description,
    disabled: document.disabled ?? false,
    condition: condition(document, { ...threshold, requiredNumPoints }, context.channel),
    evaluation: {
      kind: 'rolling',
      spec: { evalWindow: threshold.window, frequency: threshold.frequency },
    },
    notificationSettings: {
      groupBy: document.groupBy,
      usePolicy: false,
      renotify: {
        enabled: true,
        interval: threshold.renotify ?? RENOTIFY_DEFAULT,
        alertStates: document.alertOnAbsent === true ? ['firing', 'nodata'] : ['firing'],
      },
    },
    labels: document.labels,
    annotations: annotations(rule, context),
  }
}

function condition(
  document: RuleFile['document'],
  threshold: Threshold & { requiredNumPoints: number | undefined },
  channel: string,
): object {
  return {
    compositeQuery: document.compositeQuery,
    selectedQueryName: document.selectedQueryName,
    ...(document.alertOnAbsent === true
      ? { alertOnAbsent: true, absentFor: threshold.absentForMinutes }
      : {}),
    ...(document.requireMinPoints === true
      ? { requireMinPoints: true, requiredNumPoints: threshold.requiredNumPoints }
      : {}),
    thresholds: {
      kind: 'basic',
      spec: TIERS.filter(tier => threshold.tiers[tier] !== undefined).map(tier => ({
        name: tier,
        target: threshold.tiers[tier],
        ...(threshold.unit === '' ? {} : { targetUnit: threshold.unit }),
        ...(threshold.recovery?.[tier] === undefined ? {} : { recoveryTarget: threshold.recovery[tier] }),
        ...comparison(document, tier),
        channels: [channel],
      })),
    },
  }
}

/** How a tier compares: as it says itself, else as the rule says. */
export function comparison(
  document: RuleFile['document'],
  tier: Tier,
): { op: RuleFile['document']['op']; matchType: RuleFile['document']['matchType'] } {
  const own = document.tiers?.[tier]
  return { op: own?.op ?? document.op, matchType: own?.matchType ?? document.matchType }
}

function annotations(rule: RuleFile, context: PayloadContext): Record<string, string> {
  const { dashboard, ...texts } = rule.document.annotations
  const id = context.dashboardIds.get(dashboard)
  return {
    ...texts,
    // The line "value against limit" of signoz/mail.html; the summary may word it otherwise.
    value: '{{$value}}',
    threshold: '{{$threshold}}',
    runbook_url: `${withoutSlash(context.runbookBaseUrl)}/${rule.id}.md`,
    dashboard_url: `${withoutSlash(context.signozUrl)}/dashboard${id === undefined ? '' : `/${id}`}`,
  }
}

function withoutSlash(url: string): string {
  return url.replace(/\/+$/, '')
}
