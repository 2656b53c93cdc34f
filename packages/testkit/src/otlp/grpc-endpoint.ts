// A gRPC server behind a listener of our own, so that connections and bytes can be counted and cut.
import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import {
  Server,
  ServerCredentials,
  type ServiceDefinition,
  type UntypedServiceImplementation,
} from '@grpc/grpc-js'
import { waitUntil } from '../wait-until.ts'

const HOST = '127.0.0.1'

export interface GrpcService {
  definition: ServiceDefinition
  implementation: UntypedServiceImplementation
}

export interface ConnectionCounts {
  accepted: number
  open: number
  /** Received on all connections, as they came over the wire: compressed, with all that HTTP/2 adds. */
  bytes: number
}

export interface GrpcEndpoint {
  port: number
  counts(): ConnectionCounts
  /** Stops listening and cuts every connection in the middle of whatever it does. */
  cut(): Promise<void>
}

/** Listens on loopback; port 0 takes a free one. */
export async function listenGrpc(
  services: readonly GrpcService[],
  options: { port: number; maxMessageBytes: number },
): Promise<GrpcEndpoint> {
  const server = new Server({ 'grpc.max_receive_message_length': options.maxMessageBytes })
  for (const { definition, implementation } of services) server.addService(definition, implementation)
  const injector = server.createConnectionInjector(ServerCredentials.createInsecure())
  const sockets = new Set<Socket>()
  const past = { accepted: 0, bytes: 0 }
  const listener = createServer(socket => {
    past.accepted += 1
    sockets.add(socket)
    socket.on('error', () => {}) // a client that goes away is no fault of a test
    socket.once('close', () => {
      sockets.delete(socket)
      past.bytes += socket.bytesRead
    })
    injector.injectConnection(socket)
  })
  await listen(listener, options.port)
  return {
    port: (listener.address() as AddressInfo).port,
    counts: () => ({
      accepted: past.accepted,
      open: sockets.size,
      bytes: [...sockets].reduce((bytes, socket) => bytes + socket.bytesRead, past.bytes),
    }),
    async cut() {
      const ends = [listener, ...sockets].map(one => new Promise(resolve => one.once('close', resolve)))
      listener.close()
      for (const socket of sockets) socket.resetAndDestroy()
      server.forceShutdown()
      await Promise.all(ends)
    },
  }
}

/** Tries again while the port is taken: a client that calls a dead port from the same one may hold it for a moment. */
async function listen(listener: ReturnType<typeof createServer>, port: number): Promise<void> {
  await waitUntil(
    async () => {
      listener.listen(port, HOST)
      await once(listener, 'listening')
      return true
    },
    { what: `a listener on ${HOST}:${port}` },
  )
}
