// One boot of a logger on the network: connects, reconnects, sends one frame at a time and waits for its answer.
import { ackCode, type Frame, FrameReader } from '@deye-hard/solarman-v5'
import type { Task } from '../clock/schedule.ts'
import type { SimClock } from '../clock/sim-clock.ts'
import { between, type Random } from '../random.ts'
import type { Stats } from '../stats.ts'
import {
  ANSWER_WAIT_FLOOR_MS,
  EXCHANGE_POLICIES,
  type Exchange,
  type ExchangeOutcome,
  type Sequence,
} from './exchange.ts'
import type { Dial, Link } from './link.ts'

const BACK_OFF_FIRST_MS = 1_000
const BACK_OFF_MAX_MS = 30_000
const BACK_OFF_FLOOR_REAL_MS = 200
/** Hello, live record, heartbeat and the burst after a hello: more never waits at once. */
const QUEUE_MAX = 16
const REQUEST_CODE = 0x45
const STATUS_OK = 1

export interface SessionContext {
  loggerSerial: number
  clock: SimClock
  random: Random
  dial: Dial
  stats: Stats
  /** The connection stands: the logger decides what to say first. */
  opened(session: Session): void
  /** What really goes out for a frame; faults tamper here. */
  outgoing(bytes: Buffer): readonly Buffer[]
  /** The bytes that answer a request of the server. */
  answer(request: Frame, sequence: Sequence): Buffer
}

interface InFlight {
  exchange: Exchange
  /** Byte 6 of each copy sent: a late answer to the first copy is an answer. */
  sequences: number[]
  timeout: Task
}

export class Session {
  readonly #context: SessionContext
  #link: Link | null = null
  #connected = false
  #ended = false
  #failedDials = 0
  #reader = new FrameReader()
  #queue: Exchange[] = []
  #inFlight: InFlight | null = null
  #reconnect: Task | null = null
  /** Byte 5: the last counter of the server that was accepted; 0 after a boot. */
  #seqServer = 0
  #seqLogger = 0

  constructor(context: SessionContext) {
    this.#context = context
  }

  get connected(): boolean {
    return this.#connected
  }

  /** True while an exchange of this kind waits or is in flight. */
  has(kind: Exchange['kind']): boolean {
    return this.#inFlight?.exchange.kind === kind || this.#queue.some(exchange => exchange.kind === kind)
  }

