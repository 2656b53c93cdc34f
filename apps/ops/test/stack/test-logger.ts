// A data logger for tests: sends distinct live records, keeps what is not acked, sends it again after a reconnect.
import { connect, type Socket } from 'node:net'
import { dedupeKey } from '@deye-hard/domain'
import { FrameReader } from '@deye-hard/solarman-v5'
import { loadVectors } from '@deye-hard/solarman-v5/testing'

const RECONNECT_MS = 50
const SENSOR_LIST_ID = 0x5408
const DATA_ACK = 0x12
// Offsets from the start byte: reference solarman-v5.md sections 1.1, 2.4 and 4.2.
const AT = {
  seqLogger: 6,
  serial: 7,
  workTime: 14,
  powerOn: 18,
  offset: 22,
  recordCounter: 28,
  body: 32,
  energyTotal: 48,
  power: 70,
}

const template = Buffer.from(
  loadVectors().find(vector => vector.name === 'data_deye_micro_m80g3_live')?.hex ?? '',
  'hex',
)

/** Of every record that a logger for tests sends. */
export const INVERTER_SERIAL = template.toString('latin1', AT.body, AT.body + 10)

export interface SentRecord {
  loggerSerial: number
  recordCounter: number
  key: string
}

export class TestLogger {
  readonly serial: number
  /** Every record whose ack arrived, by dedupe key. */
  readonly acked = new Map<string, SentRecord>()
  connections = 0
  private readonly port: number
  private readonly inFlight: number
  private readonly waiting = new Map<number, { record: SentRecord; frame: Buffer }>()
  private socket: Socket | null = null
  private nextCounter = 1
  private nextSeq = 1
  private stopped = false

  constructor(options: { serial: number; port: number; inFlight: number }) {
    this.serial = options.serial
    this.port = options.port
    this.inFlight = options.inFlight
    this.connect()
  }

  get unacked(): number {
    return this.waiting.size
  }

  /** Sends no new records; those that wait for an ack are still repeated. */
  finish(): void {
    this.stopped = true
  }

  /** As a logger's third unanswered try does: drop the session and come back. */
  reconnectNow(): void {
    this.socket?.destroy()
  }

  close(): void {
    this.stopped = true
    this.waiting.clear()
    this.socket?.destroy()
    this.socket = null
  }

  private connect(): void {
    const reader = new FrameReader()
    const socket = connect(this.port, '127.0.0.1')
    this.socket = socket
    socket.setNoDelay(true)
    socket.on('connect', () => {
      this.connections += 1
      this.resend(socket)
      this.fill(socket)
    })
    socket.on('data', chunk => {
      reader.push(chunk)
      for (let result = reader.next(); result.kind === 'frame'; result = reader.next()) {
        if (result.frame.code === DATA_ACK) this.accept(result.frame.seqLogger)
      }
      this.fill(socket)
    })
    socket.on('error', () => {})
    socket.on('close', () => this.reconnect(socket))
  }

  private reconnect(socket: Socket): void {
    if (this.socket !== socket || (this.stopped && this.waiting.size === 0)) return
    setTimeout(() => {
      if (this.socket === socket) this.connect()
    }, RECONNECT_MS)
  }

  private accept(seq: number): void {
    const sent = this.waiting.get(seq)
    if (!sent) return
    this.waiting.delete(seq)
    this.acked.set(sent.record.key, sent.record)
  }

  private resend(socket: Socket): void {
    for (const { frame } of this.waiting.values()) socket.write(frame)
  }

  private fill(socket: Socket): void {
    while (!this.stopped && this.waiting.size < this.inFlight) {
      const seq = this.freeSeq()
      const counter = this.nextCounter++
      const frame = dataFrame({ serial: this.serial, seq, counter, nowMs: Date.now() })
      this.waiting.set(seq, { record: recordOf(this.serial, counter, frame), frame })
      socket.write(frame)
    }
  }

  private freeSeq(): number {
    do this.nextSeq = (this.nextSeq + 1) & 0xff
    while (this.waiting.has(this.nextSeq))
    return this.nextSeq
  }
}

interface RecordOptions {
  serial: number
  seq: number
  counter: number
  nowMs: number
  /** Ten characters; INVERTER_SERIAL unless given. */
  inverterSerial?: string
}

/** The captured Deye micro frame with another serial, counter, clock and values. */
export function dataFrame(input: RecordOptions): Buffer {
  const frame = Buffer.from(template)
  if (input.inverterSerial !== undefined) frame.write(input.inverterSerial, AT.body, 'latin1')
  const workTimeS = 1_000_000 + input.counter
  frame[AT.seqLogger] = input.seq
  frame.writeUInt32LE(input.serial, AT.serial)
  frame.writeUInt32LE(workTimeS, AT.workTime)
  frame.writeUInt32LE(600 + input.counter, AT.powerOn)
  frame.writeUInt32LE(Math.floor(input.nowMs / 1000) - workTimeS, AT.offset)
  frame.writeUInt32LE(input.counter, AT.recordCounter)
  frame.writeUInt32LE(1_000 + Math.floor(input.counter / 10), AT.energyTotal)
  frame.writeUInt32LE(input.counter % 600, AT.power)
  let sum = 0
  for (const byte of frame.subarray(1, -2)) sum += byte
  frame[frame.length - 2] = sum & 0xff
  return frame
}

function recordOf(loggerSerial: number, recordCounter: number, frame: Buffer): SentRecord {
  const key = dedupeKey({ sensorListId: SENSOR_LIST_ID, recordCounter, body: frame.subarray(AT.body, -2) })
  return { loggerSerial, recordCounter, key }
}
