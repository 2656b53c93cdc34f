// Everything that can be seen wrong in dashboards, rules, numbers and runbooks without a SigNoz.
import { checkDashboard } from './checks/dashboard.ts'
import type { Report } from './checks/query.ts'
import { checkRule } from './checks/rule.ts'
import { checkRunbook } from './checks/runbook.ts'
import { at, type Fault } from './fault.ts'
import { RUNBOOKS_FOLDER, THRESHOLDS_FILE } from './load.ts'
import type { Monitoring } from './monitoring.ts'

/** For what `loadMonitoring` has read; files that it left out are not looked at again. */
export function checkMonitoring(monitoring: Monitoring): Fault[] {
  const faults: Fault[] = []
  const reporter =
    (file: string): Report =>
    (path, message) => {
      faults.push({ file, path, message })
    }
  const dashboards = new Set(monitoring.dashboards.map(({ name }) => name))
  for (const dashboard of monitoring.dashboards)
    checkDashboard(dashboard, dashboards, reporter(dashboard.file))
  for (const rule of monitoring.rules) {
    const reportNumber: Report = (path, message) => {
      faults.push({ file: THRESHOLDS_FILE, path: path === '' ? rule.id : `${rule.id}.${path}`, message })
    }
    const threshold = monitoring.thresholds[rule.id]
    checkRule(rule, { threshold, dashboards, reportNumber }, reporter(rule.file))
  }
  for (const runbook of monitoring.runbooks) checkRunbook(runbook, reporter(runbook.file))
  return [...faults, ...pairFaults(monitoring), ...titleFaults(monitoring)]
}

/** Rules, thresholds and runbooks come in threes. A rule without a number is told at the rule. */
function pairFaults({ rules, thresholds, runbooks }: Monitoring): Fault[] {
  const ids = new Set(rules.map(({ id }) => id))
  const written = new Set(runbooks.map(({ id }) => id))
  return [
    ...rules
      .filter(({ id }) => !written.has(id))
      .map(({ id, file }) => ({ file, path: '', message: `there is no ${RUNBOOKS_FOLDER}/${id}.md` })),
    ...Object.keys(thresholds)
      .filter(id => !ids.has(id))
      .map(id => ({ file: THRESHOLDS_FILE, path: at('', id), message: 'there is no such rule' })),
    ...runbooks
      .filter(({ id }) => !ids.has(id))
      .map(({ file }) => ({ file, path: '', message: 'there is no such rule' })),
  ]
}

/** SigNoz lists dashboards by their title. */
function titleFaults({ dashboards }: Monitoring): Fault[] {
  return dashboards.flatMap(({ file, document }, index) => {
    const title = document.spec.display.name
    const before = dashboards.slice(0, index).find(other => other.document.spec.display.name === title)
    if (before === undefined) return []
    return [{ file, path: 'spec.display.name', message: `${title} is the title of ${before.file} already` }]
  })
}
