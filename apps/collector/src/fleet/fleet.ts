// What each registered logger does and should be doing: hears every frame, judges the fleet once a minute, remembers it across restarts.
import {
  evaluateFleetInSteps,
  type FleetSums,
  LOGGER_STATES,
  type LoggerState,
  observeContact,
  type Verdict,
  type Watch,
  type WatchedEvaluation,
} from '@deye-hard/domain'
import { CONTROL, type Frame } from '@deye-hard/solarman-v5'
import type { Logger } from '@deye-hard/telemetry'
import { type Clock, systemClock } from '../clock.ts'
import type { Contacts } from '../parts.ts'
import type { CollectorSettings } from '../settings.ts'
import { DataActivity } from './data-activity.ts'
import { inverterSerial } from './inverter-serial.ts'
import type { Member } from './member.ts'
import { type RegisteredFleet, Roster } from './roster.ts'
import { chooseLoggers, chooseSites, type SiteSum } from './series.ts'
import { type NoteSpool, readKept, type SaveOutcome, TrackNotes } from './track-notes.ts'
import { wifiPercent } from './wifi-signal.ts'

/** Some 10 ms of work, then frames have their turn. */
const LOGGERS_PER_STEP = 5_000

export interface FleetOptions {
  settings: CollectorSettings
  registry: RegisteredFleet
  spool: NoteSpool
  logger: Logger
  clock?: Clock
}

export interface FleetStatus {
  /** Null before the first evaluation. */
  evaluated_at: string | null
  loggers: Record<LoggerState, number>
  /** Loggers that should be speaking now, and those of them that are missing. */
  expected: number
  silent: number
  tracks: { restored: number; refused: number; saves: Record<SaveOutcome, number> }
}

/** What the latest evaluation found. */
export interface Findings {
  atMs: number
  sums: FleetSums
  /** With series of their own, and how many are without. */
  loggers: readonly Member[]
  loggersLeftOut: number
  sites: readonly SiteSum[]
  sitesLeftOut: number
}

export class Fleet implements Contacts {
  readonly activity: DataActivity
  readonly clock: Clock
  readonly #settings: CollectorSettings
  readonly #log: Logger
  readonly #roster: Roster
  readonly #notes: TrackNotes
  readonly #tracks: FleetStatus['tracks']
  #watch: Watch | null
  #findings: Findings | null = null
  #isEvaluating = false
  #saving: Promise<void> | null = null
  #savedAtMs: number
  #stopTimer = () => {}
  #isStopped = false

