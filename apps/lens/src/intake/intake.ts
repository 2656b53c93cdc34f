// The intake as a whole: both listeners, one receiver behind them.
import type { Engine } from '../engine/engine.ts'
import { type GrpcOptions, startGrpc } from './grpc.ts'
import { type HttpOptions, startHttp } from './http.ts'
import type { RecordLimits } from './limits.ts'
import type { QueueLimits } from './queue.ts'
import { type Outcome, Receiver, type ReceiverStatus } from './receive.ts'
import type { MetricsRequest } from './wire.ts'

export interface IntakeOptions {
  grpc: GrpcOptions
  http: HttpOptions
  record: RecordLimits
  queue: QueueLimits
  /** How long `stop` waits for what was taken to be stored. */
  drainMs: number
  /** Milliseconds since 1970; the system's clock without it. */
  now?: () => number
}

export interface Intake {
  ports: { grpc: number; http: number }
  /** For what does not come over the network: scraped pages. */
  receiveMetrics(request: MetricsRequest): Outcome
  /** Resolves when everything that was taken before is stored or given up. */
  flush(): Promise<void>
  status(): ReceiverStatus
  /** Closes the listeners, stores what was taken; the engine stays open. Safe to call twice. */
  stop(): Promise<void>
}

/** Rejects with IntakeError; then nothing listens. */
export async function startIntake(engine: Engine, options: IntakeOptions): Promise<Intake> {
  const receiver = new Receiver(engine, options, options.now)
  const http = await startHttp(receiver, options.http)
  try {
    const grpc = await startGrpc(receiver, options.grpc)
    let stopping: Promise<void> | undefined
    const stop = async () => {
      await Promise.all([grpc.stop(), http.stop()])
      await receiver.stop(options.drainMs)
    }
    return {
      ports: { grpc: grpc.port, http: http.port },
      receiveMetrics: request => receiver.receive('metrics', request),
      flush: () => receiver.flush(),
      status: () => receiver.status(),
      stop: () => {
        stopping ??= stop()
        return stopping
      },
    }
  } catch (error) {
    await http.stop()
    await receiver.stop(0)
    throw error
  }
}
