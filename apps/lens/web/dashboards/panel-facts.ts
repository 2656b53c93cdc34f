// What the drawing of a panel needs from its file, in one form for all kinds.
import type { Panel, QueryEnvelope } from '@deye-hard/monitoring'

export interface PanelQueryFacts {
  name: string
  legend: string | undefined
  expressions: readonly string[]
}

type Plugin = Panel['spec']['plugin']
export type PanelOf<K extends Plugin['kind']> = Extract<Plugin, { kind: K }>['spec']

export function queryFacts(panel: Panel): PanelQueryFacts[] {
  return envelopes(panel)
    .filter(({ spec }) => spec.disabled !== true)
    .map(({ spec }) => ({ name: spec.name, legend: spec.legend, expressions: expressionsOf(spec) }))
}

export function legendsOf(panel: Panel): Record<string, string | undefined> {
  return Object.fromEntries(queryFacts(panel).map(({ name, legend }) => [name, legend]))
}

/** Of a list: logs or traces. */
export function signalOf(panel: Panel): string {
  const [first] = envelopes(panel)
  return first !== undefined && 'signal' in first.spec ? first.spec.signal : ''
}

function envelopes(panel: Panel): { spec: QueryEnvelope['spec'] }[] {
  const plugin = panel.spec.queries[0]?.spec.plugin
  if (plugin === undefined) return []
  return plugin.kind === 'signoz/CompositeQuery' ? plugin.spec.queries : [{ spec: plugin.spec }]
}

/** Empty for statements, whose columns name themselves. */
function expressionsOf(spec: QueryEnvelope['spec']): string[] {
  if ('expression' in spec) return [spec.expression]
  if (!('aggregations' in spec) || spec.aggregations === undefined) return []
  return spec.aggregations.map(one =>
    'expression' in one ? one.expression : `${one.spaceAggregation}(${one.metricName})`,
  )
}
