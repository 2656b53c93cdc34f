// What a service shows on /metrics: what the process is, and facts that nobody pushes by OTLP. Typed by the schema.
import {
  type LabelsFor,
  type MetricDeclaration,
  OWN_SCRAPED_METRICS,
  type OwnScrapedName,
  type ServiceName,
} from '@deye-hard/telemetry-schema'
import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client'

/** Names that a service fills itself. */
type ScrapedOf<K extends 'gauge' | 'counter'> = Exclude<
  {
    [N in OwnScrapedName]: (typeof OWN_SCRAPED_METRICS)[N]['kind'] extends K ? N : never
  }[OwnScrapedName],
  'solar_build_info'
>
type ScrapedLabels<N extends OwnScrapedName> = LabelsFor<(typeof OWN_SCRAPED_METRICS)[N]['labels']>
type ScrapedLabelArgument<N extends OwnScrapedName> = keyof ScrapedLabels<N> extends never
  ? []
  : [labels: ScrapedLabels<N>]

export interface ScrapedValue<N extends OwnScrapedName> {
  set(value: number, ...labels: ScrapedLabelArgument<N>): void
  /** Forgets every series: call it before setting those that are there now. */
  reset(): void
}

export interface ScrapeRegistry {
  gauge<N extends ScrapedOf<'gauge'>>(name: N): ScrapedValue<N>
  /** For counts that someone else keeps, such as the database: the value is set, not added to. */
  counter<N extends ScrapedOf<'counter'>>(name: N): ScrapedValue<N>
  /** Called before each answer, for facts that are read on demand; what it throws fails the scrape. */
  onScrape(refresh: () => Promise<void>): void
  /** Body of an answer to GET /metrics. */
  render(): Promise<{ contentType: string; body: string }>
}

export interface RunningBuild {
  service: ServiceName
  version: string
}

/** Holds the default metrics of prom-client (process, Node, event loop delay, GC) and `solar_build_info` from the start. */
export function createScrapeRegistry({ service, version }: RunningBuild): ScrapeRegistry {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const build = new Gauge({ ...described('solar_build_info'), registers: [registry] })
  build.set({ version, node_version: process.version, service }, 1)
  const refreshes: (() => Promise<void>)[] = []
  return {
    gauge: name => openGauge(registry, name),
    counter: name => openCounter(registry, name),
    onScrape: refresh => void refreshes.push(refresh),
    async render() {
      await Promise.all(refreshes.map(refresh => refresh()))
      return { contentType: registry.contentType, body: await registry.metrics() }
    },
  }
}

function openGauge<N extends OwnScrapedName>(registry: Registry, name: N): ScrapedValue<N> {
  const gauge = new Gauge({ ...described(name), registers: [registry] })
  forget(gauge)
  return { set: (value, ...labels) => gauge.set(labelsOf(labels), value), reset: () => forget(gauge) }
}

/** prom-client only adds to counters; a series that begins anew takes the value as it is. */
function openCounter<N extends OwnScrapedName>(registry: Registry, name: N): ScrapedValue<N> {
  const counter = new Counter({ ...described(name), registers: [registry] })
  forget(counter)
  return {
    set(value, ...labels) {
      counter.remove(labelsOf(labels))
      counter.inc(labelsOf(labels), value)
    },
    reset: () => forget(counter),
  }
}

/** prom-client shows what has no labels as 0 until it is set: a fact that nobody knows. */
function forget(metric: Gauge | Counter): void {
  metric.reset()
  metric.remove({})
}

function described(name: OwnScrapedName) {
  const { about, labels }: MetricDeclaration = OWN_SCRAPED_METRICS[name]
  return { name, help: about, labelNames: Object.keys(labels) }
}

function labelsOf(labels: readonly object[]): Record<string, string | number> {
  return (labels[0] ?? {}) as Record<string, string | number>
}
