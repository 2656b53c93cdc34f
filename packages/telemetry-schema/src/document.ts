// Writes docs/telemetry.md out of the lists, so that the page cannot say anything else than the code.
import type { LabelDomain } from './domain-of-label.ts'
import {
  ATTRIBUTES,
  EVENT_FIELDS,
  LINE_FIELDS,
  LOG_EVENTS,
  type LogEventDeclaration,
  METRICS,
  type MetricDeclaration,
  RESOURCE_ATTRIBUTES,
  SCRAPED_METRICS,
  SPANS,
  type SpanDeclaration,
} from './index.ts'

/** Longer lists of values are cut in the table; the source has them all. */
const VALUES_SHOWN = 12

const INTRODUCTION = `# Telemetry

What the services emit: every metric, span, attribute and log event. Made from \`packages/telemetry-schema\` by \`npm run docs\`; a test holds the two together.
What is not on this page does not compile, and a test holds what the running services send against it, in both directions.

- **Metrics** go by OTLP gRPC to \`OTEL_EXPORTER_OTLP_ENDPOINT\`, cumulative, every 30 s. **Scraped metrics** stand on \`/metrics\` and say nothing that the others say.
- **Labels** are closed lists, ids of registered loggers, inverters and sites, or have a bound. What exceeds the bound of a metric is counted in one series \`otel.metric.overflow\`.
- **Never** in any signal: e-mail addresses, passwords, tokens, SSID, MAC, bodies. Addresses of peers only on connection spans and in lines where they are needed.`

/** The whole page. */
export function telemetryDocument(): string {
  return `${[
    INTRODUCTION,
    section('Metrics (OTLP)', metricTable(METRICS)),
    section('Scraped metrics (/metrics)', metricTable(SCRAPED_METRICS)),
    section('Spans', spanTable(SPANS)),
    section('Attributes of spans', definitionTable('Attribute', ATTRIBUTES)),
    section('Attributes of the resource', definitionTable('Attribute', RESOURCE_ATTRIBUTES)),
    section('Log events', `${LOG_INTRODUCTION}\n\n${eventTable(LOG_EVENTS)}`),
    section('Fields of log lines', definitionTable('Field', { ...LINE_FIELDS, ...EVENT_FIELDS })),
  ].join('\n\n')}\n`
}

const LOG_INTRODUCTION =
  'One JSON object a line, to stdout and to OTLP alike. Messages are constant text; what varies is in the fields.'

function section(title: string, body: string): string {
  return `## ${title}\n\n${body}`
}

function metricTable(metrics: Record<string, MetricDeclaration>): string {
  const rows = Object.entries(metrics).map(([name, metric]) => [
    `\`${name}\``,
    `${metric.kind}, ${metric.unit}`,
    Object.entries(metric.labels).map(label).join('<br>'),
    metric.by.join(', '),
    metric.about,
    metric.notInTour ?? '',
  ])
  return table(['Metric', 'Kind, unit', 'Labels', 'From', 'What it says', 'Not in the tour, because'], rows)
}

function label([name, domain]: [string, LabelDomain]): string {
  return `\`${name}\`${domain.optional ? ' (or absent)' : ''}: ${values(domain)}`
}

function values(domain: LabelDomain): string {
  if (domain.kind === 'registered') return `id of a registered ${domain.entity}`
  if (domain.kind === 'bounded') return `at most ${domain.max}: ${domain.because}`
  const shown = domain.values.slice(0, VALUES_SHOWN).map(value => `\`${value}\``)
  const more = domain.values.length - shown.length
  return shown.join(' ') + (more > 0 ? ` and ${more} more` : '')
}

function spanTable(spans: Record<string, SpanDeclaration>): string {
  const rows = Object.entries(spans).map(([key, span]) => [
    `\`${key}\``,
    span.kind,
    span.by.join(', '),
    span.about,
    span.attributes.map(name => `\`${name}\``).join(' '),
    span.sampling + (span.links === undefined ? '' : `; links to ${span.links}`),
    span.notInTour ?? '',
  ])
  return table(
    ['Span', 'Kind', 'From', 'What it covers', 'Attributes', 'Recorded, linked', 'Not in the tour, because'],
    rows,
  )
}

function eventTable(events: Record<string, LogEventDeclaration>): string {
  const rows = Object.entries(events).map(([message, event]) => [
    message,
    event.level,
    event.by.join(', '),
    event.fields.map(name => `\`${name}\``).join(' '),
    event.notInTour ?? '',
  ])
  return table(['Message', 'Level', 'From', 'Fields', 'Not in the tour, because'], rows)
}

function definitionTable(title: string, entries: Record<string, { type: string; about: string }>): string {
  const rows = Object.entries(entries).map(([name, entry]) => [`\`${name}\``, entry.type, entry.about])
  return table([title, 'Type', 'Meaning'], rows)
}

/** A bar inside a cell would end it. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map(cell => cell.replaceAll('|', '\\|')).join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
}
