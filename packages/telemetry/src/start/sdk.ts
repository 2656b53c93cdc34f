// Puts OpenTelemetry together: NodeSDK with every part named, our ways out, and what the rest of this package finds of it.
import type { ServiceName } from '@deye-hard/telemetry-schema'
import { context, logs, metrics, propagation, trace } from '@opentelemetry/api'
import type { LogRecordProcessor, ReadableLogRecord } from '@opentelemetry/sdk-logs'
import { NodeSDK } from '@opentelemetry/sdk-node'
import { bound } from '../binding.ts'
import { attachObserved } from '../instruments.ts'
import { beforeDeadline } from './deadline.ts'
import { Diagnostics } from './diagnostics.ts'
import type { ExportPipeline } from './export-pipeline.ts'
import { readLogLine } from './log-record.ts'
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
import type { Signal, SignalAccount, SignalReport } from './signal-account.ts'
import { spansInto } from './span-processor.ts'
import { TrustedParents } from './trusted-parents.ts'
import { viewsOfSchema } from './views.ts'
import { openWaysOut } from './ways-out.ts'

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
  const ways = openWaysOut({ ...options, diagnostics })
  const parents = new TrustedParents()
  const instrumentations = instrumentationsOf(service, parents, options.trustRemoteParent)
  const { sampler, probability } = samplingOf(settings)
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
  const stopObserving = observePipelines({ service, ways, settings, probability })
  return {
    accounts: ways.accounts,
    queued: signal => (signal === 'metrics' ? 0 : ways[signal].queued),
    async end(deadlineMs) {
      await ways.drain(deadlineMs)
      stopObserving()
      unbind()
      diagnostics.stop()
      for (const instrumentation of instrumentations) instrumentation.disable()
      await beforeDeadline(performance.now() + LAST_STEPS_MS, sdk.shutdown())
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
