// Texts of a rule's mail: complete, and with templates that SigNoz fills in (signoz-contract.md 6.2).
import { at } from '../fault.ts'
import type { RuleFile } from '../monitoring.ts'
import { groupsOf, type PlacedQuery } from '../placed-query.ts'
import type { Report } from './query.ts'
import type { RuleScope } from './rule.ts'

const NUMBERS = ['{{$value}}', '{{$threshold}}'] as const
const ACTION = /\{\{[^{}]*\}\}/g
const LABEL = /^\{\{\s*\.Labels\.([\w.]+?)\s*\}\}$/
const INDEXED = /^\{\{\s*index \$labels "([\w.]+)"\s*\}\}$/
const DOLLAR = /\$([A-Za-z0-9_][\w.]*)/g
/** Labels that SigNoz adds to each alert. */
const ADDED = ['severity', 'threshold.name']

export function checkAnnotations(
  { document }: RuleFile,
  queries: readonly PlacedQuery[],
  { dashboards, threshold }: RuleScope,
  report: Report,
): void {
  const selected = queries.find(({ spec }) => spec.name === document.selectedQueryName)
  const isLabel = labelTest(selected, queries)
  for (const [name, text] of Object.entries(document.annotations)) {
    const path = at('annotations', name)
    if (text.trim() === '') report(path, 'is empty')
    checkTemplates(text, isLabel, message => report(path, message))
  }
  const { summary, dashboard } = document.annotations
  // A value without a unit may be a flag, whose number says nothing.
  for (const number of threshold === undefined || threshold.unit === '' ? [] : NUMBERS) {
    if (!summary.includes(number))
      report('annotations.summary', `expected ${number} in it: the mail says what was measured against what`)
  }
  if (!dashboards.has(dashboard)) report('annotations.dashboard', `there is no dashboards/${dashboard}.json`)
}

function checkTemplates(
  text: string,
  isLabel: (label: string) => boolean,
  fault: (message: string) => void,
): void {
  for (const [action] of text.matchAll(ACTION)) {
    if (NUMBERS.some(number => number === action)) continue
    const label = (LABEL.exec(action) ?? INDEXED.exec(action))?.[1]
    if (label === undefined)
      fault(
        `${action} stays empty or breaks; expected {{$value}}, {{$threshold}} or {{.Labels.name}}, exactly so`,
      )
    else if (!isLabel(label)) fault(`${action}: the query gives no label ${label}`)
  }
  const outside = text.replaceAll(ACTION, '')
  if (/\{\{|\}\}/.test(outside)) fault('has braces that do not match, which SigNoz answers with 400')
  for (const [dollar, name] of outside.matchAll(DOLLAR)) {
    if (!isLabel(name!.replace(/\.$/, '')))
      fault(`${dollar} vanishes from the mail; expected a label of the query, or no $`)
  }
}

function labelTest(
  selected: PlacedQuery | undefined,
  queries: readonly PlacedQuery[],
): (label: string) => boolean {
  const groups = selected === undefined ? [] : groupsOf(selected, queries)
  if (groups !== undefined) return label => ADDED.includes(label) || groups.includes(label)
  const sql = selected?.type === 'clickhouse_sql' ? selected.spec.query : ''
  return label =>
    ADDED.includes(label) || new RegExp(`AS \`?${label.replaceAll('.', '\\.')}\\b`, 'i').test(sql)
}
