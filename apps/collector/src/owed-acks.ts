// The acks of one connection: gathered until the end of the event turn, written together, and whether the logger took them.
import type { Socket } from 'node:net'
import { controlCodeText, writeAck } from '@deye-hard/solarman-v5'
import type { AckSender } from './ack-outbox.ts'
import type { Connection } from './connection.ts'
import type { Parts } from './parts.ts'
import type { Received } from './received.ts'

/** Acks of one read are written in pieces of this size, so that `writeBufferMax` is seen while it is still near. */
const ACKS_PER_WRITE = 128
const NOTHING_SENT = -1

export class OwedAcks implements AckSender {
  readonly #socket: Socket
  readonly #connection: Connection
  readonly #parts: Parts
  #acks: Buffer[] = []
  /** Byte 5 of our last ack that the logger has not yet shown in a frame. */
  #sentSequence = NOTHING_SENT

  constructor(socket: Socket, connection: Connection, parts: Parts) {
    this.#socket = socket
    this.#connection = connection
    this.#parts = parts
  }

  /** Queues the ack of a frame. Each carries its own sequence bytes, so a heartbeat's may overtake one that waits for the disk. */
  add(received: Received): void {
    if (!this.#connection.isOpen) return
    const { clock, settings, outbox, counters, log } = this.#parts
    const unixTimeS = Math.floor(clock.wallMs() / 1_000) >>> 0
    const ack = writeAck(received.frame, { unixTimeS, heartbeatIntervalS: settings.ackHeartbeatInterval })
    if (this.#acks.length === 0) outbox.add(this)
    this.#acks.push(ack)
    this.#sentSequence = ack[5]!
    const durationMs = clock.monotonicMs() - received.atMs
    if (durationMs > settings.ackLateAfter) counters.acks_late += 1
    if (log.admits('frame acknowledged')) this.#tell(received, durationMs)
    if (this.#acks.length >= ACKS_PER_WRITE) this.flushAcks()
  }

  flushAcks(): void {
    const acks = this.#acks
    if (acks.length === 0 || !this.#connection.isOpen) return
    this.#acks = []
    this.#connection.counts.acks += acks.length
    this.#parts.counters.acks_sent += acks.length
    this.#socket.write(acks.length === 1 ? acks[0]! : Buffer.concat(acks))
    if (this.#socket.writableLength > this.#parts.settings.writeBufferMax)
      this.#connection.close('slow_reader')
  }

  /** Byte 5 of a frame repeats our last answer when the logger accepted it: the only sign there is (reference 1.4). */
  noteSequence(seqServer: number): void {
    if (this.#sentSequence === NOTHING_SENT) return
    if (seqServer === this.#sentSequence) this.#parts.counters.acks_accepted += 1
    else this.#parts.counters.acks_not_accepted += 1
    this.#sentSequence = NOTHING_SENT
  }

  #tell({ frame, trace }: Received, durationMs: number): void {
    const fields = {
      ...this.#connection.describe(),
      control_code: controlCodeText(frame.code),
      packet_size: frame.bytes.length,
      duration_ms: Math.round(durationMs * 10) / 10,
    }
    this.#parts.log.debug('frame acknowledged', fields, trace?.ref)
  }
}
