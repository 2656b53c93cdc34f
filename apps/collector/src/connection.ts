// One logger's socket: bytes in, frames to the handlers, acks out; every limit of a stream is kept here.
import type { Socket } from 'node:net'
import {
  type Frame,
  FrameReader,
  type Incomplete,
  type Malformed,
  type ReadResult,
  writeAck,
  writeModbusRequest,
} from '@deye-hard/solarman-v5'
import type { AckSender } from './ack-outbox.ts'
import type { Pausable } from './back-pressure.ts'
import type { ClosedReason, PausedReason } from './counters.ts'
import type { Timed } from './deadline-wheel.ts'
import { dispatch } from './handlers/index.ts'
import type { LineFields } from './limited-log.ts'
import type { Parts } from './parts.ts'
import { StreamTimes } from './stream-times.ts'

/** Acks of one read are written in pieces of this size, so that `writeBufferMax` is seen while it is still near. */
const ACKS_PER_WRITE = 128
const NOTHING_SENT = -1
/** Reasons that a limit of ours gave; the others are a logger that went away, or we did. */
const LIMIT_REASONS: readonly ClosedReason[] = ['first_frame_timeout', 'idle', 'garbage_limit', 'slow_reader']
/** Vector modbus_req_serial_zero_probe: one register read with serial 0, which a logger answers with its own (reference 5.2). */
const PROBE = writeModbusRequest({ loggerSerial: 0, seqServer: 0, register: 1, quantity: 1 })

export class Connection implements Timed, AckSender, Pausable {
  isOpen = true
  /** Of the last valid frame; null before the first. */
  loggerSerial: number | null = null
  /** Of the last live data frame, see handlers/data. */
  lastRecordCounter = -1
  lastWorkTimeS = 0
  wheelSlot = -1
  readonly remoteAddress: string
  readonly #socket: Socket
  readonly #parts: Parts
  readonly #reader: FrameReader
  readonly #times: StreamTimes
  #acks: Buffer[] = []
  /** Byte 5 of our last ack that the logger has not yet shown in a frame. */
  #sentSequence = NOTHING_SENT
  /** Frames at the spool whose ack is due. */
  #waitingFrames = 0
  /** No more frames will be taken: the peer ended its side, or we drain. */
  #isEnding = false
  #pausedBySpool = false
  #pausedByFrames = false
  #isProbeOpen = false
  #closedReason: ClosedReason | null = null

