// A formula: its inputs exist, split alike and step alike.
import { at } from '../fault.ts'
import { groupsOf, type PlacedQuery, stepSeconds } from '../placed-query.ts'
import { placeholders } from './legend.ts'
import type { Report } from './query.ts'

type Formula = Extract<PlacedQuery, { type: 'builder_formula' }>

export function checkFormula({ spec, path }: Formula, all: readonly PlacedQuery[], report: Report): void {
  const names = [...new Set(spec.expression.match(/\b[A-Z][A-Z0-9]*\b/g))]
  const place = at(path, 'expression')
  if (names.length === 0) report(place, `names no query: ${spec.expression}`)
  const inputs = names.flatMap(name => {
    const input = all.find(query => query.spec.name === name && query.spec.name !== spec.name)
    if (input === undefined) report(place, `there is no query ${name}`)
    return input === undefined ? [] : [input]
  })
  const groups = inputs.map(input => [...(groupsOf(input, all) ?? [])].sort().join(', '))
  if (new Set(groups).size > 1) {
    report(
      place,
      `its inputs split by different labels (${groups.map(group => group || 'none').join(' / ')}), so they never meet`,
    )
  }
  const steps = inputs.map(input =>
    input.type === 'builder_query' ? stepSeconds(input.spec.stepInterval) : undefined,
  )
  if (new Set(steps).size > 1) report(place, `its inputs have different steps (${steps.join(' / ')})`)
  checkLegend({ spec, path }, inputs, all, report)
}

function checkLegend(
  { spec, path }: Pick<Formula, 'spec' | 'path'>,
  inputs: readonly PlacedQuery[],
  all: readonly PlacedQuery[],
  report: Report,
): void {
  const labels = inputs.flatMap(input => groupsOf(input, all) ?? [])
  for (const label of placeholders(spec.legend)) {
    if (!labels.includes(label))
      report(at(path, 'legend'), `{{${label}}} stays empty; its inputs do not split by it`)
  }
}
