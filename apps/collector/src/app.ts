// Builds one collector from its settings: spool, network half, way to the API, status; starts and drains them in order.
import type { Logger } from '@deye-hard/telemetry'
import { type HttpSource, StatusServer } from './http.ts'
import { Intake } from './intake.ts'
import type { CollectorSettings } from './settings.ts'
import { ApiClient } from './shipper/api-client.ts'
import { LoggerRegistry } from './shipper/registry.ts'
import { type Shipper, type ShipperEvent, startShipper } from './shipper/shipper.ts'
import { openSpool, type Spool } from './spool/spool.ts'
import { readStatus, type Status } from './status.ts'

/** Acks that are due at the end wait for the disk and for nothing else. */
const ACK_DRAIN_MS = 2_000

export interface Ports {
  port: number
  httpPort: number
}

export interface Collector {
  ports: Ports
  status(): Status
  /** Stops accepting, acks what is durable, ships for a while, leaves the rest in the spool. Safe to call twice. */
  stop(): Promise<void>
}

/** Throws SpoolError or StartError, each with one sentence for the operator; then nothing is left running. */
export async function startCollector(settings: CollectorSettings, logger: Logger): Promise<Collector> {
  const spool = await openSpool({
    folder: settings.spoolDir,
    maxBytes: settings.spoolMaxBytes,
    retryIntervalMs: settings.spoolRetryInterval,
    onDiskError: error => logger.error({ error }, 'writing the spool failed'),
  })
  const client = new ApiClient({
    apiUrl: settings.apiUrl,
    clientId: settings.serviceClientId,
    clientSecret: settings.serviceClientSecret.reveal(),
    timeoutMs: settings.shipTimeout,
  })
  const registry = new LoggerRegistry({ client, spool, intervalMs: settings.registryRefreshInterval })
  const intake = new Intake({ settings, spool, knownLoggers: registry, logger })
  const shipper = ship(settings, logger, spool, client, registry)
  const stopping = { requested: false }
  const status = () => readStatus({ spool, intake, shipper, registry })
  const http = new StatusServer(sourceOf(status, spool, stopping), settings)
  const stop = once(async () => {
    stopping.requested = true
    await intake.stop(ACK_DRAIN_MS)
    registry.stop()
    await shipper.stop(settings.drainTimeout)
    await spool.close()
    await http.stop()
  })
  try {
    const ports = await listenAll(intake, http)
    void registry.start()
    return { ports, status, stop }
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

function ship(
  settings: CollectorSettings,
  logger: Logger,
  spool: Spool,
  client: ApiClient,
  registry: LoggerRegistry,
): Shipper {
  return startShipper({
    spool,
    client,
    registry,
    batchMessages: settings.shipBatchMessages,
    batchBytes: settings.shipBatchBytes,
    batchesInFlight: settings.shipBatchesInFlight,
    lingerMs: settings.shipInterval,
    backoff: { minMs: settings.shipBackoffMin, maxMs: settings.shipBackoffMax },
    timeLimits: { maxClockSkewMs: settings.timeTolerance, maxAgeMs: settings.readingMaxAge },
    report: event => reportShipping(logger.child({ logger: 'shipper' }), event),
  })
}

function reportShipping(logger: Logger, event: ShipperEvent): void {
  const { kind, ...fields } = event
  if (kind === 'recovered') logger.info(fields, 'the API takes batches again')
  else if (kind === 'message_dead') logger.error(fields, 'neither the API nor the decoder takes a message')
  else logger.warn(fields, 'a batch was not taken by the API')
}

/** Not ready means that new data would not be acked: full spool, broken disk, stopping. An API that is down only costs time. */
function sourceOf(status: () => Status, spool: Spool, stopping: { requested: boolean }): HttpSource {
  return {
    status,
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
