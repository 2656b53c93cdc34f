// One connection of the load generator: keeps a fixed number of frames in flight and times their answers.
import { connect, type Socket } from 'node:net'
import type { TcpTarget } from '../device/tcp-dialer.ts'
import type { LatencyHistogram } from './latency-histogram.ts'
import type { LoadFrames } from './load-frames.ts'

const DATA_ACK_CODE = 0x12
const START_BYTE = 0xa5
const HEADER_BYTES = 11
const ENVELOPE_BYTES = 13
const SEQUENCES = 256
/** As long as a logger waits (reference 3.4): what was shed makes room for a new frame. */
const ANSWER_WAIT_MS = 11_900

export interface LoadCounters {
  acked: number
  connected: number
  lost: number
  unexpected: number
  /** Frames whose answer did not come in time: shed by an overloaded collector. */
  unanswered: number
}

export interface LoadConnectionOptions {
  target: TcpTarget
  frames: LoadFrames
  /** 0 … 255; 0 only holds the connection open. */
  inFlight: number
  /** Answers count in the order of the frames, whatever their bytes: for a bare server that does not parse. */
  inOrder: boolean
  latencies: LatencyHistogram
  counters: LoadCounters
  /** Before an ack counts; the counter is that of the acked frame. */
  onAck: ((recordCounter: number) => void) | null
  /** The dial succeeded or failed: another one may start. */
  onDialled(): void
  onLost(): void
}

export class LoadConnection {
  readonly #options: LoadConnectionOptions
  readonly #sentMs = new Float64Array(SEQUENCES)
  readonly #recordCounters = new Uint32Array(SEQUENCES)
  #socket: Socket
  #connected = false
  #dialling = true
  #sequence = 0
  #answeredSequence = 0
  /** Copied into the next frames: a server counts what a logger did not copy as not accepted (reference 1.4). */
  #seqServer = 0
  /** Frames that may go out but wait for the socket to drain. */
  #owed = 0
  #blocked = false
  #rest: Buffer | null = null

  constructor(options: LoadConnectionOptions) {
    this.#options = options
    this.#socket = connect({ ...options.target, noDelay: true })
    this.#socket.on('connect', () => this.#onConnected())
    this.#socket.on('data', chunk => this.#onData(chunk))
    this.#socket.on('drain', () => this.#onDrain())
    this.#socket.on('error', () => {})
    this.#socket.on('close', () => this.#onClosed())
  }

  stop(): void {
    this.#socket.removeAllListeners('close')
    this.#socket.destroy()
  }

  /** Call it about once a second. */
  giveUpLateAnswers(): void {
    const latestMs = performance.now() - ANSWER_WAIT_MS
    let late = 0
    for (let sequence = 0; sequence < SEQUENCES; sequence += 1) {
      if (this.#sentMs[sequence]! > 0 && this.#sentMs[sequence]! < latestMs) {
        this.#sentMs[sequence] = 0
        late += 1
      }
    }
    this.#options.counters.unanswered += late
    this.#sendMore(late)
  }

  #onConnected(): void {
    this.#connected = true
    this.#options.counters.connected += 1
    this.#dialled()
    this.#sendMore(this.#options.inFlight)
  }

  #onClosed(): void {
    if (this.#connected) {
      this.#options.counters.connected -= 1
      this.#options.counters.lost += 1
    }
    this.#dialled()
    this.#options.onLost()
  }

  #dialled(): void {
    if (this.#dialling) {
      this.#dialling = false
      this.#options.onDialled()
    }
  }

  #onDrain(): void {
    this.#blocked = false
    const owed = this.#owed
    this.#owed = 0
    this.#sendMore(owed)
  }

  /** All frames that one read has freed go out in one write. */
  #sendMore(count: number): void {
    if (count === 0 || this.#blocked) {
      this.#owed += count
      return
    }
    const { frames } = this.#options
    const bytes = Buffer.allocUnsafe(count * frames.bytesPerFrame)
    const nowMs = performance.now()
    for (let index = 0; index < count; index += 1) {
      this.#sequence = (this.#sequence + 1) % SEQUENCES
      frames.writeNext(bytes, index * frames.bytesPerFrame, this.#seqServer, this.#sequence)
      this.#sentMs[this.#sequence] = nowMs
      this.#recordCounters[this.#sequence] = frames.recordCounter
    }
    this.#blocked = !this.#socket.write(bytes)
  }

  #onData(chunk: Buffer): void {
    const bytes = this.#rest === null ? chunk : Buffer.concat([this.#rest, chunk])
    const nowMs = performance.now()
    let at = 0
    let freed = 0
    while (bytes.length - at >= HEADER_BYTES) {
      const length = ENVELOPE_BYTES + bytes[at + 1]! + bytes[at + 2]! * 256
      if (bytes[at] !== START_BYTE) {
        this.#options.counters.unexpected += 1
        this.#socket.destroy()
        return
      }
      if (bytes.length - at < length) {
        break
      }
      this.#seqServer = bytes[at + 5]!
      freed += this.#onAnswer(bytes[at + 4]!, bytes[at + 6]!, nowMs)
      at += length
    }
    this.#rest = at < bytes.length ? bytes.subarray(at) : null
    this.#sendMore(freed)
  }

  #onAnswer(code: number, copiedSequence: number, nowMs: number): 0 | 1 {
    const { counters, latencies, onAck, inOrder } = this.#options
    this.#answeredSequence = (this.#answeredSequence + 1) % SEQUENCES
    const sequence = inOrder ? this.#answeredSequence : copiedSequence
    const sentMs = this.#sentMs[sequence]!
    if ((code !== DATA_ACK_CODE && !inOrder) || sentMs === 0) {
      counters.unexpected += 1
      return 0
    }
    this.#sentMs[sequence] = 0
    latencies.add(nowMs - sentMs)
    onAck?.(this.#recordCounters[sequence]!)
    counters.acked += 1
    return 1
  }
}
