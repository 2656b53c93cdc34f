// Our own otel/collector.yaml with the addresses of a test: the same pipelines, names and filters as in production.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { readProjectFile } from '../../compose/compose-files.ts'

/** In place of 30 and 60 s: minutes of a test have enough points. */
const INTERVAL = '5s'
const LENS = 'otlp/lens'

export interface CollectorConfigOptions {
  folder: string
  /** host:port of what each scrape asks, by the name of its job. */
  targets: Readonly<Record<string, string>>
  /** The one disk that is measured. */
  mountPoint: string
  environment: string
  /** Of lens: everything that goes to SigNoz goes there as well. */
  lensPort: number
}

/** Writes the configuration into `folder` and returns the file. Ports named by the lab stay variables. */
export function writeCollectorConfig(options: CollectorConfigOptions): string {
  const queue = join(options.folder, 'otel-queue')
  mkdirSync(queue)
  const text = readProjectFile('otel/collector.yaml')
    .replaceAll(variable('SIGNOZ_OTEL_COLLECTOR_CLICKHOUSE_DSN'), `tcp://${variable('CLICKHOUSE')}`)
    .replaceAll(variable('DEPLOYMENT_ENVIRONMENT:-production'), options.environment)
    .replaceAll('/var/lib/otelcol/queue', queue)
  const config = parse(text)
  const { otlp, prometheus, hostmetrics } = config.receivers
  otlp.protocols.grpc.endpoint = `127.0.0.1:${variable('OTLP_GRPC_PORT')}`
  otlp.protocols.http.endpoint = `127.0.0.1:${variable('OTLP_HTTP_PORT')}`
  prometheus.config.global.scrape_interval = INTERVAL
  prometheus.config.global.scrape_timeout = INTERVAL
  const targets: Record<string, string> = {
    ...options.targets,
    'otel-collector': `127.0.0.1:${variable('COLLECTOR_METRICS_PORT')}`,
  }
  for (const job of prometheus.config.scrape_configs) {
    job.static_configs[0].targets = [targets[job.job_name]]
    delete job.scrape_interval
  }
  hostmetrics.collection_interval = INTERVAL
  hostmetrics.scrapers.filesystem.include_mount_points.mount_points = [options.mountPoint]
  config.processors['signozspanmetrics/delta'].metrics_flush_interval = INTERVAL
  config.extensions.health_check.endpoint = `127.0.0.1:${variable('COLLECTOR_HEALTH_PORT')}`
  const [reader] = config.service.telemetry.metrics.readers
  reader.pull.exporter.prometheus.port = variable('COLLECTOR_METRICS_PORT')
  config.exporters[LENS] = { endpoint: `127.0.0.1:${options.lensPort}`, tls: { insecure: true } }
  for (const { exporters } of Object.values<{ exporters: string[] }>(config.service.pipelines))
    exporters.push(LENS)
  const file = join(options.folder, 'collector.json')
  writeFileSync(file, JSON.stringify(config))
  return file
}

/** As the collector writes a variable of its environment. */
function variable(name: string): string {
  return `\${env:${name}}`
}
