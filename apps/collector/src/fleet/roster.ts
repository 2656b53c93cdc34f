// The registered loggers, each with what we remember of it: follows the list of the registry, and takes in nobody else.
import type { LoggerTrack } from '@deye-hard/domain'
import type { RegisteredLogger } from '../shipper/api-client.ts'
import { Member } from './member.ts'

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
      const member = before.get(serial) ?? this.#admit(registered)
      member.registered = registered
      this.#bySerial.set(serial, member)
    }
    for (const [serial, member] of before) if (!this.#bySerial.has(serial)) this.#remove(member)
    this.#keptTracks = new Map()
    this.#members = [...this.#bySerial.values()].sort((one, other) => one.loggerSerial - other.loggerSerial)
  }

  #admit(registered: RegisteredLogger): Member {
    const slot = this.#freeSlots.pop() ?? this.#slots++
    return new Member(registered, slot, this.#keptTracks.get(registered.logger_serial) ?? null)
  }

  #remove(member: Member): void {
    this.#freeSlots.push(member.slot)
    this.#onRemoved(member)
  }
}
