// A real OTLP receiver over gRPC for tests: takes what exporters send, shows it as plain objects, and fails on request.
import type { Behaviour } from './behaviour.ts'
import type { ConnectionCounts, GrpcEndpoint } from './grpc-endpoint.ts'
import { type MetricPoint, type ReceivedLog, type ReceivedSpan, SIGNALS, type Signal } from './received.ts'
import type { Reception, SignalCounts } from './reception.ts'
import { type WaitOptions, waitForOne } from './wait-for.ts'

const SPANS_KEPT = 50_000
const LOGS_KEPT = 50_000
const SERIES_KEPT = 20_000
const POINTS_PER_SERIES = 50
/** As the collector of OpenTelemetry has it without configuration. */
const MAX_MESSAGE_BYTES = 4 * 1_024 * 1_024

export interface OtlpReceiverOptions {
  /** A free one by default. */
  port?: number
  spansKept?: number
  logsKept?: number
  seriesKept?: number
  pointsPerSeries?: number
  /** Larger calls fail with RESOURCE_EXHAUSTED and count nowhere. */
  maxMessageBytes?: number
}

export interface OtlpCounts extends Readonly<Record<Signal, Readonly<SignalCounts>>> {
  /** Since the receiver was made; `clear()` does not touch it. */
  connections: ConnectionCounts
}

export interface OtlpReceiver {
  /** For OTEL_EXPORTER_OTLP_ENDPOINT; the same after `start()`. */
  readonly url: string
  readonly port: number
  /** What came and is kept, oldest first; the list grows while you look. */
  readonly spans: readonly ReceivedSpan[]
  readonly logs: readonly ReceivedLog[]
  /** The newest point of every series. */
  readonly metrics: readonly MetricPoint[]
  /** The newest point of every series of this metric. */
  series(name: string): MetricPoint[]
  /** All points of this metric that are kept, series by series, oldest first. */
  history(name: string): MetricPoint[]
  /** A name or a condition. Like the others it also takes what came before the call, and throws with what came instead. */
  waitForSpan(
    wanted: string | ((span: ReceivedSpan) => boolean),
    options?: WaitOptions,
  ): Promise<ReceivedSpan>
  /** Looks at the newest point of each series. */
  waitForMetric(
    name: string,
    fits?: (point: MetricPoint) => boolean,
    options?: WaitOptions,
  ): Promise<MetricPoint>
  /** A body or a condition. */
  waitForLog(wanted: string | ((log: ReceivedLog) => boolean), options?: WaitOptions): Promise<ReceivedLog>
  readonly counts: OtlpCounts
  /** From now on, for all signals or those named. */
  behave(behaviour: Behaviour, signals?: readonly Signal[]): void
  /** Answers every call that is held; signals that hold answer at once from now on. */
  release(): void
  /** Forgets everything received and sets the counts of the signals to zero. */
  clear(): void
  /** Dies: cuts all connections at once, refuses new ones. What was received stays. */
  stop(): Promise<void>
  /** Comes back on the same port after `stop()`; the behaviour stays what it was. */
  start(): Promise<void>
}

const LIMITS = {
  spansKept: SPANS_KEPT,
  logsKept: LOGS_KEPT,
  seriesKept: SERIES_KEPT,
  pointsPerSeries: POINTS_PER_SERIES,
  maxMessageBytes: MAX_MESSAGE_BYTES,
}

/** Listens on loopback. Whoever starts it stops it. */
export async function startOtlpReceiver(options: OtlpReceiverOptions = {}): Promise<OtlpReceiver> {
  // Loaded here: gRPC and the protos cost 150 ms, which tests without telemetry need not pay.
  const { listenGrpc } = await import('./grpc-endpoint.ts')
  const { makeReception } = await import('./reception.ts')
  const limits = { ...LIMITS, ...options }
  const reception = makeReception(limits)
  const lives: GrpcEndpoint[] = [await listenGrpc(reception.services, { ...limits, port: options.port ?? 0 })]
  const { port } = lives[0] as GrpcEndpoint
  let alive = true
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    ...views(reception),
    get metrics() {
      return newest(reception)
    },
    get counts() {
      return { ...reception.counts(), connections: sum(lives.map(life => life.counts())) }
    },
    behave: (behaviour, signals = SIGNALS) => reception.behave(behaviour, signals),
    release: reception.release,
    clear: reception.clear,
    async stop() {
      if (!alive) return
      alive = false
      await lives.at(-1)?.cut()
    },
    async start() {
      if (alive) return
      lives.push(await listenGrpc(reception.services, { ...limits, port }))
      alive = true
    },
  }
}

type Views = Pick<
  OtlpReceiver,
  'spans' | 'logs' | 'series' | 'history' | 'waitForSpan' | 'waitForMetric' | 'waitForLog'
>

function views(reception: Reception): Views {
  const { spans, logs } = reception
  const series = (name: string) => newest(reception).filter(point => point.name === name)
  return {
    spans,
    logs,
    series,
    history: name =>
      reception
        .metrics()
        .flat()
        .filter(point => point.name === name),
    waitForSpan: (wanted, options) => {
      const fits = typeof wanted === 'string' ? (span: ReceivedSpan) => span.name === wanted : wanted
      return waitForOne(
        () => spans,
        fits,
        span => span.name,
        { what: `the span ${wanted}`, ...options },
      )
    },
    waitForMetric: (name, fits = () => true, options = {}) => {
      const nameOf = (point: MetricPoint) => (point.name === name ? shown(point) : point.name)
      const fitsToo = (point: MetricPoint) => point.name === name && fits(point)
      return waitForOne(() => newest(reception), fitsToo, nameOf, { what: `the metric ${name}`, ...options })
    },
    waitForLog: (wanted, options) => {
      const fits = typeof wanted === 'string' ? (log: ReceivedLog) => log.body === wanted : wanted
      return waitForOne(
        () => logs,
        fits,
        log => log.body,
        { what: `the log record ${wanted}`, ...options },
      )
    },
  }
}

function newest(reception: Reception): MetricPoint[] {
  return reception.metrics().flatMap(points => points.at(-1) ?? [])
}

/** For the message of a wait in vain: `solar.acks.sent{"reason":"late"} 3`. */
function shown({ name, attributes, value, count }: MetricPoint): string {
  return `${name}${JSON.stringify(attributes)} ${value ?? count}`
}

function sum(all: readonly ConnectionCounts[]): ConnectionCounts {
  const total = { accepted: 0, open: 0, bytes: 0 }
  for (const { accepted, open, bytes } of all) {
    total.accepted += accepted
    total.open += open
    total.bytes += bytes
  }
  return total
}
