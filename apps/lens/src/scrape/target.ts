// One page that is scraped: fetched within limits, told apart from the last one, and made into one OTLP request with `up`.
import type { MetricsRequest, WireMetric, WireResource } from '../intake/wire.ts'
import { endOf, gaugeMetric, type PagePoint, pagePoints, wireAttributes } from './page-metrics.ts'
import { type Family, readPage } from './read-page.ts'

const ACCEPT = 'text/plain;version=0.0.4'
/** What SigNoz's collector v0.144.7 writes for whatever its Prometheus receiver scraped. */
const SCOPE = 'github.com/open-telemetry/opentelemetry-collector-contrib/receiver/prometheusreceiver'
const LOCAL_HOSTS = new Set(['localhost', '127.0.0.1', '::1', '[::1]', '0.0.0.0'])
/** Labels of this family describe the target itself; its value means nothing. */
const TARGET_INFO = 'target_info'

export interface ScrapeTarget {
  /** Becomes `service.name`. */
  job: string
  url: string
}

export interface PageLimits {
  timeoutMs: number
  pageBytes: number
  samples: number
}

export const SCRAPE_FAULTS = ['unreachable', 'status', 'too_large', 'too_many_samples', 'malformed'] as const
export type ScrapeFault = (typeof SCRAPE_FAULTS)[number]

export interface TargetStatus {
  job: string
  url: string
  up: boolean
  scrapes: number
  faults: Record<ScrapeFault, number>
  samples: number
  lastFault: string | null
}

type Fetched =
  | { kind: 'page'; families: Family[]; samples: number }
  | { kind: 'fault'; fault: ScrapeFault; message: string }

export class Target {
  readonly #target: ScrapeTarget
  readonly #limits: PageLimits
  readonly #environment: string
  readonly #status: TargetStatus
  #last = new Map<string, PagePoint>()
  #resource: WireResource

  constructor(target: ScrapeTarget, environment: string, limits: PageLimits) {
    this.#target = target
    this.#limits = limits
    this.#environment = environment
    this.#resource = resourceOf(target, environment, {})
    const faults = Object.fromEntries(SCRAPE_FAULTS.map(fault => [fault, 0])) as Record<ScrapeFault, number>
    this.#status = { ...target, up: false, scrapes: 0, faults, samples: 0, lastFault: null }
  }

  status(): TargetStatus {
    return structuredClone(this.#status)
  }

  /** Never rejects: a target that fails gives `up` 0 and the ends of its series. */
  async scrape(now: () => number): Promise<MetricsRequest> {
    const startMs = now()
    const started = performance.now()
    const fetched = await this.#fetch()
    const seconds = (performance.now() - started) / 1_000
    const status = this.#status
    status.scrapes += 1
    status.up = fetched.kind === 'page'
    status.samples = fetched.kind === 'page' ? fetched.samples : 0
    if (fetched.kind === 'fault') {
      status.faults[fetched.fault] += 1
      status.lastFault = fetched.message
    }
    const families = fetched.kind === 'page' ? this.#describe(fetched.families) : []
    const points = new Map(pagePoints(families, startMs).map(point => [point.key, point]))
    const added = [...points.values()]
      .filter(({ key }) => !this.#last.has(key))
      .reduce((sum, { samples }) => sum + samples, 0)
    const ended = [...this.#last]
      .filter(([key]) => !points.has(key))
      .map(([, point]) => endOf(point, startMs))
    this.#last = points
    const metrics = [...points.values()].map(({ metric }) => metric)
    return this.#request([...metrics, ...ended, ...aboutScrape(status, added, seconds, startMs)])
  }

  async #fetch(): Promise<Fetched> {
    const { timeoutMs, pageBytes, samples } = this.#limits
    try {
      const signal = AbortSignal.timeout(timeoutMs)
      const response = await fetch(this.#target.url, {
        signal,
        redirect: 'error',
        headers: { accept: ACCEPT },
      })
      if (!response.ok) {
        await response.body?.cancel()
        return { kind: 'fault', fault: 'status', message: `status ${response.status}` }
      }
      const text = await readUpTo(response, pageBytes)
      if (text === null) return { kind: 'fault', fault: 'too_large', message: `more than ${pageBytes} bytes` }
      const page = readPage(text)
      if (page.kind === 'malformed')
        return { kind: 'fault', fault: 'malformed', message: `line ${page.line} is malformed` }
      if (page.samples > samples)
        return { kind: 'fault', fault: 'too_many_samples', message: `more than ${samples} samples` }
      return page
    } catch (error) {
      const { message, cause } = error as Error & { cause?: Error }
      return { kind: 'fault', fault: 'unreachable', message: cause?.message || message }
    }
  }

  /** `target_info` names the target and is not stored. */
  #describe(families: readonly Family[]): Family[] {
    const info = families.find(({ name }) => name === TARGET_INFO)?.samples[0]?.labels ?? {}
    this.#resource = resourceOf(this.#target, this.#environment, info)
    return families.filter(({ name }) => name !== TARGET_INFO)
  }

  #request(metrics: WireMetric[]): MetricsRequest {
    const scope = { name: SCOPE, version: '', attributes: [] }
    return { resourceMetrics: [{ resource: this.#resource, scopeMetrics: [{ scope, metrics }] }] }
  }
}

/** Names and texts are those of the Prometheus receiver. */
function aboutScrape(
  { up, samples }: TargetStatus,
  added: number,
  seconds: number,
  timeMs: number,
): WireMetric[] {
  const gauge = (name: string, value: number, description: string, unit?: string) =>
    gaugeMetric(name, value, timeMs, unit === undefined ? { description } : { description, unit })
  return [
    gauge('up', up ? 1 : 0, 'The scraping was successful'),
    gauge('scrape_duration_seconds', seconds, 'Duration of the scrape', 's'),
    gauge('scrape_samples_scraped', samples, 'The number of samples the target exposed'),
    gauge(
      'scrape_samples_post_metric_relabeling',
      samples,
      'The number of samples remaining after metric relabeling was applied',
    ),
    gauge('scrape_series_added', added, 'The approximate number of new series in this scrape'),
  ]
}

/** `server.address` is left out for this machine, as the receiver does. */
function resourceOf(
  { job, url }: ScrapeTarget,
  environment: string,
  info: Readonly<Record<string, string>>,
): WireResource {
  const { hostname, port, protocol } = new URL(url)
  const scheme = protocol.slice(0, -1)
  const shownPort = port || (scheme === 'https' ? '443' : '80')
  return {
    attributes: wireAttributes({
      'service.name': job,
      'service.instance.id': `${hostname}:${shownPort}`,
      ...(LOCAL_HOSTS.has(hostname) ? {} : { 'server.address': hostname }),
      'server.port': shownPort,
      'url.scheme': scheme,
      'deployment.environment.name': environment,
      ...dotted(info),
    }),
  }
}

/** OpenTelemetry's SDKs write `service_name` for service.name; job and instance stand in for name and id already. */
function dotted(info: Readonly<Record<string, string>>): Record<string, string> {
  const names: Readonly<Record<string, string>> = {
    service_name: 'service.name',
    service_instance_id: 'service.instance.id',
    service_version: 'service.version',
    service_namespace: 'service.namespace',
  }
  return Object.fromEntries(Object.entries(info).map(([key, value]) => [names[key] ?? key, value]))
}

async function readUpTo(response: Response, most: number): Promise<string | null> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of response.body ?? []) {
    bytes += chunk.length
    if (bytes > most) return null
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}
