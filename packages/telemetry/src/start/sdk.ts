// Puts OpenTelemetry together: NodeSDK with every part named, and our pipelines between it and its exporters.
import type { ServiceName } from '@deye-hard/telemetry-schema'
import { context, logs, metrics, propagation, trace } from '@opentelemetry/api'
import type { LogRecordProcessor, ReadableLogRecord } from '@opentelemetry/sdk-logs'
import { PeriodicExportingMetricReader, type ResourceMetrics } from '@opentelemetry/sdk-metrics'
import { NodeSDK } from '@opentelemetry/sdk-node'
import type { ReadableSpan } from '@opentelemetry/sdk-trace'
import { bound } from '../binding.ts'
import { attachObserved } from '../instruments.ts'
import { Diagnostics } from './diagnostics.ts'
import { ExportPipeline } from './export-pipeline.ts'
import { exporterMakers } from './exporters.ts'
import { readLogLine } from './log-record.ts'
import { createMetricExporter, POINTS_IN_MESSAGE_MAX } from './metric-exporter.ts'
import { Connections, type Exporter, Outlet } from './outlet.ts'
import { observePipelines } from './pipeline-metrics.ts'
import {
  instrumentationsOf,
  loadPatchedModules,
  requestSpan,
  type TrustRemoteParent,
} from './request-instrumentation.ts'
import { resourceOf } from './resource.ts'
import { samplingOf } from './sampling.ts'
import type { TelemetrySettings } from './settings.ts'
import { type Signal, SignalAccount, type SignalReport } from './signal-account.ts'
import { spansInto } from './span-processor.ts'
import { TrustedParents } from './trusted-parents.ts'
import { viewsOfSchema } from './views.ts'

/** Nothing waits any more then; a bound all the same. */
const LAST_STEPS_MS = 500
const SCOPE = '@deye-hard/telemetry'
/** Bound what one span can hold; a stack of 50 frames has 5,000 characters. */
const SPAN_LIMITS = {
  attributeValueLengthLimit: 8_192,
  attributeCountLimit: 64,
  eventCountLimit: 32,
  linkCountLimit: 256,
}

export interface SdkOptions {
  service: ServiceName
  version: string
  endpoint: string
  settings: TelemetrySettings
  trustRemoteParent: TrustRemoteParent
  report: SignalReport & { fault(detail: string): void }
}

export interface RunningSdk {
  readonly accounts: Readonly<Record<Signal, SignalAccount>>
  queued(signal: Signal): number
  /** Sends what waits until the deadline (of `performance.now()`), then lets go of everything. */
  end(deadlineMs: number): Promise<void>
}

export function startSdk(options: SdkOptions): RunningSdk {
  const { service, version, settings, report } = options
  const diagnostics = new Diagnostics(detail => report.fault(detail))
  const ways = openWays(options, diagnostics)
  const parents = new TrustedParents()
  const { sampler, probability } = samplingOf(settings)
  const instrumentations = instrumentationsOf(service, parents, options.trustRemoteParent)
  const sdk = new NodeSDK({
    resource: resourceOf(service, version, settings),
    autoDetectResources: false,
    sampler,
    spanLimits: SPAN_LIMITS,
    spanProcessors: [spansInto(ways.spans)],
    logRecordProcessors: [logsInto(ways.logs)],
    metricReaders: [ways.reader],
    views: viewsOfSchema(),
    textMapPropagator: parents,
    instrumentations,
  })
  diagnostics.listen() // after NodeSDK, which sets a logger of its own when OTEL_LOG_LEVEL is set
  sdk.start()
  loadPatchedModules()
  bind(version)
  const stopObserving = observePipelines({
    service,
    accounts: ways.accounts,
    queues: {
      spans: { size: () => ways.spans.queued, limit: settings.spanQueueMax },
      logs: { size: () => ways.logs.queued, limit: settings.logQueueMax },
    },
    overflowed: () => ways.metrics.overflowed,
    probability,
  })
  return {
    accounts: ways.accounts,
    queued: signal => (signal === 'metrics' ? 0 : ways[signal].queued),
    async end(deadlineMs) {
      await ways.drain(deadlineMs)
      stopObserving()
      unbind()
      diagnostics.stop()
      for (const instrumentation of instrumentations) instrumentation.disable()
      await before(performance.now() + LAST_STEPS_MS, sdk.shutdown())
    },
  }
}

function openWays({ service, version, endpoint, settings, report }: SdkOptions, diagnostics: Diagnostics) {
  const makers = exporterMakers(endpoint, `${service}/${version}`, settings)
  const connections = new Connections()
  const outlet = <B>(signal: Signal, makeExporter: (connection: number) => Exporter<B>) =>
    new Outlet<B>({ makeExporter, connections, takeRejected: () => diagnostics.takeRejected(signal) })
  const accounts = {
    spans: new SignalAccount('spans', report),
    logs: new SignalAccount('logs', report),
    metrics: new SignalAccount('metrics', report),
  }
  const spans = new ExportPipeline<ReadableSpan>({
    outlet: outlet('spans', makers.spans),
    account: accounts.spans,
    queueMax: settings.spanQueueMax,
    batchMax: settings.spanBatchMax,
    delayMs: settings.spanDelayMs,
  })
  const logs = new ExportPipeline<ReadableLogRecord>({
    outlet: outlet('logs', makers.logs),
    account: accounts.logs,
    queueMax: settings.logQueueMax,
    batchMax: settings.logBatchMax,
    delayMs: settings.logDelayMs,
  })
  const metrics = createMetricExporter(outlet<ResourceMetrics>('metrics', makers.metrics), accounts.metrics)
  const exportIntervalMillis = settings.metricIntervalMs
  const reader = new PeriodicExportingMetricReader({
    exporter: metrics,
    exportIntervalMillis,
    exportTimeoutMillis: Math.min(exportIntervalMillis, settings.otlpTimeoutMs),
    maxExportBatchSize: POINTS_IN_MESSAGE_MAX,
  })
  return {
    accounts,
    spans,
    logs,
    metrics,
    reader,
    async drain(deadlineMs: number) {
      await Promise.all([
        spans.drain(deadlineMs),
        logs.drain(deadlineMs),
        before(deadlineMs, reader.forceFlush()),
      ])
      metrics.close()
    },
  }
}

function logsInto(pipeline: ExportPipeline<ReadableLogRecord>): LogRecordProcessor {
  return { onEmit: record => pipeline.add(record), forceFlush: async () => {}, shutdown: async () => {} }
}

function bind(version: string): void {
  const logger = logs.getLogger(SCOPE, version)
  bound.tracer = trace.getTracer(SCOPE, version)
  bound.meter = metrics.getMeter(SCOPE, version)
  bound.request = requestSpan
  bound.emitLine = line => {
    const record = readLogLine(line)
    if (record !== null) logger.emit(record)
  }
  attachObserved()
}

function unbind(): void {
  Object.assign(bound, { tracer: null, meter: null, emitLine: null, request: null })
  for (const api of [trace, context, propagation, metrics, logs]) api.disable()
}

/** Resolves when the work is done or the deadline is over, whichever comes first. */
async function before(deadlineMs: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<void>(resolve => {
    timer = setTimeout(resolve, Math.max(0, deadlineMs - performance.now()))
  })
  await Promise.race([work.catch(() => {}), late])
  clearTimeout(timer)
}
