// What happens to calls, whatever connection they come on: treated as the behaviour says, kept within limits, counted.
import type { ServerUnaryCall, sendUnaryData } from '@grpc/grpc-js'
import { type Answer, type Behaviour, treat } from './behaviour.ts'
import { exportService } from './export-services.ts'
import type { GrpcService } from './grpc-endpoint.ts'
import { keepList, keepSeries } from './kept.ts'
import { readLogs } from './read-logs.ts'
import { readMetrics } from './read-metrics.ts'
import { readSpans } from './read-spans.ts'
import { type MetricPoint, type ReceivedLog, type ReceivedSpan, SIGNALS, type Signal } from './received.ts'
import type { WireRequests } from './wire-messages.ts'

export interface ReceptionLimits {
  spansKept: number
  logsKept: number
  seriesKept: number
  pointsPerSeries: number
}

export interface SignalCounts {
  calls: number
  /** Calls that were answered with success, in part or in full. */
  answered: number
  undecodable: number
  /** Of all calls, without compression and without what gRPC and HTTP/2 add. */
  bytes: number
  /** Spans, points or records that were kept. */
  items: number
  /** Of those, the ones that had to go again because of a limit; the length of a history is not one. */
  forgotten: number
}

export interface Reception {
  services: readonly GrpcService[]
  spans: readonly ReceivedSpan[]
  logs: readonly ReceivedLog[]
  /** The points of each series, oldest first. */
  metrics(): (readonly MetricPoint[])[]
  counts(): Record<Signal, SignalCounts>
  behave(behaviour: Behaviour, signals: readonly Signal[]): void
  release(): void
  clear(): void
}

export function makeReception(limits: ReceptionLimits): Reception {
  const spans = keepList<ReceivedSpan>(limits.spansKept)
  const logs = keepList<ReceivedLog>(limits.logsKept)
  const series = keepSeries(limits.seriesKept, limits.pointsPerSeries)
  const counts = bySignal(noCounts)
  const behaviours = bySignal<Behaviour>(() => ({ kind: 'answer' }))
  const held = new Set<() => void>()

  const desk: Desk = {
    counts: signal => counts[signal],
    behaviour: signal => behaviours[signal],
    hold: reply => held.add(reply),
  }

  return {
    services: [
      service('traces', desk, readSpans, spans.add),
      service('metrics', desk, readMetrics, series.add),
      service('logs', desk, readLogs, logs.add),
    ],
    spans: spans.items,
    logs: logs.items,
    metrics: () => [...series.values()],
    counts: () => structuredClone(counts),
    behave(behaviour, signals) {
      for (const signal of signals) behaviours[signal] = behaviour
    },
    release() {
      for (const signal of SIGNALS)
        if (behaviours[signal].kind === 'hold') behaviours[signal] = { kind: 'answer' }
      for (const reply of held) reply()
      held.clear()
    },
    clear() {
      for (const part of [spans, logs, series]) part.clear()
      Object.assign(counts, bySignal(noCounts))
    },
  }
}

/** What a service asks of the reception, anew for each call. */
interface Desk {
  counts(signal: Signal): SignalCounts
  behaviour(signal: Signal): Behaviour
  hold(reply: () => void): void
}

function service<S extends Signal, T>(
  signal: S,
  desk: Desk,
  read: (request: WireRequests[S]) => T[],
  keep: (items: readonly T[]) => number,
): GrpcService {
  const handler = (call: ServerUnaryCall<WireRequests[S], Answer>, send: sendUnaryData<Answer>) => {
    const items = read(call.request)
    const answer: sendUnaryData<Answer> = (error, message) => {
      if (call.cancelled) return // nobody listens any more
      if (error === null) desk.counts(signal).answered += 1
      send(error, message)
    }
    const skipped = treat(desk.behaviour(signal), { signal, items: items.length, answer }, desk.hold)
    const counts = desk.counts(signal)
    counts.items += items.length - skipped
    counts.forgotten += keep(items.slice(skipped))
  }
  return exportService(signal, {
    arrived: bytes => {
      const counts = desk.counts(signal)
      counts.calls += 1
      counts.bytes += bytes
    },
    undecodable: () => {
      desk.counts(signal).undecodable += 1
    },
    handler,
  })
}

function bySignal<T>(make: () => T): Record<Signal, T> {
  return { traces: make(), metrics: make(), logs: make() }
}

function noCounts(): SignalCounts {
  return { calls: 0, answered: 0, undecodable: 0, bytes: 0, items: 0, forgotten: 0 }
}
