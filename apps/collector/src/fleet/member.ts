// A registered logger with what we remember of it.
import type { FleetMember, FreshnessLogger, LoggerState, LoggerTrack } from '@deye-hard/domain'
import type { RegisteredLogger } from '../shipper/api-client.ts'

/** Looks like a logger of `domain` itself: 100,000 copies of their registrations would cost memory. */
export class Member implements FleetMember, FreshnessLogger {
  registered: RegisteredLogger
  track: LoggerTrack | null
  /** Its place in the columns of counters. */
  readonly slot: number
  /** As reported last, percent. */
  wifiPercent: number | null = null
  /** Named by its latest live record; null before the first that names one. */
  inverterSerial: string | null = null
  /** Since our start there was another one. */
  hasChangedInverter = false
  /** Of the latest evaluation; null before its first. */
  state: LoggerState | null = null
  /** By the clock of the latest evaluation, ms; null: never heard. */
  heardMs: number | null = null

  constructor(registered: RegisteredLogger, slot: number, track: LoggerTrack | null) {
    this.registered = registered
    this.slot = slot
    this.track = track
  }

  get logger(): FreshnessLogger {
    return this
  }

  get loggerSerial(): number {
    return this.registered.logger_serial
  }

  // An API of another version may leave out what is nullable here.

  get siteId(): number | null {
    return this.registered.site_id ?? null
  }

  get latitude(): number | null {
    return this.registered.latitude ?? null
  }

  get longitude(): number | null {
    return this.registered.longitude ?? null
  }

  get hasBattery(): boolean {
    return this.registered.has_battery === true
  }

  get uploadIntervalS(): number | null {
    return this.registered.upload_interval_s ?? null
  }
}
