// Holds a page in Prometheus' text format against the list of packages/telemetry-schema, both ways.
import { type MetricDeclaration, SCRAPED_METRICS, type ServiceName } from '@deye-hard/telemetry-schema'

const SAMPLE = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)$/
const LABEL = /([a-zA-Z_]\w*)="((?:[^"\\]|\\.)*)"/g
const HISTOGRAM_PART = /_(bucket|sum|count)$/
/** Labels that the format or prom-client adds by itself. */
const OF_THE_FORMAT = ['le']
const declared: Record<string, MetricDeclaration> = SCRAPED_METRICS

/** One sentence for each fault. `pushed` are names that OTLP carries, with underscores. */
export function scrapeFaults(page: string, service: ServiceName, pushed: ReadonlySet<string>): string[] {
  const types = new Map([...page.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(match => [match[1]!, match[2]!]))
  const samples = page.split('\n').flatMap(line => {
    const [, name, labels = '', value] = SAMPLE.exec(line) ?? []
    return name === undefined ? [] : [{ name: familyOf(name, types), labels, value: Number(value) }]
  })
  const came = new Set(samples.map(sample => sample.name))
  return [
    ...new Set([
      ...samples.flatMap(sample => sampleFaults(sample, service)),
      ...[...came].filter(name => pushed.has(name)).map(name => `${name} goes by OTLP too`),
      ...[...types].flatMap(([name, type]) => typeFaults(name, type)),
      ...missing(came, types, service),
    ]),
  ]
}

function familyOf(name: string, types: ReadonlyMap<string, string>): string {
  const family = name.replace(HISTOGRAM_PART, '')
  return types.get(family) === 'histogram' ? family : name
}

function sampleFaults(sample: { name: string; labels: string; value: number }, service: string): string[] {
  const declaration = declared[sample.name]
  if (declaration === undefined) return [`${service} shows ${sample.name}, which is not declared`]
  const faults = declaration.by.some(name => name === service)
    ? []
    : [`${sample.name} is not declared for ${service}`]
  if (Number.isNaN(sample.value)) faults.push(`${sample.name} is no number`)
  for (const [, label, value] of sample.labels.matchAll(LABEL)) {
    if (OF_THE_FORMAT.includes(label!)) continue
    const domain = declaration.labels[label!]
    if (domain === undefined) faults.push(`the label ${label} of ${sample.name} is not declared`)
    else if (domain.kind === 'closed' && !domain.values.map(String).includes(value!))
      faults.push(`the label ${label} of ${sample.name} has the value ${value}, which is not in its list`)
  }
  return faults
}

function typeFaults(name: string, type: string): string[] {
  const kind = declared[name]?.kind
  return kind === undefined || kind === type ? [] : [`${name} is a ${type}, declared as ${kind}`]
}

/** What has labels may have no sample, as TimescaleDB's on plain PostgreSQL; its name stands on the page all the same. */
function missing(came: ReadonlySet<string>, types: ReadonlyMap<string, string>, service: string): string[] {
  return Object.entries(declared)
    .filter(([, { by }]) => by.some(name => name === service))
    .filter(([name, { labels }]) => (Object.keys(labels).length === 0 ? !came.has(name) : !types.has(name)))
    .map(([name]) => `${name} is declared for ${service} and does not stand on its page`)
}
