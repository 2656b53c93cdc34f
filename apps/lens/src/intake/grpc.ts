// OTLP over gRPC: the three export services of opentelemetry-proto.
import { Server, ServerCredentials, type ServerUnaryCall, type sendUnaryData, status } from '@grpc/grpc-js'
import { exportAnswer } from './answer.ts'
import { IntakeError } from './errors.ts'
import type { Receiver } from './receive.ts'
import { REQUESTS, RESPONSES, SIGNALS, type Signal, type WireRequests } from './wire.ts'

const PATHS: Readonly<Record<Signal, string>> = {
  traces: '/opentelemetry.proto.collector.trace.v1.TraceService/Export',
  metrics: '/opentelemetry.proto.collector.metrics.v1.MetricsService/Export',
  logs: '/opentelemetry.proto.collector.logs.v1.LogsService/Export',
}
/** grpc-js refuses above its own limit without telling anyone; ours is counted below it. */
const HARD_LIMIT_FACTOR = 2
const STREAMS_PER_CONNECTION = 32
const STOP_LIMIT_MS = 300

export interface GrpcOptions {
  host: string
  /** 0 takes a free one. */
  port: number
  messageMax: number
}

export interface GrpcServer {
  port: number
  stop(): Promise<void>
}

type Decoded<S extends Signal> =
  | { kind: 'request'; request: WireRequests[S] }
  | { kind: 'undecodable' }
  | { kind: 'too_large' }

/** Rejects with IntakeError `port_taken`. */
export async function startGrpc(receiver: Receiver, options: GrpcOptions): Promise<GrpcServer> {
  const server = new Server({
    'grpc.max_receive_message_length': options.messageMax * HARD_LIMIT_FACTOR,
    'grpc.max_concurrent_streams': STREAMS_PER_CONNECTION,
  })
  for (const signal of SIGNALS) addService(server, signal, receiver, options.messageMax)
  const port = await bind(server, options)
  return {
    port,
    stop: () =>
      new Promise(resolve => {
        server.tryShutdown(() => resolve())
        server.forceShutdown()
        // A client that is frozen never closes its end, and grpc-js waits for it.
        setTimeout(resolve, STOP_LIMIT_MS).unref()
      }),
  }
}

function addService<S extends Signal>(
  server: Server,
  signal: S,
  receiver: Receiver,
  messageMax: number,
): void {
  const definition = {
    export: {
      path: PATHS[signal],
      requestStream: false,
      responseStream: false,
      requestDeserialize: (bytes: Buffer) => decode(signal, bytes, messageMax),
      requestSerialize: REQUESTS[signal].encode as (value: object) => Buffer,
      responseDeserialize: RESPONSES[signal].decode,
      responseSerialize: RESPONSES[signal].encode,
    },
  } as const
  server.addService(definition, {
    export(call: ServerUnaryCall<Decoded<S>, object>, answer: sendUnaryData<object>) {
      const decoded = call.request
      if (decoded.kind === 'request')
        return answer(null, exportAnswer(signal, receiver.receive(signal, decoded.request)))
      receiver.counts.refused[decoded.kind] += 1
      if (decoded.kind === 'undecodable')
        return answer({ code: status.INVALID_ARGUMENT, details: 'no OTLP message' })
      return answer({ code: status.RESOURCE_EXHAUSTED, details: `more than ${messageMax} bytes` })
    },
  })
}

function decode<S extends Signal>(signal: S, bytes: Buffer, messageMax: number): Decoded<S> {
  if (bytes.length > messageMax) return { kind: 'too_large' }
  try {
    return { kind: 'request', request: REQUESTS[signal].decode(bytes) }
  } catch {
    return { kind: 'undecodable' }
  }
}

function bind(server: Server, { host, port }: GrpcOptions): Promise<number> {
  return new Promise((resolve, reject) => {
    server.bindAsync(`${host}:${port}`, ServerCredentials.createInsecure(), (error, bound) => {
      if (error === null) resolve(bound)
      else
        reject(
          new IntakeError(
            'port_taken',
            `LENS_OTLP_GRPC_PORT: ${host}:${port} cannot be listened on (${error.message}).`,
          ),
        )
    })
  })
}
