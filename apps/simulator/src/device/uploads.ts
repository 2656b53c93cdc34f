// A logger's records: taken each interval, sent live, kept when nobody accepts them, replayed newest first.
import type { Task } from '../clock/schedule.ts'
import type { SimClock } from '../clock/sim-clock.ts'
import type { FleetLogger } from '../fleet/fleet.ts'
import type { Journal } from '../journal.ts'
import { between, type Random } from '../random.ts'
import type { Stats } from '../stats.ts'
import type { ExchangeOutcome, Sequence } from './exchange.ts'
import * as frames from './frames.ts'
import type { Inverter } from './inverter.ts'
import type { LoggerClocks } from './logger-clocks.ts'
import { RecordBuffer, type UploadRecord } from './record-buffer.ts'
import type { Session } from './session.ts'

export interface UploadsOptions {
  spec: FleetLogger
  clock: SimClock
  clocks: LoggerClocks
  inverter: Inverter
  random: Random
  stats: Stats
  journal: Journal
  bufferRecords: number
  replayGapMs: readonly [low: number, high: number]
  firstRecordCounter: number
  /** The server's time, from every accepted answer. */
  follow(serverUnixS: number): void
  /** Three copies of a live record went unaccepted. */
  onRefused(): void
  /** A live record was accepted and no older one waits any more. */
  onCaughtUp(): void
}

export class Uploads {
  readonly #options: UploadsOptions
  readonly #buffer: RecordBuffer
  #recordCounter: number
  #session: Session | null = null
  #nextReplay: Task | null = null

  constructor(options: UploadsOptions) {
    this.#options = options
    this.#buffer = new RecordBuffer(options.bufferRecords)
    this.#recordCounter = options.firstRecordCounter
  }

  /** The session over which records may go from now on; null while the logger has not greeted. */
  via(session: Session | null): void {
    this.#session = session
    if (session === null) {
      this.#nextReplay?.cancel()
    }
  }

  /** A new record, whether or not anyone listens. */
  upload(): void {
    const record = this.#takeRecord()
    const session = this.#session
    if (session?.connected !== true || session.has('live')) {
      this.#keep(record)
      return
    }
    session.send({
      kind: 'live',
      build: sequence => frames.data(this.#address(sequence), this.#options.clocks.read(), record, false),
      done: outcome => this.#onLive(record, outcome),
    })
  }

  #onLive(record: UploadRecord, outcome: ExchangeOutcome): void {
    if (outcome.kind === 'accepted') {
      this.#accepted(record, false, outcome.serverUnixS)
      this.#replayNewest()
      return
    }
    // A replay carries the time at which its record went to the buffer, not that of the sample (reference 3.4).
    this.#keep({ ...record, clocks: this.#options.clocks.read() })
    if (outcome.kind === 'unanswered') {
      this.#options.onRefused()
    }
  }

  #replayNewest(): void {
    const session = this.#session
    const record = this.#buffer.newest()
    if (session === null || session.has('replay')) {
      return
    }
    if (record === null) {
      this.#options.onCaughtUp()
      return
    }
    session.send({
      kind: 'replay',
      build: sequence => frames.data(this.#address(sequence), record.clocks, record, true),
      done: outcome => this.#onReplay(record, outcome),
    })
  }

  /** An unaccepted replay stays in the buffer until the next accepted live record. */
  #onReplay(record: UploadRecord, outcome: ExchangeOutcome): void {
    if (outcome.kind !== 'accepted') {
      return
    }
    const { clock, random, replayGapMs, stats } = this.#options
    stats.buffered -= this.#buffer.forget(record) ? 1 : 0
    this.#accepted(record, true, outcome.serverUnixS)
    this.#nextReplay?.cancel()
    this.#nextReplay = clock.afterSim(between(random, ...replayGapMs), () => this.#replayNewest())
  }

  #takeRecord(): UploadRecord {
    const { clock, clocks, inverter, spec } = this.#options
    this.#recordCounter = (this.#recordCounter + 1) >>> 0
    return {
      recordCounter: this.#recordCounter,
      body: frames.deyeMicroBody(spec, inverter.sample(clock.simMs())),
      clocks: clocks.read(),
    }
  }

  /** The journal comes first: what counts as acked is on its way to disk. */
  #accepted(record: UploadRecord, buffered: boolean, serverUnixS: number): void {
    const { follow, journal, spec, stats } = this.#options
    follow(serverUnixS)
    journal.record(spec.logger_serial, record, buffered)
    stats.data_acked += 1
  }

  #keep(record: UploadRecord): void {
    const roomy = this.#buffer.keep(record)
    this.#options.stats.buffered += roomy ? 1 : 0
    this.#options.stats.buffer_dropped += roomy ? 0 : 1
  }

  #address(sequence: Sequence): Sequence & { loggerSerial: number } {
    return { loggerSerial: this.#options.spec.logger_serial, ...sequence }
  }
}