  open(): void {
    this.#reader = new FrameReader()
    this.#link = this.#context.dial({
      connected: () => this.#onConnected(),
      received: chunk => this.#onReceived(chunk),
      closed: () => this.#onClosed(),
    })
  }

  /** Fresh data and greetings go before what can wait. */
  send(exchange: Exchange): void {
    if (this.#ended || !this.#connected || this.#queue.length >= QUEUE_MAX) {
      exchange.done({ kind: 'lost' })
      return
    }
    if (exchange.kind === 'hello' || exchange.kind === 'live') {
      this.#queue.unshift(exchange)
    } else {
      this.#queue.push(exchange)
    }
    this.#next()
  }

  /** A dead connection was noticed: drop it and dial again. */
  redial(): void {
    if (this.#connected) {
      this.#link?.close()
      this.#onClosed()
    }
  }

  /** The boot is over; nothing of it is heard again. @returns the connection that was there. */
  end(how: 'close' | 'abandon'): Link | null {
    const link = this.#link
    this.#ended = true
    this.#reconnect?.cancel()
    this.#setConnected(false)
    link?.[how]()
    this.#link = null
    this.#dropAll()
    return link
  }

  /** Leaves the socket as it is and dials another one: two connections, one serial. */
  forkConnection(): void {
    this.#link?.abandon()
    this.#setConnected(false)
    this.#dropAll()
    this.open()
  }

  #onConnected(): void {
    this.#failedDials = 0
    this.#setConnected(true)
    this.#context.stats.connects += 1
    this.#context.opened(this)
  }

  #onClosed(): void {
    if (this.#ended) {
      return
    }
    if (this.#connected) {
      this.#context.stats.connections_lost += 1
    }
    this.#setConnected(false)
    this.#link = null
    this.#dropAll()
    const { clock, random } = this.#context
    const delayMs = Math.min(BACK_OFF_MAX_MS, BACK_OFF_FIRST_MS * 2 ** this.#failedDials)
    this.#failedDials = Math.min(this.#failedDials + 1, 10)
    const jitter = between(random, 0.5, 1.5)
    this.#reconnect = clock.afterSim(delayMs * jitter, () => this.open(), BACK_OFF_FLOOR_REAL_MS * jitter)
  }

  #onReceived(chunk: Buffer): void {
    this.#reader.push(chunk)
    for (let read = this.#reader.next(); read.kind !== 'incomplete'; read = this.#reader.next()) {
      if (this.#ended) {
        return
      }
      if (read.kind === 'frame') {
        this.#onFrame(read.frame)
      } else {
        this.#context.stats.answers_unmatched += 1
      }
    }
  }

  #onFrame(frame: Frame): void {
    if (frame.code === REQUEST_CODE) {
      this.#seqServer = frame.seqServer
      this.#write(this.#context.answer(frame, this.#nextSequence()))
      return
    }
    const inFlight = this.#inFlight
    if (inFlight === null || !this.#isAnswerTo(inFlight, frame)) {
      this.#context.stats.answers_unmatched += 1
      return
    }
    this.#seqServer = frame.seqServer
    this.#context.stats.frames_acked += 1
    this.#settle(inFlight, { kind: 'accepted', serverUnixS: frame.payload.readUInt32LE(2) })
  }

  #isAnswerTo(inFlight: InFlight, frame: Frame): boolean {
    return (
      frame.code === ackCode(EXCHANGE_POLICIES[inFlight.exchange.kind].code) &&
      frame.loggerSerial === this.#context.loggerSerial &&
      inFlight.sequences.includes(frame.seqLogger) &&
      frame.payload.length >= 6 &&
      frame.payload[1] === STATUS_OK
    )
  }

  #next(): void {
    if (this.#inFlight !== null || !this.#connected) {
      return
    }
    const exchange = this.#queue.shift()
    if (exchange !== undefined) {
      this.#try(exchange, [])
    }
  }

  #try(exchange: Exchange, sequences: number[]): void {
    const policy = EXCHANGE_POLICIES[exchange.kind]
    const { clock, random } = this.#context
    const sequence = this.#nextSequence()
    sequences.push(sequence.seqLogger)
    this.#count(exchange, sequences.length)
    const timeout = clock.afterSim(
      between(random, ...policy.waitMs),
      () => this.#onTimeout(),
      ANSWER_WAIT_FLOOR_MS,
    )
    this.#inFlight = { exchange, sequences, timeout }
    this.#write(exchange.build(sequence))
  }

  #onTimeout(): void {
    const inFlight = this.#inFlight!
    if (inFlight.sequences.length < EXCHANGE_POLICIES[inFlight.exchange.kind].tries) {
      this.#try(inFlight.exchange, inFlight.sequences)
    } else {
      this.#settle(inFlight, { kind: 'unanswered' })
    }
  }

  #settle(inFlight: InFlight, outcome: ExchangeOutcome): void {
    inFlight.timeout.cancel()
    this.#inFlight = null
    inFlight.exchange.done(outcome)
    this.#next()
  }

  #dropAll(): void {
    const waiting = [...(this.#inFlight === null ? [] : [this.#inFlight.exchange]), ...this.#queue]
    this.#inFlight?.timeout.cancel()
    this.#inFlight = null
    this.#queue = []
    for (const exchange of waiting) {
      exchange.done({ kind: 'lost' })
    }
  }

  #nextSequence(): Sequence {
    this.#seqLogger = (this.#seqLogger + 1) % 256
    return { seqServer: this.#seqServer, seqLogger: this.#seqLogger }
  }

  #write(bytes: Buffer): void {
    for (const piece of this.#context.outgoing(bytes)) {
      const taken = this.#link?.write(piece) ?? true
      this.#context.stats.writes_dropped += taken ? 0 : 1
    }
  }

  #count(exchange: Exchange, attempt: number): void {
    const { stats } = this.#context
    stats.frames_sent += 1
    stats.retries += attempt > 1 ? 1 : 0
    stats.data_sent += EXCHANGE_POLICIES[exchange.kind].code === 0x42 ? 1 : 0
    stats.replays += exchange.kind === 'replay' ? 1 : 0
  }

  #setConnected(connected: boolean): void {
    if (connected !== this.#connected) {
      this.#connected = connected
      this.#context.stats.connected += connected ? 1 : -1
    }
  }
}
