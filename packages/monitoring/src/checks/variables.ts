// Variables of a dashboard: each is named well, can be filled, and is used.
import {
  METRICS,
  type MetricDeclaration,
  RESOURCE_ATTRIBUTES,
  SCRAPED_METRICS,
} from '@deye-hard/telemetry-schema'
import { at } from '../fault.ts'
import { storedField } from '../fields.ts'
import { readFilter } from '../filter.ts'
import { OUTSIDE_METRICS } from '../outside-metrics.ts'
import { queriesOfPanel } from '../placed-query.ts'
import type { DashboardDocument, Variable } from '../shapes/dashboard.ts'
import type { Report } from './query.ts'

type ListSpec = Extract<Variable, { kind: 'ListVariable' }>['spec']

export function variableNames(document: DashboardDocument): ReadonlySet<string> {
  return new Set(document.spec.variables.map(({ spec }) => spec.name))
}

export function checkVariables(document: DashboardDocument, report: Report): void {
  const { variables } = document.spec
  const names = variables.map(({ spec }) => spec.name)
  variables.forEach((variable, index) => {
    const path = at('spec.variables', index, 'spec')
    const { name } = variable.spec
    if (name === 'name') {
      report(at(path, 'name'), 'a variable `name` destroys the column resource_string_service$$name in SQL')
    }
    if (names.indexOf(name) !== index) report(at(path, 'name'), `${name} is defined twice`)
    if (!isUsed(name, document, index)) report(path, `${name} is used by no query and no link`)
    if (variable.kind === 'ListVariable') checkList(variable.spec, path, report)
  })
  checkOperators(document, report)
}

/** Its name may be part of a longer one: `$site` of `$site.id`. */
function isUsed(name: string, document: DashboardDocument, index: number): boolean {
  const escaped = name.replaceAll('.', '\\.')
  const pattern = new RegExp(
    `(\\$${escaped}|\\{\\{\\s*\\.?${escaped}\\s*\\}\\}|\\[\\[\\s*${escaped}\\s*\\]\\])(?![\\w])`,
  )
  const { panels, links, variables } = document.spec
  return pattern.test(JSON.stringify([panels, links, variables.filter((_, other) => other !== index)]))
}

function checkList(spec: ListSpec, path: string, report: Report): void {
  const { plugin, defaultValue } = spec
  if (spec.allowAllValue === true && spec.allowMultiple !== true) {
    report(at(path, 'allowMultiple'), 'expected true, because allowAllValue needs it')
  }
  const place = at(path, 'plugin', 'spec')
  if (plugin.kind === 'signoz/DynamicVariable') {
    const { name, signal } = plugin.spec
    if (!isAttribute(name, signal)) report(at(place, 'name'), `nothing in ${signal} carries ${name}`)
  }
  if (plugin.kind !== 'signoz/CustomVariable') return
  const values = plugin.spec.customValue.split(',').map(value => value.trim())
  for (const value of [defaultValue ?? []].flat()) {
    if (!values.includes(value))
      report(at(path, 'defaultValue'), `${value} is not among ${values.join(', ')}`)
  }
}

function isAttribute(name: string, signal: 'traces' | 'logs' | 'metrics' | 'all'): boolean {
  const inEvents = (one: 'traces' | 'logs') => storedField(one, name) !== undefined
  if (signal === 'traces' || signal === 'logs') return inEvents(signal)
  return isMetricLabel(name) || (signal === 'all' && (inEvents('traces') || inEvents('logs')))
}

function isMetricLabel(name: string): boolean {
  const ours = Object.values<MetricDeclaration>({ ...METRICS, ...SCRAPED_METRICS })
  return (
    name in RESOURCE_ATTRIBUTES ||
    ours.some(({ labels }) => name in labels) ||
    [...OUTSIDE_METRICS.values()].some(({ labels }) => labels.includes(name))
  )
}

/** "all" takes a condition away only where it is written with IN. */
function checkOperators(document: DashboardDocument, report: Report): void {
  const several = new Set(
    document.spec.variables
      .filter(({ kind, spec }) => kind === 'ListVariable' && 'allowMultiple' in spec && spec.allowMultiple)
      .map(({ spec }) => `$${spec.name}`),
  )
  for (const [key, panel] of Object.entries(document.spec.panels)) {
    for (const query of queriesOfPanel(panel, at('spec.panels', key))) {
      const read = 'filter' in query.spec ? readFilter(query.spec.filter?.expression ?? '') : undefined
      if (read?.outcome !== 'read') continue
      for (const { operator, values } of read.comparisons) {
        if (operator.endsWith('IN') || !several.has(values[0] ?? '')) continue
        report(
          at(query.path, 'filter', 'expression'),
          `${values[0]} may hold several values; expected IN, found ${operator}`,
        )
      }
    }
  }
}
