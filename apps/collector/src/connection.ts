// One logger's socket: bytes in, frames to the handlers, acks out; every limit of a stream is kept here.
import type { Socket } from 'node:net'
import {
  type Frame,
  FrameReader,
  type Incomplete,
  type Malformed,
  type ReadResult,
  writeModbusRequest,
} from '@deye-hard/solarman-v5'
import type { TraceRef } from '@deye-hard/telemetry'
import type { Pausable } from './back-pressure.ts'
import type { ClosedReason, PausedReason } from './counters.ts'
import type { Timed } from './deadline-wheel.ts'
import { dispatch } from './handlers/index.ts'
import { OwedAcks } from './owed-acks.ts'
import type { Parts } from './parts.ts'
import type { Received } from './received.ts'
import { type ConnectionTrace, traceConnection } from './signals/connection-trace.ts'
import { StreamTimes } from './stream-times.ts'

/** Reasons that a limit of ours gave; the others are a logger that went away, or we did. */
const LIMIT_REASONS: readonly ClosedReason[] = ['first_frame_timeout', 'idle', 'garbage_limit', 'slow_reader']
/** Vector modbus_req_serial_zero_probe: one register read with serial 0, which a logger answers with its own (reference 5.2). */
const PROBE = writeModbusRequest({ loggerSerial: 0, seqServer: 0, register: 1, quantity: 1 })

export class Connection implements Timed, Pausable {
  isOpen = true
  /** Of the last valid frame; null before the first. */
  loggerSerial: number | null = null
  /** Of the last live data frame, see handlers/data. */
  lastRecordCounter = -1
  lastWorkTimeS = 0
  isLastRecordAcked = false
  wheelSlot = -1
  /** Since it was accepted. */
  readonly counts = { frames: 0, acks: 0, malformed: 0 }
  readonly remoteAddress: string
  readonly #socket: Socket
  readonly #parts: Parts
  readonly #reader: FrameReader
  readonly #times: StreamTimes
  readonly #acks: OwedAcks
  readonly #trace: ConnectionTrace | null
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
    this.#acks = new OwedAcks(socket, this, parts)
    this.#trace = traceConnection(parts.clock, parts.settings.connectionSpanInterval)
    socket.on('data', (chunk: Buffer) => this.#onData(chunk))
    socket.on('end', () => this.#onEnd())
    socket.on('error', () => this.#remember('peer_error'))
    socket.on('close', () => this.#onClose())
    parts.deadlines.set(this, this.#nextDeadline())
  }

  /** The newest span about this connection, for links; null while there is none. */
  get newestPart(): TraceRef | null {
    return this.#trace?.newest ?? null
  }

  ack(received: Received): void {
    this.#acks.add(received)
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

  /** A frame came whose serial is known by now. */
  noteFrame({ seqServer }: Frame): void {
    this.counts.frames += 1
    if (this.counts.frames === 1 && this.#trace !== null) {
      this.#trace.opened(this)
      this.#parts.deadlines.set(this, this.#nextDeadline())
    }
    if (this.#waitingFrames === 0) this.#acks.noteSequence(seqServer)
  }

  /** True once, for the first answer after our probe. */
  takeProbeAnswer(): boolean {
    const isAnswer = this.#isProbeOpen
    this.#isProbeOpen = false
    return isAnswer
  }

  onDeadline(nowMs: number): number {
    this.#trace?.look(this, nowMs)
    if (!this.#isPaused()) this.#doDue(nowMs)
    return this.isOpen ? this.#nextDeadline() : -1
  }

  /** Ends the connection now and counts why. Never called after an ack: that would make the logger discard it (reference 3.4). */
  close(reason: ClosedReason): void {
    if (!this.isOpen) return
    this.#remember(reason)
    this.isOpen = false
    if (LIMIT_REASONS.includes(reason))
      this.#parts.log.warn('connection closed by a limit', { ...this.describe(), reason })
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

  describe(): { remote_addr: string; logger_serial: number | null } {
    return { remote_addr: this.remoteAddress, logger_serial: this.loggerSerial }
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
        const { frame, offset } = result
        dispatch({ frame, offset, atMs: nowMs, trace: null }, this, this.#parts)
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

  #onMalformed(malformed: Malformed): void {
    const { reason, offset, skippedBytes } = malformed
    const { counters, log, foreignPeers, messageTraces } = this.#parts
    counters.frames_malformed[reason] += 1
    counters.garbage_bytes += skippedBytes
    this.counts.malformed += 1
    messageTraces.malformed(this, malformed)
    if (reason === 'tls_client_hello' || reason === 'v4_frame') {
      if (foreignPeers.isNew(this.remoteAddress))
        log.warn('peer does not speak Solarman V5', { remote_addr: this.remoteAddress, reason })
      this.close(reason)
    } else if (log.admits('malformed bytes')) {
      log.warn('malformed bytes', { ...this.describe(), reason, packet_size: skippedBytes, offset })
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
      this.#parts.deadlines.set(this, this.#nextDeadline())
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
    const { counters, log, messageTraces } = this.#parts
    counters.frames_unfinished += 1
    messageTraces.malformed(this, { reason: 'unfinished', offset: this.#times.unfinishedOffset })
    log.warn('frame start never completed', this.describe())
    this.#times.frameBoundary()
    this.#reader.skipStart()
    this.#readFrames()
  }

  /** A logger in TCP-client mode dials out and waits to be asked (reference 3.5). */
  #sendProbe(): void {
    this.#isProbeOpen = true
    this.#parts.counters.probes_sent += 1
    this.#parts.log.info('silent connection asked for its serial', this.describe())
    this.#socket.write(PROBE)
  }

  #nextDeadline(): number {
    return Math.min(this.#times.nextDeadline(), this.#trace?.partDueMs ?? Number.POSITIVE_INFINITY)
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
    this.#acks.flushAcks()
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
    this.#trace?.closed(this, reason)
    if (!log.admits('connection closed')) return
    const duration_ms = Math.round(this.#parts.clock.monotonicMs() - this.#times.openedAtMs)
    log.info('connection closed', { ...this.describe(), reason, duration_ms }, this.newestPart)
  }
}
