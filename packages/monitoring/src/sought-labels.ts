// What the filters of queries look for, by metric: whoever makes telemetry for all panels needs values that are found.
import { readFilter } from './filter.ts'
import type { PlacedQuery } from './placed-query.ts'

/** One label and the value that a filter names for it. */
export type SoughtLabel = Readonly<Record<string, string>>

/** Every metric of builder queries and of SQL; patterns become a value that fits them. */
export function soughtLabels(queries: readonly PlacedQuery[]): Map<string, SoughtLabel[]> {
  const sought = new Map<string, SoughtLabel[]>()
  const add = (name: string, labels: readonly SoughtLabel[]) =>
    sought.set(name, [...(sought.get(name) ?? []), ...labels])
  for (const { type, spec } of queries) {
    if (type === 'clickhouse_sql')
      for (const [, name] of spec.query.matchAll(/metric_name (?:=|IN \() ?'([\w.]+)'/g)) add(name!, [])
    if (type !== 'builder_query' || spec.signal !== 'metrics') continue
    const read = readFilter(spec.filter?.expression ?? '')
    const comparisons = read.outcome === 'read' ? read.comparisons : []
    const labels = comparisons.flatMap(({ key, values }) =>
      values.filter(value => !value.startsWith('$')).map(value => ({ [key]: fitting(value) })),
    )
    for (const { metricName } of spec.aggregations) add(metricName, labels)
  }
  return sought
}

/** Of LIKE and REGEXP as our files write them. */
function fitting(value: string): string {
  return value.replace('%', '03').replace('^5', '502')
}
