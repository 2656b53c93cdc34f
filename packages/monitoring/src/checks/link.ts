// Links of panels and dashboards: targets and variables exist, and are filled in.
import { DASHBOARD_REFERENCE } from '../dashboard-payload.ts'
import { at } from '../fault.ts'
import type { Link } from '../shapes/dashboard.ts'
import { placeholders } from './legend.ts'
import type { Report } from './query.ts'

export interface LinkScope {
  variables: ReadonlySet<string>
  /** Names of all our dashboards. */
  dashboards: ReadonlySet<string>
  /** Labels of the point that was clicked. */
  groups: readonly string[]
}

const TIMES = ['timestamp_start', 'timestamp_end']

export function checkLinks(links: readonly Link[], path: string, scope: LinkScope, report: Report): void {
  links.forEach((link, index) => {
    const url = at(path, index, 'url')
    if (link.renderVariables !== true) {
      report(
        at(path, index, 'renderVariables'),
        'expected true: variables stay as they are written otherwise',
      )
    }
    if (!/^(https?:\/\/|\/|\{\{)/.test(link.url)) {
      report(url, `expected http(s)://, / or a variable at its start, found ${link.url}`)
    }
    for (const [, name] of link.url.matchAll(DASHBOARD_REFERENCE)) {
      if (!scope.dashboards.has(name!)) report(url, `there is no dashboards/${name}.json`)
    }
    if (/\$dashboard/.test(link.url.replaceAll(DASHBOARD_REFERENCE, ''))) {
      report(url, 'expected /dashboard/$dashboard(name)')
    }
    for (const name of placeholders(link.url)) checkPlaceholder(name, url, scope, report)
  })
}

function checkPlaceholder(name: string, path: string, scope: LinkScope, report: Report): void {
  if (TIMES.includes(name) || scope.variables.has(name)) return
  if (name.startsWith('_') && scope.groups.includes(name.slice(1))) return
  const groups = scope.groups.map(label => `_${label}`)
  const expected = [...TIMES, ...groups, ...scope.variables].join(', ')
  report(path, `{{${name}}} is never filled in; expected one of ${expected}`)
}
