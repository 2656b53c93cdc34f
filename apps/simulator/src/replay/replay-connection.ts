// One connection of a replay: sends bytes and hands out the answers as they come.
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { type Frame, FrameReader } from '@deye-hard/solarman-v5'
import type { TcpTarget } from '../device/tcp-dialer.ts'

const REQUEST_CODE = 0x45

export class ReplayConnection {
  readonly #socket: Socket
  readonly #reader = new FrameReader()
  #answers: Frame[] = []
  #malformed = 0
  #closed = false
  #wake: (() => void) | null = null

  /** Rejects with the socket's error when nobody listens. */
  static async open(target: TcpTarget): Promise<ReplayConnection> {
    const socket = connect({ ...target, noDelay: true })
    await once(socket, 'connect')
    return new ReplayConnection(socket)
  }

  private constructor(socket: Socket) {
    this.#socket = socket
    socket.on('data', chunk => this.#onData(chunk))
    socket.on('error', () => {})
    socket.on('close', () => {
      this.#closed = true
      this.#wake?.()
    })
  }

  get isClosed(): boolean {
    return this.#closed
  }

  /** Bytes of the server that were no frame. */
  get malformed(): number {
    return this.#malformed
  }

  send(bytes: Buffer): void {
    this.#socket.write(bytes)
  }

  /** Waits for `count` answers; fewer when the time is over or the server hangs up. Requests are not answers. */
  async answers(count: number, timeoutMs: number): Promise<Frame[]> {
    const deadlineMs = performance.now() + timeoutMs
    while (this.#answers.length < count && !this.#closed && performance.now() < deadlineMs) {
      await this.#nextEvent(deadlineMs - performance.now())
    }
    const taken = this.#answers
    this.#answers = []
    return taken
  }

  close(): void {
    this.#socket.destroy()
  }

  #onData(chunk: Buffer): void {
    this.#reader.push(chunk)
    for (let read = this.#reader.next(); read.kind !== 'incomplete'; read = this.#reader.next()) {
      if (read.kind === 'malformed') {
        this.#malformed += 1
      } else if (read.frame.code !== REQUEST_CODE) {
        this.#answers.push(read.frame)
      }
    }
    this.#wake?.()
  }

  #nextEvent(timeoutMs: number): Promise<void> {
    return new Promise(resolve => {
      const timer = setTimeout(done, Math.max(0, timeoutMs))
      this.#wake = done
      function done(): void {
        clearTimeout(timer)
        resolve()
      }
    })
  }
}
