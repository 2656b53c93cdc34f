// The TCP server that loggers dial: it takes or refuses a connection, and drains them all at the end.
import { createServer, type Server, type Socket } from 'node:net'
import type { Admission } from './admission.ts'
import { Connection } from './connection.ts'
import type { RefusedReason } from './counters.ts'
import { listen } from './listen.ts'
import type { Parts } from './parts.ts'

/** Time for peers to read the last acks and close; the acks themselves have left by then. */
const GOODBYE_MS = 500
const UNKNOWN_ADDRESS = 'unknown'

export class Listener {
  readonly #parts: Parts
  readonly #admission: Admission
  readonly #server: Server
  readonly #connections = new Set<Connection>()

  constructor(parts: Parts, admission: Admission) {
    this.#parts = parts
    this.#admission = admission
    const { keepAliveDelay } = parts.settings
    // Half-open: a logger that ends its side may still wait for the ack of its last frame.
    const options = {
      allowHalfOpen: true,
      noDelay: true,
      keepAlive: true,
      keepAliveInitialDelay: keepAliveDelay,
    }
    this.#server = createServer(options, socket => this.#onConnection(socket))
  }

  /** Resolves to the port; rejects with a StartError. */
  async start(): Promise<number> {
    const { host, port, acceptBacklog } = this.#parts.settings
    const target = { host, port, hostVariable: 'COLLECTOR_HOST', portVariable: 'COLLECTOR_PORT' }
    const listening = await listen(this.#server, target, { backlog: acceptBacklog })
    this.#server.on('error', error => this.#onAcceptError(error))
    return listening
  }

  get active(): number {
    return this.#admission.active
  }

  /** Stops accepting, lets due acks leave, ends every connection; after `timeoutMs` those that linger are cut off. */
  async stop(timeoutMs: number): Promise<void> {
    this.#admission.stop()
    const closed = new Promise<void>(resolve => this.#server.close(() => resolve()))
    await within(timeoutMs, Promise.all([...this.#connections].map(connection => connection.drain())))
    await within(GOODBYE_MS, closed)
    for (const connection of this.#connections) connection.cutOff()
    await closed
  }

  #onConnection(socket: Socket): void {
    const address = socket.remoteAddress ?? UNKNOWN_ADDRESS
    const refusal = this.#admission.enter(address)
    if (refusal !== null) {
      this.#refuse(socket, address, refusal)
      return
    }
    this.#parts.counters.connections_accepted += 1
    const connection = new Connection(socket, address, this.#parts)
    this.#connections.add(connection)
    socket.once('close', () => {
      this.#connections.delete(connection)
      this.#admission.leave(address)
    })
    if (this.#parts.log.admits('connection opened'))
      this.#parts.log.info('connection opened', connection.describe())
  }

  /** A reset rather than an end: a refused flood must not leave sockets in TIME_WAIT on our side. */
  #refuse(socket: Socket, address: string, reason: RefusedReason): void {
    this.#parts.counters.connections_refused[reason] += 1
    this.#parts.log.warn('connection refused', { remote_addr: address, reason })
    socket.on('error', () => {})
    socket.resetAndDestroy()
  }

  #onAcceptError(error: Error): void {
    this.#parts.counters.accept_errors += 1
    this.#admission.acceptFailed()
    this.#parts.log.warn('accepting connections failed', { error })
  }
}

async function within(timeoutMs: number, work: Promise<unknown>): Promise<void> {
  const timeout = Promise.withResolvers<void>()
  const timer = setTimeout(timeout.resolve, timeoutMs)
  await Promise.race([work, timeout.promise])
  clearTimeout(timer)
}
