// One simulated data logger: lives by the sun, greets, uploads, keeps the line alive, restarts when nobody answers.
import type { Task } from '../clock/schedule.ts'
import type { SimClock } from '../clock/sim-clock.ts'
import type { FleetLogger } from '../fleet/fleet.ts'
import type { Journal } from '../journal.ts'
import { between, createRandom, type Random, seedOf, wholeBetween } from '../random.ts'
import type { Stats } from '../stats.ts'
import { Daylight } from './daylight.ts'
import type { ExchangeOutcome, Sequence } from './exchange.ts'
import { type Firmware, firmwareOf } from './firmware.ts'
import * as frames from './frames.ts'
import { Inverter } from './inverter.ts'
import type { Dial, Link } from './link.ts'
import { type ClockHead, LoggerClocks } from './logger-clocks.ts'
import { Session } from './session.ts'
import type { Tampering } from './tampering.ts'
import { Uploads } from './uploads.ts'

const HEARTBEAT_MS = 120_000
const HEARTBEATS_MISSED_MAX = 3
/** From the third unanswered copy to the next hello: 55 … 62 s from hello to hello in all (reference 3.4). */
const RESTART_MS = 25_000
const RESTART_FLOOR_REAL_MS = 500
const ALIVE_AFTER_RESTART_S = 16

export interface LoggerContext {
  clock: SimClock
  dial: Dial
  stats: Stats
  journal: Journal
  fleetSeed: number
  /** How many unaccepted records one logger keeps. */
  bufferRecords: number
}

type TaskName = 'start' | 'upload' | 'heartbeat' | 'hello' | 'restart'

export class SimulatedLogger {
  readonly spec: FleetLogger
  readonly #context: LoggerContext
  readonly #firmware: Firmware
  readonly #random: Random
  readonly #clocks: LoggerClocks
  readonly #inverter: Inverter
  readonly #uploads: Uploads
  readonly #daylight: Daylight
  readonly #tasks = new Map<TaskName, Task>()
  #session: Session | null = null
  #earlierSession: ClockHead = { workTimeS: 0, powerOnS: 0, offsetS: 0 }
  /** The half-open socket of the evening before; it goes when the logger is heard again. */
  #leftBehind: Link | null = null
  #tampering: Tampering | null = null
  #powered = false
  #forcedDark = false
  #greeted = false
  #burstDue = false
  #missedHeartbeats = 0

