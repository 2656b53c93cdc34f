// A panel: the question it answers, the query that fits its kind, the units of what it draws.
import { at } from '../fault.ts'
import { groupsOf, type PlacedQuery, queriesOfPanel } from '../placed-query.ts'
import { dimensionOfResult } from '../result-dimension.ts'
import type { Link, Panel } from '../shapes/dashboard.ts'
import type { PanelKind } from '../shapes/panel.ts'
import { dimensionOf, isConvertible } from '../units.ts'
import { checkField } from './event-query.ts'
import { checkLinks, type LinkScope } from './link.ts'
import { checkQueries, type Report } from './query.ts'
import { checkTableColumns } from './table-columns.ts'
import { checkUnit } from './unit.ts'

/** The UI asks for what the kind of panel wants, whatever the query says. */
const REQUEST_KINDS: Readonly<Record<PanelKind, 'time_series' | 'scalar' | 'raw'>> = {
  'signoz/TimeSeriesPanel': 'time_series',
  'signoz/BarChartPanel': 'time_series',
  'signoz/HistogramPanel': 'time_series',
  'signoz/NumberPanel': 'scalar',
  'signoz/PieChartPanel': 'scalar',
  'signoz/TablePanel': 'scalar',
  'signoz/ListPanel': 'raw',
}
/** A click on these does not open links (signoz-contract.md 5.1). */
const WITHOUT_LINKS: readonly PanelKind[] = ['signoz/ListPanel', 'signoz/HistogramPanel']
/** One number needs one query. */
const OF_ONE_QUERY: readonly PanelKind[] = ['signoz/NumberPanel']

export function checkPanel(
  panel: Panel,
  path: string,
  scope: Omit<LinkScope, 'groups'>,
  report: Report,
): void {
  const { display, plugin, queries } = panel.spec
  const kind = plugin.kind
  if (!display.description?.trim().endsWith('?')) {
    report(
      at(path, 'spec', 'display', 'description'),
      'expected the question that the panel answers, with a ? at its end',
    )
  }
  const expected = REQUEST_KINDS[kind]
  queries.forEach((query, index) => {
    if (query.kind === expected) return
    report(
      at(path, 'spec', 'queries', index, 'kind'),
      `expected ${expected} for a ${kind}, found ${query.kind}`,
    )
  })
  const placed = queriesOfPanel(panel, path)
  checkQueries(placed, { by: 'panel', isScalar: expected === 'scalar', variables: scope.variables }, report)
  checkPlugin(panel, placed, path, report)
  checkUnits(panel, placed, path, report)
  const groups = placed.flatMap(query => groupsOf(query, placed) ?? sqlColumns(query))
  checkPanelLinks(panel.spec.links ?? [], kind, at(path, 'spec', 'links'), { ...scope, groups }, report)
}

function checkPlugin(panel: Panel, placed: readonly PlacedQuery[], path: string, report: Report): void {
  const { plugin, queries } = panel.spec
  const query = queries[0]!.spec.plugin
  const place = at(path, 'spec', 'queries', 0, 'spec', 'plugin', 'kind')
  if (query.kind === 'signoz/Formula' || query.kind === 'signoz/TraceOperator') {
    report(place, `the UI drops a ${query.kind} that stands alone; expected it in a signoz/CompositeQuery`)
  }
  const shown = placed.filter(({ spec }) => spec.disabled !== true)
  if (OF_ONE_QUERY.includes(plugin.kind) && shown.length > 1) {
    report(
      place,
      `shows ${shown.map(({ spec }) => spec.name).join(' and ')}; expected one query that is not disabled`,
    )
  }
  if (plugin.kind === 'signoz/ListPanel') checkList(panel, path, report)
}

function checkList({ spec }: Panel, path: string, report: Report): void {
  const { plugin } = spec
  const query = spec.queries[0]!.spec.plugin
  const place = at(path, 'spec', 'queries', 0, 'spec', 'plugin')
  if (plugin.kind !== 'signoz/ListPanel') return
  if (query.kind !== 'signoz/BuilderQuery' || query.spec.signal === 'metrics') {
    report(place, 'a list needs one builder query over logs or traces')
    return
  }
  const { signal } = query.spec
  plugin.spec.selectFields.forEach((field, index) => {
    const here = at(path, 'spec', 'plugin', 'spec', 'selectFields', index)
    checkField(field, signal, here, report)
    if (field.signal !== undefined && field.signal !== signal) {
      report(here, `is a field of ${field.signal}, while the query reads ${signal}`)
    }
  })
}

function checkUnits({ spec }: Panel, placed: readonly PlacedQuery[], path: string, report: Report): void {
  const { plugin } = spec
  const here = at(path, 'spec', 'plugin', 'spec')
  if (plugin.kind === 'signoz/ListPanel' || plugin.kind === 'signoz/HistogramPanel') return
  if (plugin.kind === 'signoz/TablePanel') {
    checkTableColumns(plugin.spec, placed, here, report)
    return
  }
  const unit = plugin.spec.formatting?.unit
  const place = at(here, 'formatting', 'unit')
  if (unit !== undefined && dimensionOf(unit) === undefined) {
    report(place, `${unit} is no unit of src/units.ts`)
    return
  }
  for (const query of placed.filter(({ spec: { disabled } }) => disabled !== true)) {
    checkUnit(dimensionOfResult(query, placed), unit, query.spec.name, place, report)
  }
  if (plugin.kind === 'signoz/PieChartPanel') return
  plugin.spec.thresholds?.forEach((threshold, index) => {
    if (threshold.unit === undefined || isConvertible(threshold.unit, unit ?? '')) return
    const fault = `${threshold.unit} cannot be compared with ${unit ?? 'a panel without unit'}`
    report(at(here, 'thresholds', index, 'unit'), fault)
  })
}

function sqlColumns(query: PlacedQuery): string[] {
  if (query.type !== 'clickhouse_sql') return []
  return [...query.spec.query.matchAll(/\bAS\s+`?([\w.]+)`?/gi)].map(([, column]) => column!)
}

function checkPanelLinks(
  links: readonly Link[],
  kind: PanelKind,
  path: string,
  scope: LinkScope,
  report: Report,
): void {
  if (links.length > 0 && WITHOUT_LINKS.includes(kind)) report(path, `a click on a ${kind} opens no link`)
  checkLinks(links, path, scope, report)
}
