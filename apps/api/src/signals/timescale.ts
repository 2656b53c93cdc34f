// Shows on /metrics what TimescaleDB says of itself; a database that hangs costs a scrape no more than a second or so.
import { setTimeout as wait } from 'node:timers/promises'
import type { MonitorOutcome, MonitorReader, Sample, TimescaleFacts, TimescaleMetric } from '@deye-hard/store'
import type { ScrapeRegistry } from '@deye-hard/telemetry/prometheus'
import { OWN_SCRAPED_METRICS } from '@deye-hard/telemetry-schema'

/** Less than any scraper waits; the reading goes on and the next scrape gets it. */
const PATIENCE_MS = 2_000

interface Series {
  reset(): void
  set(value: number, labels: object): void
}

/** `onTrouble` hears of the first failure after a success, or the first of all. */
export function scrapeTimescale(
  registry: ScrapeRegistry,
  monitor: MonitorReader,
  onTrouble: (reason: string) => void,
): void {
  const up = registry.gauge('timescaledb_up')
  const lastSuccess = registry.gauge('timescaledb_last_success_timestamp_seconds')
  const series = new Map(factNames().map(name => [name, seriesOf(registry, name)]))
  let wasUp = true
  registry.onScrape(async () => {
    const outcome = await readWithPatience(monitor)
    up.set(outcome.up ? 1 : 0)
    for (const one of series.values()) one.reset()
    if (outcome.up) {
      lastSuccess.set(outcome.readAt.getTime() / 1_000)
      fill(series, outcome.facts)
    } else if (wasUp) onTrouble(outcome.reason)
    wasUp = outcome.up
  })
}

async function readWithPatience(monitor: MonitorReader): Promise<MonitorOutcome> {
  const patience = new AbortController()
  const late = wait(PATIENCE_MS, { up: false, reason: 'no answer yet' } as const, {
    signal: patience.signal,
  }).catch(() => ({ up: false, reason: 'answered' }) as const)
  try {
    return await Promise.race([monitor.read(), late])
  } finally {
    patience.abort()
  }
}

function fill(series: ReadonlyMap<string, Series>, facts: TimescaleFacts): void {
  for (const [name, samples] of Object.entries(facts) as [string, Sample<TimescaleMetric>[]][]) {
    for (const { value, labels } of samples) series.get(name)!.set(value, labels)
  }
}

type FactName = keyof TimescaleFacts

function factNames(): FactName[] {
  const own = new Set(['timescaledb_up', 'timescaledb_last_success_timestamp_seconds'])
  return Object.keys(OWN_SCRAPED_METRICS).filter(
    (name): name is FactName => name.startsWith('timescaledb_') && !own.has(name),
  )
}

/** Names and labels come from one list on both sides: the types of `TimescaleFacts` hold them together. */
function seriesOf(registry: ScrapeRegistry, name: FactName): Series {
  const isCounter = OWN_SCRAPED_METRICS[name].kind === 'counter'
  return (isCounter ? registry.counter(name as never) : registry.gauge(name as never)) as Series
}
