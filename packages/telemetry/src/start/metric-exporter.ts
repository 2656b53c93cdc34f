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

/** A point has about 150 bytes, and a receiver takes 4 MiB by default. */
export const POINTS_IN_MESSAGE_MAX = 8_000
/** Messages that wait while the receiver is slow; the surplus is given up. */
const WAITING_MAX = 16

export interface MetricExporter extends PushMetricExporter {
  /** Metrics that have had more series than declared; a sum of which some went into the surplus stays wrong until a restart. */
  readonly overflowed: number
  close(): void
}

interface Message {
  metrics: ResourceMetrics
  points: number
}

/**
 * Never keeps the reader waiting and tells it of no failure: failures are counted here, and its own log lines would come at each attempt.
 * The messages of one reading go one after the other; when one fails, the rest of them is given up.
 */
export function createMetricExporter(
  outlet: Outlet<ResourceMetrics>,
  account: SignalAccount,
): MetricExporter {
  const waiting: Message[] = []
  const overflowed = new Set<string>()
  let closed = false
  let sending: Promise<void> | null = null

  async function sendWaiting(): Promise<void> {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const outcome = await outlet.send(next.metrics)
      if (outcome.kind === 'taken') {
        account.taken(next.points - outcome.rejected)
        account.drop('rejected', outcome.rejected)
      } else {
        account.failed(outcome.reason)
        for (const { points } of [next, ...waiting.splice(0)]) account.drop('export_failed', points)
      }
    }
    sending = null
  }

  return {
    get overflowed() {
      return overflowed.size
    },
    export(all, done) {
      done({ code: ExportResultCode.SUCCESS })
      if (closed) return
      const metrics = onlyDeclared(all)
      const points = countPoints(metrics)
      for (const name of overflowedIn(metrics)) overflowed.add(name)
      if (waiting.length >= WAITING_MAX) account.drop('export_failed', points)
      else waiting.push({ metrics, points })
      sending ??= sendWaiting()
    },
    // A gauge has no temporality on the wire. Kept as cumulative, the SDK would go on sending what is observed no more, for ever.
    selectAggregationTemporality: type =>
      type === InstrumentType.OBSERVABLE_GAUGE
        ? AggregationTemporality.DELTA
        : AggregationTemporality.CUMULATIVE,
    forceFlush: async () => {
      if (!closed) await sending
    },
    shutdown: async () => {},
    close() {
      closed = true
      for (const { points } of waiting.splice(0)) account.drop('shutdown', points)
      if (sending === null) outlet.close()
      else void sending.then(() => outlet.close())
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

function overflowedIn({ scopeMetrics }: ResourceMetrics): string[] {
  return scopeMetrics
    .flatMap(({ metrics }) => metrics)
    .filter(({ dataPoints }) => dataPoints.some(({ attributes }) => attributes[OVERFLOW] === true))
    .map(({ descriptor }) => descriptor.name)
}
