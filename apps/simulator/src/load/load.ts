// The load generator: as many acks as a collector gives, over many connections with a fixed number in flight.
import type { TcpTarget } from '../device/tcp-dialer.ts'
import type { Fleet } from '../fleet/fleet.ts'
import type { Journal } from '../journal.ts'
import { LatencyHistogram } from './latency-histogram.ts'
import { LoadConnection, type LoadCounters } from './load-connection.ts'
import { LoadFrames } from './load-frames.ts'

/** Dials at once: below the usual accept queue of 511. */
const DIALS_MAX = 256
const REDIAL_MS = 250
const CLOCK_STEP_MS = 1_000

export interface LoadOptions {
  target: TcpTarget
  fleet: Fleet
  connections: number
  /** Frames in flight per connection, 0 … 255. */
  inFlight: number
  seconds: number
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
}

/** The clock starts when the first connection stands; without any the run ends after its time with nothing acked. */
export async function runLoad(options: LoadOptions): Promise<LoadResult> {
  const counters: LoadCounters = { acked: 0, connected: 0, lost: 0, unexpected: 0 }
  const latencies = new LatencyHistogram()
  const pool = createPool(options, counters, latencies)
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
  }
}

interface Pool {
  firstConnected: Promise<void>
  dialMore(): void
  tick(): void
  stop(): void
}

function createPool(options: LoadOptions, counters: LoadCounters, latencies: LatencyHistogram): Pool {
  const { fleet, journal, target, inFlight } = options
  const loggers = fleet.loggers
  const nowMs = Date.now()
  const frames = Array.from({ length: options.connections }, (_, index) => {
    return new LoadFrames(loggers[index % loggers.length]!, Math.floor(index / loggers.length), nowMs)
  })
  const connections = new Map<number, LoadConnection>()
  const first = Promise.withResolvers<void>()
  const waiting = frames.map((_, index) => index)
  const redials = new Set<NodeJS.Timeout>()
  let dialling = 0
  let stopped = false

  function dialMore(): void {
    while (!stopped && dialling < DIALS_MAX && waiting.length > 0) {
      dial(waiting.shift()!)
    }
  }

  function dial(index: number): void {
    dialling += 1
    const own = frames[index]!
    const serial = loggers[index % loggers.length]!.logger_serial
    const connection = new LoadConnection({
      target,
      frames: own,
      inFlight,
      latencies,
      counters,
      onAck:
        journal === null
          ? null
          : recordCounter => journal.record(serial, { recordCounter, body: own.body }, false),
      onDialled() {
        dialling -= 1
        if (counters.connected > 0) {
          first.resolve()
        }
        dialMore()
      },
      onLost() {
        connections.delete(index)
        redials.add(
          setTimeout(() => {
            waiting.push(index)
            dialMore()
          }, REDIAL_MS),
        )
      },
    })
    connections.set(index, connection)
  }

  return {
    firstConnected: first.promise,
    dialMore,
    tick() {
      for (const own of frames) {
        own.follow(Date.now())
      }
      journal?.flush()
    },
    stop() {
      stopped = true
      for (const redial of redials) {
        clearTimeout(redial)
      }
      for (const connection of connections.values()) {
        connection.stop()
      }
    },
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
