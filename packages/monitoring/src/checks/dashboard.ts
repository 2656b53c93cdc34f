// A dashboard: its name and tags, its variables, its panels and their places.
import { at } from '../fault.ts'
import type { DashboardFile } from '../monitoring.ts'
import { checkGrid } from './grid.ts'
import { checkLinks } from './link.ts'
import { checkPanel } from './panel.ts'
import type { Report } from './query.ts'
import { checkVariables, variableNames } from './variables.ts'

/** provision finds by it what it made itself. */
const OWN_TAG = { key: 'managed-by', value: 'git' }
const RESERVED_TAGS = ['name', 'description', 'created_at', 'updated_at', 'created_by', 'locked', 'source']

export function checkDashboard(
  { name, document }: DashboardFile,
  dashboards: ReadonlySet<string>,
  report: Report,
): void {
  if (document.name !== name)
    report('name', `expected ${name}, as the file is called, found ${document.name}`)
  if ((document.spec.display.description ?? '').trim() === '') {
    report('spec.display.description', 'is missing: who looks at this dashboard, and when')
  }
  checkTags(document.tags, report)
  const scope = { variables: variableNames(document), dashboards }
  checkVariables(document, report)
  checkLinks(document.spec.links ?? [], 'spec.links', { ...scope, groups: [] }, report)
  for (const [key, panel] of Object.entries(document.spec.panels)) {
    checkPanel(panel, at('spec.panels', key), scope, report)
  }
  checkTitles(document.spec.panels, report)
  checkGrid(document, report)
}

function checkTags(tags: DashboardFile['document']['tags'], report: Report): void {
  const own = tags.some(({ key, value }) => key === OWN_TAG.key && value === OWN_TAG.value)
  if (!own)
    report('tags', `expected ${OWN_TAG.key}=${OWN_TAG.value} among them; provision finds the dashboard by it`)
  tags.forEach(({ key }, index) => {
    const path = at('tags', index, 'key')
    if (RESERVED_TAGS.includes(key)) report(path, `${key} is reserved by SigNoz`)
    if (tags.findIndex(tag => tag.key === key) !== index) report(path, `${key} stands there twice`)
  })
}

/** A number and its course may share a title; two numbers may not. */
function checkTitles(panels: DashboardFile['document']['spec']['panels'], report: Report): void {
  const titles = new Map<string, string>()
  for (const [key, { spec }] of Object.entries(panels)) {
    const title = `${spec.plugin.kind} ${spec.display.name}`
    const before = titles.get(title)
    const path = at('spec.panels', key, 'spec', 'display', 'name')
    if (before !== undefined) report(path, `${spec.display.name} is the title of ${before} already`)
    titles.set(title, key)
  }
}