  constructor(spec: FleetLogger, context: LoggerContext) {
    const { clock, fleetSeed, stats, journal, bufferRecords } = context
    this.spec = spec
    this.#context = context
    this.#firmware = firmwareOf(spec, fleetSeed)
    this.#random = createRandom(seedOf(fleetSeed, spec.logger_serial, 'device'))
    this.#inverter = new Inverter(spec, fleetSeed, clock.simMs())
    // Age decides where the counters start, so a restarted simulator goes on above the run before it.
    const ageS = Math.max(0, Math.floor((clock.simMs() - this.#inverter.installMs) / 1_000))
    this.#clocks = new LoggerClocks(() => clock.realMs(), ageS)
    this.#uploads = new Uploads({
      spec,
      clock,
      clocks: this.#clocks,
      inverter: this.#inverter,
      random: this.#random,
      stats,
      journal,
      bufferRecords,
      replayGapMs: this.#firmware.replayGapMs,
      firstRecordCounter: Math.floor(ageS / spec.upload_interval_s),
      follow: serverUnixS => this.#follow(serverUnixS),
      onRefused: () => this.#restart(),
      onCaughtUp: () => this.#sendBurst(),
    })
    this.#daylight = new Daylight({
      place: spec.site,
      clock,
      seed: seedOf(fleetSeed, spec.logger_serial, 'daylight'),
      onLight: () => this.#power(true),
      onDark: () => this.#power(false),
    })
    stats.asleep += 1
  }

  get isAwake(): boolean {
    return this.#powered
  }

  /** @param delayRealMs spreads the first connections of a big fleet. */
  start(delayRealMs: number): void {
    this.#daylight.watch()
    if (this.#daylight.isLight) {
      this.#keepTask(
        'start',
        this.#context.clock.afterReal(delayRealMs, () => this.#power(true)),
      )
    }
  }

  stop(): void {
    this.#daylight.stop()
    this.#cancelTasks()
    this.#session?.end('close')
  }

  /** Null takes the fault away again. */
  tamper(tampering: Tampering | null): void {
    this.#tampering = tampering
  }

  /** Takes the power away whatever the sun says, or gives it back to the sun. */
  forceDark(dark: boolean): void {
    this.#forcedDark = dark
    this.#power(!dark && this.#daylight.isLight)
  }

  /** Leaves the socket half open and dials another: two connections, one serial. */
  forkConnection(): void {
    this.#session?.forkConnection()
  }

  #power(on: boolean): void {
    if (on === this.#powered || (on && this.#forcedDark)) {
      return
    }
    this.#powered = on
    this.#context.stats.asleep += on ? -1 : 1
    if (on) {
      this.#inverter.powerOn(this.#context.clock.simMs())
      this.#boot(wholeBetween(this.#random, 7, 20))
    } else {
      this.#shutDown('abandon')
    }
  }

  #boot(aliveS: number): void {
    const { clock, dial, stats } = this.#context
    this.#clocks.powerOn(aliveS)
    this.#greeted = false
    this.#missedHeartbeats = 0
    this.#session = new Session({
      loggerSerial: this.spec.logger_serial,
      clock,
      dial,
      stats,
      random: this.#random,
      opened: () => this.#onOpened(),
      outgoing: bytes => this.#tampering?.outgoing?.(bytes) ?? [bytes],
      answer: (request, sequence) =>
        frames.loggerException(this.#address(sequence), this.#clocks.read(), request),
    })
    this.#session.open()
    const uploadMs = this.spec.upload_interval_s * 1_000
    // The first period is cut at random, so that a fleet does not beat in step.
    this.#repeat('upload', uploadMs * between(this.#random, 0.2, 1), uploadMs, () => this.#uploads.upload())
    this.#repeat('heartbeat', HEARTBEAT_MS, HEARTBEAT_MS, () => this.#heartbeat())
    this.#repeat('hello', this.#firmware.renewedHelloMs, this.#firmware.renewedHelloMs, () => this.#hello())
  }

  #shutDown(how: 'close' | 'abandon'): void {
    this.#cancelTasks()
    this.#leftBehind = this.#session?.end(how) ?? null
    this.#session = null
    this.#uploads.via(null)
    this.#earlierSession = this.#clocks.read()
    this.#clocks.powerOff()
  }

  #restart(): void {
    this.#context.stats.restarts += 1
    this.#shutDown('close')
    const boot = () => this.#boot(ALIVE_AFTER_RESTART_S)
    this.#keepTask('restart', this.#context.clock.afterSim(RESTART_MS, boot, RESTART_FLOOR_REAL_MS))
  }

  #onOpened(): void {
    if (!this.#greeted || this.#firmware.greetsAgain) {
      this.#hello()
    } else {
      this.#uploads.upload()
    }
  }

  #hello(): void {
    const session = this.#session
    if (session?.connected === true && !session.has('hello')) {
      session.send({
        kind: 'hello',
        build: sequence =>
          frames.hello(this.#address(sequence), this.#clocks.read(), this.#firmware, this.spec),
        done: outcome => this.#onHello(outcome),
      })
    }
  }

  #onHello(outcome: ExchangeOutcome): void {
    if (outcome.kind === 'accepted') {
      this.#follow(outcome.serverUnixS)
      this.#leftBehind?.close()
      this.#leftBehind = null
      this.#greeted = true
      this.#burstDue = true
      this.#uploads.via(this.#session)
      this.#uploads.upload()
    } else if (outcome.kind === 'unanswered') {
      this.#restart()
    }
  }

  /** After a hello: the earlier session, what the Wi-Fi did, the firmware's history (reference 2.7). */
  #sendBurst(): void {
    const session = this.#session
    if (session === null || !this.#burstDue) {
      return
    }
    this.#burstDue = false
    for (const burst of frames.burstAfterHello(this.#earlierSession, this.#firmware)) {
      session.send({
        kind: burst.kind,
        build: sequence => burst.build(this.#address(sequence), this.#clocks.read()),
        done: outcome => this.#onOther(outcome),
      })
    }
  }

  #heartbeat(): void {
    const session = this.#session
    if (session?.connected === true && this.#greeted && !session.has('heartbeat')) {
      session.send({
        kind: 'heartbeat',
        build: sequence => frames.heartbeat(this.#address(sequence)),
        done: outcome => this.#onOther(outcome),
      })
    }
  }

  #onOther(outcome: ExchangeOutcome): void {
    if (outcome.kind === 'accepted') {
      this.#missedHeartbeats = 0
      this.#follow(outcome.serverUnixS)
    } else if (outcome.kind === 'unanswered' && ++this.#missedHeartbeats >= HEARTBEATS_MISSED_MAX) {
      this.#missedHeartbeats = 0
      this.#session?.redial()
    }
  }

  /** The server's time sets the logger's offset, and through it the inverter's clock (reference 3.1). */
  #follow(serverUnixS: number): void {
    if (this.#tampering?.ignoresServerTime !== true) {
      this.#clocks.follow(serverUnixS)
      this.#inverter.setClock(serverUnixS * 1_000 - this.#context.clock.realMs())
    }
  }

  #address(sequence: Sequence): Sequence & { loggerSerial: number } {
    return { loggerSerial: this.spec.logger_serial, ...sequence }
  }

  #repeat(name: TaskName, firstMs: number, periodMs: number, run: () => void): void {
    const task = this.#context.clock.afterSim(firstMs, () => {
      this.#repeat(name, periodMs, periodMs, run)
      run()
    })
    this.#keepTask(name, task)
  }

  #keepTask(name: TaskName, task: Task): void {
    this.#tasks.get(name)?.cancel()
    this.#tasks.set(name, task)
  }

  #cancelTasks(): void {
    for (const task of this.#tasks.values()) {
      task.cancel()
    }
    this.#tasks.clear()
  }
}