  /** Takes what the spool has kept. */
  constructor({ settings, registry, spool, logger, clock = systemClock }: FleetOptions) {
    const kept = readKept(spool)
    this.clock = clock
    this.activity = new DataActivity(clock.monotonicMs())
    this.#settings = settings
    this.#log = logger.child({ logger: 'fleet' })
    this.#notes = new TrackNotes(spool, settings.spoolDir)
    this.#roster = new Roster({
      registry,
      keptTracks: kept.tracks,
      onRemoved: ({ loggerSerial, slot }) => {
        this.activity.forget(slot)
        this.#notes.touch(loggerSerial)
      },
    })
    this.#tracks = {
      restored: kept.tracks.size,
      refused: kept.refused,
      saves: { saved: 0, put_off: 0 },
    }
    this.#watch = kept.watch
    this.#savedAtMs = clock.monotonicMs()
  }

  heard(frame: Frame): void {
    const member = this.#roster.find(frame.loggerSerial)
    if (member === undefined) return
    member.track = observeContact(member.track, member, this.clock.wallMs())
    this.#notes.touch(frame.loggerSerial)
    if (frame.code === CONTROL.data) this.#heardData(member, frame)
    else member.wifiPercent = wifiPercent(frame) ?? member.wifiPercent
  }

  retried(loggerSerial: number): void {
    const member = this.#roster.find(loggerSerial)
    if (member !== undefined) this.activity.noteRetry(member.slot, this.clock.monotonicMs())
  }

  /** Judges now and then at the interval, until `stop`. */
  start(): void {
    this.#stopTimer = this.clock.every(this.#settings.fleetInterval, () => void this.evaluate())
    void this.evaluate()
  }

  /** Resolves when all loggers are judged; at once while an earlier call is still at it. */
  async evaluate(): Promise<void> {
    if (this.#isEvaluating || this.#isStopped) return
    this.#isEvaluating = true
    const atMs = this.clock.wallMs()
    const members = this.#roster.members()
    const steps = evaluateFleetInSteps(members, { nowMs: atMs, watch: this.#watch }, LOGGERS_PER_STEP)
    let step = steps.next()
    while (!step.done) {
      await new Promise(resolve => setImmediate(resolve))
      if (this.#isStopped) return
      step = steps.next()
    }
    this.#isEvaluating = false
    this.#take(members, step.value, atMs)
    if (this.clock.monotonicMs() - this.#savedAtMs >= this.#settings.fleetSaveInterval) void this.#save()
  }

  /** Ends the evaluations and keeps what is known; the spool must still be open. */
  async stop(): Promise<void> {
    this.#isStopped = true
    this.#stopTimer()
    await this.#saving
    await this.#save()
  }

  /** Null before the first evaluation. */
  get findings(): Findings | null {
    return this.#findings
  }

  /** Those of the findings that are still registered. */
  loggersWithSeries(): Member[] {
    const { loggers } = this.#findings ?? { loggers: [] }
    return loggers.filter(member => this.#roster.find(member.loggerSerial) === member)
  }

  status(): FleetStatus {
    const { atMs, sums } = this.#findings ?? { atMs: null, sums: null }
    const none = Object.fromEntries(LOGGER_STATES.map(state => [state, 0])) as Record<LoggerState, number>
    return {
      evaluated_at: atMs === null ? null : new Date(atMs).toISOString(),
      loggers: sums?.all.states ?? none,
      expected: sums?.all.expected ?? 0,
      silent: sums?.all.silent ?? 0,
      tracks: { ...this.#tracks, saves: { ...this.#tracks.saves } },
    }
  }

  #take(members: readonly Member[], { verdicts, fleet, watch }: WatchedEvaluation, atMs: number): void {
    this.#watch = watch
    for (const [position, verdict] of verdicts.entries()) {
      const member = members[position]!
      // There is no previous state in the first evaluation after a start: nothing has changed then.
      if (member.state !== null && member.state !== verdict.state) this.#tell(member, member.state, verdict)
      member.state = verdict.state
      member.heardMs = verdict.heardMs
    }
    const { loggerSeriesMax } = this.#settings
    const loggers = chooseLoggers(members, loggerSeriesMax)
    const sites = chooseSites(fleet, loggerSeriesMax)
    this.#findings = {
      atMs,
      sums: fleet,
      loggers,
      loggersLeftOut: members.length - loggers.length,
      sites,
      sitesLeftOut: fleet.bySite.size - sites.length,
    }
  }

  #tell({ registered }: Member, previousState: LoggerState, { state, reason }: Verdict): void {
    if (!this.#log.admits('logger state changed')) return
    this.#log.info('logger state changed', {
      logger_serial: registered.logger_serial,
      inverter_id: registered.inverter_id,
      site_id: registered.site_id,
      state,
      previous_state: previousState,
      reason,
    })
  }

  /** An inverter is replaced once; one that comes back is another sender under the same serial. */
  #heardData(member: Member, frame: Frame): void {
    const nowMs = this.clock.monotonicMs()
    this.activity.noteMessage(member.slot, nowMs)
    const named = inverterSerial(frame)
    const { inverterSerial: previous } = member
    if (named === null || named === previous) return
    member.inverterSerial = named
    if (previous === null) return
    member.hasChangedInverter = true
    this.activity.noteInverterChange(member.slot, nowMs)
    if (!this.#log.admits('logger names another inverter')) return
    const { logger_serial, inverter_id, site_id } = member.registered
    this.#log.warn('logger names another inverter', {
      ...{ logger_serial, inverter_id, site_id },
      ...{ inverter_serial: named, previous_inverter_serial: previous },
    })
  }

  /** One at a time. */
  #save(): Promise<void> {
    this.#savedAtMs = this.clock.monotonicMs()
    this.#saving ??= this.#notes.save(this.#roster.members(), this.#watch).then(outcome => {
      this.#tracks.saves[outcome] += 1
      this.#saving = null
    })
    return this.#saving
  }
}
