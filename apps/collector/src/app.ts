// Builds one collector from its settings: spool, network half, way to the API, status; starts and drains them in order.
import type { Logger } from '@deye-hard/telemetry'
import { createScrapeRegistry } from '@deye-hard/telemetry/prometheus'
import type { TelemetryStatus } from '@deye-hard/telemetry/start'
import { Fleet } from './fleet/fleet.ts'
import { type HttpSource, StatusServer } from './http.ts'
import { Intake } from './intake.ts'
import type { CollectorSettings } from './settings.ts'
import { ApiClient } from './shipper/api-client.ts'
import { LoggerRegistry } from './shipper/registry.ts'
import { type Shipper, type ShipperOptions, startShipper } from './shipper/shipper.ts'
import { recordCommit } from './signals/durations.ts'
import { type ShippingEvent, writeShippingLine } from './signals/shipping-log.ts'
import { Tracing } from './signals/tracing.ts'
import { openSpool, type Spool } from './spool/spool.ts'
import { readStatus, type Status, type StatusParts } from './status.ts'

/** Acks that are due at the end wait for the disk and for nothing else. */
const ACK_DRAIN_MS = 2_000

export interface Ports {
  port: number
  httpPort: number
}

export interface Collector {
  ports: Ports
  /** For `observeCollector`, which the process calls: its last numbers are read after `stop`. */
  parts: StatusParts
  status(): Status
  /** Stops accepting, acks what is durable, ships for a while, leaves the rest in the spool. Safe to call twice. */
  stop(): Promise<void>
}

/** What the process knows and a collector shows over HTTP. */
export interface ProcessFacts {
  version: string
  telemetry?: () => TelemetryStatus | null
}

/** Throws SpoolError or StartError, each with one sentence for the operator; then nothing is left running. */
export async function startCollector(
  settings: CollectorSettings,
  logger: Logger,
  facts: ProcessFacts = { version: 'unknown' },
): Promise<Collector> {
  const spool = await openSpool({
    folder: settings.spoolDir,
    maxBytes: settings.spoolMaxBytes,
    retryIntervalMs: settings.spoolRetryInterval,
    onDiskError: error => logger.error('writing the spool failed', { error }),
    onCommit: recordCommit,
  })
  const tracing = new Tracing(settings)
  const report = (event: ShippingEvent) => writeShippingLine(shipperLog, event)
  const shipperLog = logger.child({ logger: 'shipper' })
  const client = new ApiClient({
    apiUrl: settings.apiUrl,
    clientId: settings.serviceClientId,
    clientSecret: settings.serviceClientSecret.reveal(),
    timeoutMs: settings.shipTimeout,
    report,
  })
  const intervalMs = settings.registryRefreshInterval
  const registry = new LoggerRegistry({ client, spool, intervalMs, report })
  const fleet = new Fleet({ settings, registry, spool, logger })
  const intake = new Intake({ settings, spool, knownLoggers: registry, contacts: fleet, logger, tracing })
  const shipper = ship(settings, { spool, client, registry, tracing, report })
  const parts = { spool, intake, shipper, registry, fleet }
  const stopping = { requested: false }
  const status = () => readStatus(parts)
  const http = new StatusServer(sourceOf(status, spool, stopping, facts), settings)
  const stop = once(async () => {
    stopping.requested = true
    await intake.stop(ACK_DRAIN_MS)
    registry.stop()
    await Promise.all([shipper.stop(settings.drainTimeout), fleet.stop()])
    await spool.close()
    await http.stop()
  })
  try {
    const ports = await listenAll(intake, http)
    void registry.start()
    fleet.start()
    return { ports, parts, status, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

/** Loggers come last: whoever is let in finds everything in place. */
async function listenAll(intake: Intake, http: StatusServer): Promise<Ports> {
  const httpPort = await http.start()
  const port = await intake.start()
  return { port, httpPort }
}

function ship(settings: CollectorSettings, parts: ShipperOptions): Shipper {
  return startShipper({
    ...parts,
    batchMessages: settings.shipBatchMessages,
    batchBytes: settings.shipBatchBytes,
    batchesInFlight: settings.shipBatchesInFlight,
    lingerMs: settings.shipInterval,
    backoff: { minMs: settings.shipBackoffMin, maxMs: settings.shipBackoffMax },
    timeLimits: { maxClockSkewMs: settings.timeTolerance, maxAgeMs: settings.readingMaxAge },
  })
}

/** Not ready means that new data would not be acked: full spool, broken disk, stopping. An API that is down only costs time. */
function sourceOf(
  status: () => Status,
  spool: Spool,
  stopping: { requested: boolean },
  { version, telemetry }: ProcessFacts,
): HttpSource {
  const scrape = createScrapeRegistry({ service: 'solar-collector', version })
  return {
    status: () => ({ ...status(), telemetry: telemetry?.() ?? null }),
    metrics: () => scrape.render(),
    notReady() {
      if (stopping.requested) return 'stopping'
      const { full, disk_error: diskError } = spool.status()
      return diskError ?? (full ? 'spool_full' : null)
    },
  }
}

function once(work: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined
  return () => {
    running ??= work()
    return running
  }
}
