// The registered loggers, each with what we remember of it: follows the list of the registry, and takes in nobody else.
import type { FleetMember, FreshnessLogger, LoggerState, LoggerTrack } from '@deye-hard/domain'
import type { RegisteredLogger } from '../shipper/api-client.ts'

export interface Member extends FleetMember {
  registered: RegisteredLogger
  /** Its place in the columns of counters. */
  readonly slot: number
  /** As reported last, percent. */
  wifiPercent: number | null
  /** Of the latest evaluation; null before its first. */
  state: LoggerState | null
  /** By the clock of the latest evaluation, ms; null: never heard. */
  heardMs: number | null
}

export interface RegisteredFleet {
  /** Counts up with each new list; 0: there was none yet. */
  readonly revision: number
  loggers(): Iterable<RegisteredLogger>
}

export interface RosterOptions {
  registry: RegisteredFleet
  /** By serial, from before a restart; given to those that the first list names. */
  keptTracks: ReadonlyMap<number, LoggerTrack>
  /** Called for a logger that is registered no more. */
  onRemoved(member: Member): void
}

export class Roster {
  readonly #registry: RegisteredFleet
  readonly #onRemoved: (member: Member) => void
  #keptTracks: ReadonlyMap<number, LoggerTrack>
  #revision = 0
  #bySerial = new Map<number, Member>()
  #members: readonly Member[] = []
  readonly #freeSlots: number[] = []
  #slots = 0

  constructor({ registry, keptTracks, onRemoved }: RosterOptions) {
    this.#registry = registry
    this.#keptTracks = keptTracks
    this.#onRemoved = onRemoved
  }

  /** In the hot path: one comparison and one look-up while the list stays the same. */
  find(loggerSerial: number): Member | undefined {
    this.#follow()
    return this.#bySerial.get(loggerSerial)
  }

  /** By serial, ascending; the array is replaced, never changed, so it may be kept for a while. */
  members(): readonly Member[] {
    this.#follow()
    return this.#members
  }

  #follow(): void {
    if (this.#registry.revision === this.#revision) return
    this.#revision = this.#registry.revision
    const before = this.#bySerial
    this.#bySerial = new Map()
    for (const registered of this.#registry.loggers()) {
      const serial = registered.logger_serial
      const known = before.get(serial)
      this.#bySerial.set(serial, known === undefined ? this.#admit(registered) : renewed(known, registered))
    }
    for (const [serial, member] of before) if (!this.#bySerial.has(serial)) this.#remove(member)
    this.#keptTracks = new Map()
    this.#members = [...this.#bySerial.values()].sort(bySerial)
  }

  #admit(registered: RegisteredLogger): Member {
    return {
      registered,
      logger: freshnessLogger(registered),
      track: this.#keptTracks.get(registered.logger_serial) ?? null,
      slot: this.#freeSlots.pop() ?? this.#slots++,
      wifiPercent: null,
      state: null,
      heardMs: null,
    }
  }

  #remove(member: Member): void {
    this.#freeSlots.push(member.slot)
    this.#onRemoved(member)
  }
}

function renewed(member: Member, registered: RegisteredLogger): Member {
  member.registered = registered
  member.logger = freshnessLogger(registered)
  return member
}

/** An API of another version may leave out what is nullable here. */
function freshnessLogger(registered: RegisteredLogger): FreshnessLogger {
  return {
    loggerSerial: registered.logger_serial,
    siteId: registered.site_id ?? null,
    latitude: registered.latitude ?? null,
    longitude: registered.longitude ?? null,
    hasBattery: registered.has_battery === true,
    uploadIntervalS: registered.upload_interval_s ?? null,
  }
}

function bySerial(one: Member, other: Member): number {
  return one.logger.loggerSerial - other.logger.loggerSerial
}
