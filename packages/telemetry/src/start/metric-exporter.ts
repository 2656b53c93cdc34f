// Sends metrics, which are not queued: sums are cumulative, so the next export says what a lost one said. Nothing undeclared passes.
import { METRICS } from '@deye-hard/telemetry-schema'
import { ExportResultCode } from '@opentelemetry/core'
import {
  AggregationTemporality,
  InstrumentType,
  type MetricData,
  type PushMetricExporter,
  type ResourceMetrics,
} from '@opentelemetry/sdk-metrics'
import type { Outlet } from './outlet.ts'
import type { SignalAccount } from './signal-account.ts'

/** Set by the SDK on the one series that takes what is above the limit. */
const OVERFLOW = 'otel.metric.overflow'

export interface MetricExporter extends PushMetricExporter {
  /** Metrics that had more series than declared at the last export. */
  readonly overflowed: number
  close(): void
}

/**
 * Never keeps the reader waiting and tells it of no failure: failures are counted here, and its own log lines would come at each attempt.
 * What comes while the last export has no answer yet is given up.
 */
export function createMetricExporter(
  outlet: Outlet<ResourceMetrics>,
  account: SignalAccount,
): MetricExporter {
  let overflowed = 0
  let closed = false
  let sending: Promise<void> | null = null

  async function send(metrics: ResourceMetrics, points: number): Promise<void> {
    const outcome = await outlet.send(metrics)
    sending = null
    if (outcome.kind === 'taken') {
      account.taken(points - outcome.rejected)
      account.drop('rejected', outcome.rejected)
      return
    }
    account.failed(outcome.reason)
    account.drop('export_failed', points)
  }

  return {
    get overflowed() {
      return overflowed
    },
    export(all, done) {
      done({ code: ExportResultCode.SUCCESS })
      if (closed) return
      const metrics = onlyDeclared(all)
      const points = countPoints(metrics)
      overflowed = countOverflowed(metrics)
      if (sending === null) sending = send(metrics, points)
      else account.drop('export_failed', points)
    },
    // A gauge has no temporality on the wire. Kept as cumulative, the SDK would go on sending what is observed no more, for ever.
    selectAggregationTemporality: type =>
      type === InstrumentType.OBSERVABLE_GAUGE
        ? AggregationTemporality.DELTA
        : AggregationTemporality.CUMULATIVE,
    forceFlush: async () => {
      await sending
    },
    shutdown: async () => {},
    close() {
      closed = true
      outlet.close()
    },
  }
}

function onlyDeclared({ resource, scopeMetrics }: ResourceMetrics): ResourceMetrics {
  const declared = ({ descriptor }: MetricData) => Object.hasOwn(METRICS, descriptor.name)
  const kept = scopeMetrics.map(({ scope, metrics }) => ({ scope, metrics: metrics.filter(declared) }))
  return { resource, scopeMetrics: kept.filter(({ metrics }) => metrics.length > 0) }
}

function countPoints({ scopeMetrics }: ResourceMetrics): number {
  return scopeMetrics
    .flatMap(({ metrics }) => metrics)
    .reduce((count, { dataPoints }) => count + dataPoints.length, 0)
}

function countOverflowed({ scopeMetrics }: ResourceMetrics): number {
  return scopeMetrics
    .flatMap(({ metrics }) => metrics)
    .filter(({ dataPoints }) => dataPoints.some(({ attributes }) => attributes[OVERFLOW] === true)).length
}
