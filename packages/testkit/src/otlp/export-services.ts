// The three gRPC services of OTLP, as opentelemetry-proto names them in collector/*/v1.
import type { handleUnaryCall, ServiceDefinition } from '@grpc/grpc-js'
import type { Answer } from './behaviour.ts'
import type { GrpcService } from './grpc-endpoint.ts'
import type { Signal } from './received.ts'
import { REQUESTS, RESPONSES, type WireRequests } from './wire-messages.ts'

/** Where each service is called. */
export const EXPORT_PATHS: Readonly<Record<Signal, string>> = {
  traces: '/opentelemetry.proto.collector.trace.v1.TraceService/Export',
  metrics: '/opentelemetry.proto.collector.metrics.v1.MetricsService/Export',
  logs: '/opentelemetry.proto.collector.logs.v1.LogsService/Export',
}

export function exportService<S extends Signal>(
  signal: S,
  on: {
    /** Of every call, before anything is read: its message without compression. */
    arrived(bytes: number): void
    undecodable(): void
    handler: handleUnaryCall<WireRequests[S], Answer>
  },
): GrpcService {
  const decode = (bytes: Buffer): WireRequests[S] => {
    on.arrived(bytes.length)
    try {
      return REQUESTS[signal].decode(bytes)
    } catch (error) {
      on.undecodable()
      throw error // grpc-js answers INTERNAL, like the collector of OpenTelemetry
    }
  }
  const definition = {
    export: {
      path: EXPORT_PATHS[signal],
      requestStream: false,
      responseStream: false,
      requestDeserialize: decode,
      requestSerialize: REQUESTS[signal].encode,
      responseDeserialize: RESPONSES[signal].decode,
      responseSerialize: RESPONSES[signal].encode,
    },
  } satisfies ServiceDefinition
  return { definition, implementation: { export: on.handler } }
}
