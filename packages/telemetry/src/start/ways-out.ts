// The three ways to the receiver: a pipeline for spans, one for log records, a reader for metrics; one connection for all of them.
import type { ServiceName } from '@deye-hard/telemetry-schema'
import type { ReadableLogRecord } from '@opentelemetry/sdk-logs'
import { PeriodicExportingMetricReader, type ResourceMetrics } from '@opentelemetry/sdk-metrics'
import type { ReadableSpan } from '@opentelemetry/sdk-trace'
import { beforeDeadline } from './deadline.ts'
import type { Diagnostics } from './diagnostics.ts'
import { ExportPipeline } from './export-pipeline.ts'
import { exporterMakers } from './exporters.ts'
import { createMetricExporter, type MetricExporter, POINTS_IN_MESSAGE_MAX } from './metric-exporter.ts'
import { Connections, type Exporter, Outlet } from './outlet.ts'
import type { TelemetrySettings } from './settings.ts'
import { type Signal, SignalAccount, type SignalReport } from './signal-account.ts'

export interface WaysOutOptions {
  service: ServiceName
  version: string
  endpoint: string
  settings: TelemetrySettings
  report: SignalReport
  diagnostics: Diagnostics
}

export interface WaysOut {
  accounts: Record<Signal, SignalAccount>
  spans: ExportPipeline<ReadableSpan>
  logs: ExportPipeline<ReadableLogRecord>
  metrics: MetricExporter
  reader: PeriodicExportingMetricReader
  /** Sends what waits until the deadline (of `performance.now()`), gives up the rest, and takes nothing more. */
  drain(deadlineMs: number): Promise<void>
}

export function openWaysOut({
  service,
  version,
  endpoint,
  settings,
  report,
  diagnostics,
}: WaysOutOptions): WaysOut {
  const makers = exporterMakers(endpoint, `${service}/${version}`, settings)
  const connections = new Connections()
  const outlet = <B>(signal: Signal, makeExporter: (connection: number) => Exporter<B>) =>
    new Outlet<B>({ makeExporter, connections, takeRejected: () => diagnostics.takeRejected(signal) })
  const accounts = {
    spans: new SignalAccount('spans', report),
    logs: new SignalAccount('logs', report),
    metrics: new SignalAccount('metrics', report),
  }
  const spans = new ExportPipeline({
    outlet: outlet('spans', makers.spans),
    account: accounts.spans,
    queueMax: settings.spanQueueMax,
    batchMax: settings.spanBatchMax,
    delayMs: settings.spanDelayMs,
  })
  const logs = new ExportPipeline({
    outlet: outlet('logs', makers.logs),
    account: accounts.logs,
    queueMax: settings.logQueueMax,
    batchMax: settings.logBatchMax,
    delayMs: settings.logDelayMs,
  })
  const metrics = createMetricExporter(outlet<ResourceMetrics>('metrics', makers.metrics), accounts.metrics)
  const reader = readerInto(metrics, settings)
  const drain = async (deadlineMs: number) => {
    const sent = [
      spans.drain(deadlineMs),
      logs.drain(deadlineMs),
      beforeDeadline(deadlineMs, reader.forceFlush()),
    ]
    await Promise.all(sent)
    metrics.close()
  }
  return { accounts, spans, logs, metrics, reader, drain }
}

function readerInto(exporter: MetricExporter, { metricIntervalMs, otlpTimeoutMs }: TelemetrySettings) {
  return new PeriodicExportingMetricReader({
    exporter,
    exportIntervalMillis: metricIntervalMs,
    exportTimeoutMillis: Math.min(metricIntervalMs, otlpTimeoutMs),
    maxExportBatchSize: POINTS_IN_MESSAGE_MAX,
  })
}
