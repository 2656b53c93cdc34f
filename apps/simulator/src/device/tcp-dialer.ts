// Real connections for simulated loggers, including those that a logger has left behind half open.
import { connect, type Socket } from 'node:net'
import type { Dial, Link, LinkEvents } from './link.ts'

const CONNECT_TIMEOUT_MS = 10_000
/** A collector that stopped reading: what does not fit is dropped, as in a stick with a few kB of memory. */
const WRITE_BUFFER_MAX_BYTES = 65_536

export interface TcpTarget {
  host: string
  port: number
}

export interface TcpDialer {
  dial: Dial
  /** Sockets that were left without FIN and are still held. */
  readonly halfOpen: number
  /** Destroys everything. */
  stop(): void
}

/**
 * A process cannot die for one socket alone: `destroy` sends a FIN, `resetAndDestroy` a RST, and Node does not offer
 * TCP_REPAIR. So an abandoned socket is kept, but neither read nor written any more. The server sees what it sees
 * at a real dusk, silence, with one difference: the kernel here still answers TCP keep-alive probes, so only the
 * server's own idle limit can find out. When the limit is reached the oldest one is destroyed (its FIN leaves then).
 */
export function createTcpDialer(target: TcpTarget, halfOpenMax: number): TcpDialer {
  const alive = new Set<Socket>()
  const abandoned = new Set<Socket>()

  function abandon(socket: Socket): void {
    socket.removeAllListeners('data')
    socket.pause()
    alive.delete(socket)
    abandoned.add(socket)
    socket.once('close', () => abandoned.delete(socket))
    while (abandoned.size > halfOpenMax) {
      const oldest = abandoned.values().next().value!
      abandoned.delete(oldest)
      oldest.destroy()
    }
  }

  function dial(events: LinkEvents): Link {
    const socket = connect({ host: target.host, port: target.port, noDelay: true })
    let current: LinkEvents | null = events
    alive.add(socket)
    socket.setTimeout(CONNECT_TIMEOUT_MS, () => socket.destroy())
    socket.on('connect', () => {
      socket.setTimeout(0)
      current?.connected()
    })
    socket.on('data', chunk => current?.received(chunk))
    // Refused, reset, no file handle left: the logger only ever learns that the connection is gone.
    socket.on('error', () => {})
    socket.on('close', () => {
      alive.delete(socket)
      current?.closed()
    })
    return {
      write(bytes) {
        const roomy = socket.writableLength < WRITE_BUFFER_MAX_BYTES
        if (roomy && socket.writable) {
          socket.write(bytes)
        }
        return roomy
      },
      close() {
        current = null
        socket.destroy()
      },
      abandon() {
        current = null
        if (socket.connecting) {
          socket.destroy()
        } else {
          abandon(socket)
        }
      },
    }
  }

  return {
    dial,
    get halfOpen() {
      return abandoned.size
    },
    stop() {
      for (const socket of [...alive, ...abandoned]) {
        socket.destroy()
      }
    },
  }
}
