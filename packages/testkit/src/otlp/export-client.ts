// Sends hand-made OTLP messages over gRPC, for the receiver's own tests; services are tested with their real exporters.
import { Client, credentials, Metadata } from '@grpc/grpc-js'
import { EXPORT_PATHS } from './export-services.ts'
import type { Signal } from './received.ts'
import { type ExportResponse, REQUESTS, RESPONSES } from './wire-messages.ts'

const DEADLINE_MS = 5_000
/** `grpc.default_compression_algorithm` of grpc-js. */
const GZIP = 2

export interface ExportClient {
  /** A message as a plain object, or bytes as they are. Rejects with the ServiceError of grpc-js. */
  send(signal: Signal, message: object | Buffer, giveUp?: AbortSignal): Promise<ExportResponse>
  close(): void
}

export function exportClient(url: string, options: { gzip?: boolean } = {}): ExportClient {
  const client = new Client(new URL(url).host, credentials.createInsecure(), {
    'grpc.use_local_subchannel_pool': 1, // a connection of its own, not one shared by address
    'grpc.initial_reconnect_backoff_ms': 50,
    'grpc.max_reconnect_backoff_ms': 100,
    ...(options.gzip === true ? { 'grpc.default_compression_algorithm': GZIP } : {}),
  })
  return {
    send: (signal, message, giveUp) =>
      new Promise((resolve, reject) => {
        const call = client.makeUnaryRequest(
          EXPORT_PATHS[signal],
          (bytes: Buffer) => bytes,
          RESPONSES[signal].decode,
          Buffer.isBuffer(message) ? message : REQUESTS[signal].encode(message),
          new Metadata(),
          { deadline: Date.now() + DEADLINE_MS },
          (error, response) => (error === null ? resolve(response ?? {}) : reject(error)),
        )
        giveUp?.addEventListener('abort', () => call.cancel())
      }),
    close: () => client.close(),
  }
}
