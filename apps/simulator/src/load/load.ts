// The load generator: as many acks as a collector gives, over many connections with a fixed number in flight.
import type { TcpTarget } from '../device/tcp-dialer.ts'
import type { Fleet } from '../fleet/fleet.ts'
import type { Journal } from '../journal.ts'
import { LatencyHistogram } from './latency-histogram.ts'
import type { LoadCounters } from './load-connection.ts'
import { LoadPool } from './load-pool.ts'

const CLOCK_STEP_MS = 1_000

export interface LoadOptions {
  target: TcpTarget
  fleet: Fleet
  connections: number
  /** Frames in flight per connection, 0 … 255. */
  inFlight: number
  seconds: number
  /** Answers count in order, whatever their bytes: for a bare server that does not parse. Default false. */
  inOrder?: boolean
  journal: Journal | null
  /** Ends the run early. */
  signal?: AbortSignal
}

export interface LoadResult {
  acked: number
  acks_per_s: number
  p50_ms: number | null
  p99_ms: number | null
  connections: number
  in_flight: number
  /** From the first connection to the end. */
  seconds: number
  connections_lost: number
  unexpected_answers: number
  /** Frames whose answer did not come within 11.9 s: shed by the server. */
  unanswered: number
}

/** The clock starts when the first connection stands; without any the run ends after its time with nothing acked. */
export async function runLoad(options: LoadOptions): Promise<LoadResult> {
  const counters: LoadCounters = { acked: 0, connected: 0, lost: 0, unexpected: 0, unanswered: 0 }
  const latencies = new LatencyHistogram()
  const pool = new LoadPool({ inOrder: false, ...options, counters, latencies })
  pool.dialMore()
  await pause(options.seconds * 1_000, options.signal, pool.firstConnected)
  const startMs = performance.now()
  const ticker = setInterval(() => pool.tick(), CLOCK_STEP_MS)
  await pause(counters.connected > 0 ? options.seconds * 1_000 : 0, options.signal)
  const seconds = (performance.now() - startMs) / 1_000
  clearInterval(ticker)
  const connections = counters.connected
  pool.stop()
  options.journal?.flush()
  return {
    acked: counters.acked,
    acks_per_s: Math.round(counters.acked / seconds),
    p50_ms: rounded(latencies.quantileMs(0.5)),
    p99_ms: rounded(latencies.quantileMs(0.99)),
    connections,
    in_flight: options.inFlight,
    seconds: Math.round(seconds * 1_000) / 1_000,
    connections_lost: counters.lost,
    unexpected_answers: counters.unexpected,
    unanswered: counters.unanswered,
  }
}

function rounded(milliseconds: number | null): number | null {
  return milliseconds === null ? null : Math.round(milliseconds * 1_000) / 1_000
}

/** Ends at the time, at the abort, or with the event, whichever comes first; leaves no timer behind. */
function pause(milliseconds: number, signal: AbortSignal | undefined, event?: Promise<void>): Promise<void> {
  return new Promise(resolve => {
    const timer = setTimeout(done, signal?.aborted === true ? 0 : milliseconds)
    signal?.addEventListener('abort', done, { once: true })
    event?.then(done)
    function done(): void {
      clearTimeout(timer)
      signal?.removeEventListener('abort', done)
      resolve()
    }
  })
}
