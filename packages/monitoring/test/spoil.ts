// Changes one place of a sound document, named as faults name it: `compositeQuery.queries[0].spec.stepInterval`.
import { checkMonitoring, type Monitoring } from '../src/index.ts'
import { RULE_ID, soundMonitoring } from './sound-files.ts'

/** Takes a field away. */
export const GONE = Symbol('gone')

export type Change = readonly [path: string, value: unknown]

/** What is checked wrong after the changes, each as `file path: sentence`. A path begins with dashboard, rule, threshold or runbook. */
export function faultsAfter(...changes: readonly Change[]): string[] {
  const monitoring = soundMonitoring()
  for (const change of changes) apply(monitoring, change)
  return checkMonitoring(monitoring).map(({ file, path, message }) => `${file} ${path}: ${message}`)
}

function apply(monitoring: Monitoring, [path, value]: Change): void {
  const steps = path.split(/[.[\]]+/).filter(step => step !== '')
  const roots: Record<string, unknown> = {
    dashboard: monitoring.dashboards[0]!.document,
    rule: monitoring.rules[0]!.document,
    threshold: monitoring.thresholds[RULE_ID]!,
    runbook: monitoring.runbooks[0]!,
    monitoring,
  }
  const root = roots[steps.shift()!]
  const last = steps.pop()!
  const holder = steps.reduce<unknown>(
    (held, step) => (held as Record<string, unknown>)[step],
    root,
  ) as Record<string, unknown>
  if (value === GONE) delete holder[last]
  else holder[last] = value
}
