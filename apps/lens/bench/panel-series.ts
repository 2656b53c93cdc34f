// Which series a day of telemetry has: of every metric that a panel asks for, with the label values that its filters look for.
import {
  type Monitoring,
  queriesOfPanel,
  type SoughtLabel,
  soughtLabels,
  storedMetric,
} from '@deye-hard/monitoring'

/** Of a label, so that no metric has thousands of series; loggers are 120. */
const VALUES_MAX = 3
const LOGGERS = 120
const LOGGER = 'logger.serial'
const PARTS = /\.(bucket|count|sum|min|max)$/
/** Of the resource, not of a point. */
const OF_RESOURCE = /^(service|deployment|host|telemetry|process|os|otel|server|url)\./

export interface DaySeries {
  /** Of the metric as a service sends it, without the part of a histogram. */
  name: string
  kind: 'counter' | 'gauge' | 'histogram'
  service: string
  labels: Readonly<Record<string, string>>
}

/** At most `count`, each metric in turn, so that none is without. */
export function seriesOfPanels({ dashboards }: Monitoring, count: number): DaySeries[] {
  const queries = dashboards.flatMap(({ document }) =>
    Object.values(document.spec.panels).flatMap(panel => queriesOfPanel(panel, '')),
  )
  const metrics = new Map<string, DaySeries[]>()
  for (const [stored, sought] of soughtLabels(queries)) {
    const series = seriesOf(stored, sought)
    if (series[0] !== undefined) metrics.set(series[0].name, series)
  }
  const chosen: DaySeries[] = []
  const most = Math.max(...[...metrics.values()].map(series => series.length))
  for (let turn = 0; turn < most; turn += 1)
    for (const series of metrics.values()) {
      const one = series[turn]
      if (one !== undefined && chosen.length < count) chosen.push(one)
    }
  return chosen
}

function seriesOf(name: string, sought: readonly SoughtLabel[]): DaySeries[] {
  const stored = storedMetric(name)
  if (stored === undefined) return []
  const whole = name.replace(PARTS, '')
  const isHistogram = whole !== name && storedMetric(`${whole}.bucket`) !== undefined
  const kind = isHistogram ? 'histogram' : stored.kind === 'counter' ? 'counter' : 'gauge'
  const valuesOf = (label: string, known: readonly string[] | undefined) => {
    const asked = sought.flatMap(one => one[label] ?? [])
    const some = known === undefined || known.length === 0 ? ['1', '2', '3'] : known
    return [...new Set([...asked, ...some])].slice(0, Math.max(VALUES_MAX, asked.length))
  }
  const services = valuesOf('service.name', stored.labels.get('service.name') ?? ['solar-collector'])
  let combined: Record<string, string>[] = [{}]
  for (const [label, known] of stored.labels) {
    if (OF_RESOURCE.test(label) || label === LOGGER) continue
    combined = combined.flatMap(one => valuesOf(label, known).map(value => ({ ...one, [label]: value })))
  }
  if (stored.labels.has(LOGGER))
    combined = Array.from({ length: LOGGERS }, (_, index) => ({
      ...combined[index % combined.length],
      [LOGGER]: String(2_700_000_000 + index),
    }))
  return combined.map((labels, index) => ({
    name: isHistogram ? whole : name,
    kind,
    service: services[index % services.length]!,
    labels,
  }))
}