  constructor(socket: Socket, remoteAddress: string, parts: Parts) {
    this.#socket = socket
    this.remoteAddress = remoteAddress
    this.#parts = parts
    this.#reader = new FrameReader({ maxPayloadBytes: parts.settings.framePayloadMax })
    this.#times = new StreamTimes(parts.settings, parts.clock.monotonicMs())
    socket.on('data', (chunk: Buffer) => this.#onData(chunk))
    socket.on('end', () => this.#onEnd())
    socket.on('error', () => this.#remember('peer_error'))
    socket.on('close', () => this.#onClose())
    parts.deadlines.set(this, this.#times.nextDeadline())
  }

  /** Queues the ack of `frame`. Each ack carries its own sequence bytes, so a heartbeat's may overtake one that waits for the disk. */
  ack(frame: Frame): void {
    if (!this.isOpen) return
    const unixTimeS = Math.floor(this.#parts.clock.wallMs() / 1_000) >>> 0
    const ack = writeAck(frame, { unixTimeS, heartbeatIntervalS: this.#parts.settings.ackHeartbeatInterval })
    if (this.#acks.length === 0) this.#parts.outbox.add(this)
    this.#acks.push(ack)
    this.#sentSequence = ack[5]!
    if (this.#acks.length >= ACKS_PER_WRITE) this.flushAcks()
  }

  flushAcks(): void {
    const acks = this.#acks
    if (acks.length === 0 || !this.isOpen) return
    this.#acks = []
    this.#parts.counters.acks_sent += acks.length
    this.#socket.write(acks.length === 1 ? acks[0]! : Buffer.concat(acks))
    if (this.#socket.writableLength > this.#parts.settings.writeBufferMax) this.close('slow_reader')
  }

  /** A frame went to the spool; `frameSettled` ends its wait. */
  frameWaits(): void {
    this.#waitingFrames += 1
    if (this.#waitingFrames <= this.#parts.settings.unackedFramesMax || this.#pausedByFrames) return
    this.#parts.counters.reading_paused.unacked_frames += 1
    this.pause('unacked_frames')
  }

  frameSettled(): void {
    this.#waitingFrames -= 1
    const { unackedFramesMax } = this.#parts.settings
    if (this.#pausedByFrames && this.#waitingFrames <= unackedFramesMax / 2) this.resume('unacked_frames')
    if (this.#isEnding) this.#endWhenAcked()
  }

  pause(reason: PausedReason): void {
    if (reason === 'spool_pending') this.#pausedBySpool = true
    else this.#pausedByFrames = true
    this.#socket.pause()
  }

  resume(reason: PausedReason): void {
    if (reason === 'spool_pending') this.#pausedBySpool = false
    else this.#pausedByFrames = false
    if (this.#isPaused() || !this.isOpen) return
    this.#times.excuseSilence(this.#parts.clock.monotonicMs())
    this.#socket.resume()
  }

  /** Byte 5 of a frame repeats our last answer when the logger accepted it: the only sign there is (reference 1.4). */
  noteSequence(seqServer: number): void {
    if (this.#sentSequence === NOTHING_SENT || this.#waitingFrames > 0) return
    if (seqServer === this.#sentSequence) this.#parts.counters.acks_accepted += 1
    else this.#parts.counters.acks_not_accepted += 1
    this.#sentSequence = NOTHING_SENT
  }

  /** True once, for the first answer after our probe. */
  takeProbeAnswer(): boolean {
    const isAnswer = this.#isProbeOpen
    this.#isProbeOpen = false
    return isAnswer
  }

  onDeadline(nowMs: number): number {
    if (!this.#isPaused()) this.#doDue(nowMs)
    return this.isOpen ? this.#times.nextDeadline() : -1
  }

  /** Ends the connection now and counts why. Never called after an ack: that would make the logger discard it (reference 3.4). */
  close(reason: ClosedReason): void {
    if (!this.isOpen) return
    this.#remember(reason)
    this.isOpen = false
    if (LIMIT_REASONS.includes(reason)) this.#parts.log.write('connectionCut', { ...this.describe(), reason })
    this.#socket.destroy()
  }

  /** Takes no more frames; resolves when the acks that were due have been handed to the network. */
  drain(): Promise<void> {
    this.#remember('shutdown')
    this.#isEnding = true
    const ended = new Promise<void>(resolve => {
      this.#socket.once('finish', resolve).once('close', resolve)
    })
    this.#endWhenAcked()
    // Bytes left unread would turn the end into a reset, and a reset can cost the logger the last acks.
    this.#socket.resume()
    return ended
  }

  /** For the end of the drain: whoever has not gone by now is cut off. */
  cutOff(): void {
    this.#socket.destroy()
  }

  describe(): LineFields {
    const fields: LineFields = { remote_addr: this.remoteAddress, remote_port: this.#socket.remotePort }
    if (this.loggerSerial !== null) fields.logger_serial = this.loggerSerial
    return fields
  }

  #onData(chunk: Buffer): void {
    if (this.#isEnding) return
    this.#times.spoke()
    this.#reader.push(chunk)
    this.#readFrames()
  }

  #readFrames(): void {
    const nowMs = this.#parts.clock.monotonicMs()
    while (this.isOpen) {
      const result = this.#reader.next()
      if (result.kind === 'frame') {
        this.#times.frameRead(nowMs)
        dispatch(result.frame, this, this.#parts)
      } else if (this.#reader.garbageBytes > this.#parts.settings.garbageMax) {
        this.#countRest(result)
        this.close('garbage_limit')
      } else if (result.kind === 'malformed') {
        this.#onMalformed(result)
      } else {
        this.#noteUnfinished(result, nowMs)
        return
      }
    }
  }

  #onMalformed({ reason, skippedBytes }: Malformed): void {
    this.#parts.counters.frames_malformed[reason] += 1
    this.#parts.counters.garbage_bytes += skippedBytes
    if (reason === 'tls_client_hello' || reason === 'v4_frame') {
      this.#parts.log.writeOncePerAddress('foreignProtocol', { remote_addr: this.remoteAddress, reason })
      this.close(reason)
    } else if (this.#parts.log.admits('frameMalformed')) {
      this.#parts.log.write('frameMalformed', { ...this.describe(), reason, packet_size: skippedBytes })
    }
  }

  /** A run of garbage is told only when its end is known; here the stream ends. */
  #countRest(result: ReadResult): void {
    const rest = result.kind === 'malformed' ? result : this.#reader.end()
    if (rest.kind === 'malformed') this.#onMalformed(rest)
  }

  #noteUnfinished({ midFrame, offset }: Incomplete, nowMs: number): void {
    if (!midFrame) this.#times.frameBoundary()
    else if (this.#times.frameUnfinished(offset, nowMs)) {
      this.#parts.deadlines.set(this, this.#times.nextDeadline())
    }
  }

  #doDue(nowMs: number): void {
    switch (this.#times.due(nowMs)) {
      case 'close':
        this.close(this.#times.hasFrame ? 'idle' : 'first_frame_timeout')
        break
      case 'abandon_frame':
        this.#abandonUnfinished()
        break
      case 'probe':
        this.#sendProbe()
        break
    }
  }

  /** A false start that looked like a frame would otherwise swallow the good frames behind it (reference 1.5 rule 3). */
  #abandonUnfinished(): void {
    this.#times.frameBoundary()
    this.#parts.counters.frames_unfinished += 1
    this.#parts.log.write('frameUnfinished', this.describe())
    this.#reader.skipStart()
    this.#readFrames()
  }

  /** A logger in TCP-client mode dials out and waits to be asked (reference 3.5). */
  #sendProbe(): void {
    this.#isProbeOpen = true
    this.#parts.counters.probes_sent += 1
    this.#parts.log.write('probeSent', this.describe())
    this.#socket.write(PROBE)
  }

  #isPaused(): boolean {
    return this.#pausedBySpool || this.#pausedByFrames
  }

  /** The peer sends no more, but it may still read: what it sent is acked before the socket ends. */
  #onEnd(): void {
    this.#isEnding = true
    this.#endWhenAcked()
  }

  #endWhenAcked(): void {
    if (this.#waitingFrames > 0 || !this.isOpen) return
    this.flushAcks()
    if (this.isOpen) this.#socket.end()
  }

  #remember(reason: ClosedReason): void {
    this.#closedReason ??= reason
  }

  #onClose(): void {
    this.isOpen = false
    const { counters, deadlines, backPressure, sessions, log } = this.#parts
    this.#countRest(this.#reader.end())
    const reason = this.#closedReason ?? 'peer'
    counters.connections_closed[reason] += 1
    deadlines.remove(this)
    backPressure.forget(this)
    sessions.unbind(this)
    if (log.admits('connectionClosed')) log.write('connectionClosed', { ...this.describe(), reason })
  }
}
