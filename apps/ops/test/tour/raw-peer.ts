// A peer of the collector that sends whatever bytes it is given, well formed or not.
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

export class RawPeer {
  readonly socket: Socket
  received = Buffer.alloc(0)
  isClosed = false

  private constructor(socket: Socket) {
    this.socket = socket
    socket.on('data', chunk => {
      this.received = Buffer.concat([this.received, chunk])
    })
    socket.on('error', () => {}) // being cut off is what some of them are for
    socket.on('close', () => {
      this.isClosed = true
    })
  }

  /** Also resolves for a connection that is refused: then it is closed. */
  static async connect(port: number): Promise<RawPeer> {
    const peer = new RawPeer(connect(port, '127.0.0.1'))
    await Promise.race([once(peer.socket, 'connect'), once(peer.socket, 'close')]).catch(() => {})
    return peer
  }

  send(bytes: Buffer): void {
    this.socket.write(bytes)
  }

  close(): void {
    this.socket.destroy()
  }
}
