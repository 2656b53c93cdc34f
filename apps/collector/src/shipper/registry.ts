// Which loggers belong to the fleet: asked of the API, kept in the spool, so that a start without an API knows them too.
import { type OpenSpan, withSpan } from '@deye-hard/telemetry'
import type { Spool } from '../spool/contract.ts'
import type { ApiClient, RegisteredLogger } from './api-client.ts'
import { type Clock, SYSTEM_CLOCK } from './clock.ts'
import type { ShipError } from './errors.ts'

const NOTE_NAME = 'registry'
const DEFAULT_INTERVAL_MS = 60_000
/** A stranger that sends every second must not make us ask every second. */
const DEFAULT_UNKNOWN_INTERVAL_MS = 10_000

export interface LoggerRegistryOptions {
  client: ApiClient
  spool: Pick<Spool, 'readNote' | 'writeNote'>
  intervalMs?: number
  /** Shortest time between two requests that unknown serials cause. */
  unknownIntervalMs?: number
  clock?: Clock
  /** For log lines. */
  report?: (event: RegistryEvent) => void
}

export type RegistryEvent =
  /** The list has changed, or is the first. */
  { kind: 'list_refreshed'; loggers: number } | { kind: 'list_not_refreshed'; error: ShipError }

export interface RegistryStatus {
  loggers: number
  source: 'none' | 'spool' | 'api'
  /** Last time that the API confirmed or changed the list. */
  confirmed_at: string | null
  last_error: ShipError | null
  refreshes: { ok: number; unchanged: number; failed: number }
}

export class LoggerRegistry {
  #loggers = new Map<number, RegisteredLogger>()
  #revision = 0
  #etag: string | null = null
  #source: RegistryStatus['source'] = 'none'
  #confirmedAtMs: number | null = null
  #lastError: ShipError | null = null
  #askedAtMs = Number.NEGATIVE_INFINITY
  #refreshing: Promise<void> | undefined
  #cancelTimer: (() => void) | undefined
  #stopped = false
  readonly #refreshes = { ok: 0, unchanged: 0, failed: 0 }
  readonly #options: Required<LoggerRegistryOptions>

  /** Loads the list that the spool kept; asks nothing yet. */
  constructor(options: LoggerRegistryOptions) {
    this.#options = {
      intervalMs: DEFAULT_INTERVAL_MS,
      unknownIntervalMs: DEFAULT_UNKNOWN_INTERVAL_MS,
      clock: SYSTEM_CLOCK,
      report: () => {},
      ...options,
    }
    const kept = readKept(this.#options.spool.readNote(NOTE_NAME))
    if (kept) this.#take(kept.loggers, kept.etag, 'spool')
  }

  /** `unloaded` until a list was seen, ever. An unknown serial makes the registry ask again, rate limited. */
  isKnown(serial: number): boolean | 'unloaded' {
    if (this.#loggers.has(serial)) return true
    this.#askForUnknown()
    return this.#source === 'none' ? 'unloaded' : false
  }

  lookup(serial: number): RegisteredLogger | undefined {
    return this.#loggers.get(serial)
  }

  /** Counts up with each list that is taken, the one of the spool included; 0: there was none yet. */
  get revision(): number {
    return this.#revision
  }

  loggers(): Iterable<RegisteredLogger> {
    return this.#loggers.values()
  }

  /** Asks now and then at the interval, until `stop`. Resolves after the first answer or failure. */
  async start(): Promise<void> {
    await this.refresh()
    if (this.#stopped) return
    this.#cancelTimer = this.#options.clock.after(this.#options.intervalMs, () => void this.start())
  }

  stop(): void {
    this.#stopped = true
    this.#cancelTimer?.()
  }

  refresh(): Promise<void> {
    this.#refreshing ??= this.#fetch().finally(() => {
      this.#refreshing = undefined
    })
    return this.#refreshing
  }

  status(): RegistryStatus {
    return {
      loggers: this.#loggers.size,
      source: this.#source,
      confirmed_at: this.#confirmedAtMs === null ? null : new Date(this.#confirmedAtMs).toISOString(),
      last_error: this.#lastError,
      refreshes: { ...this.#refreshes },
    }
  }

  #askForUnknown(): void {
    if (this.#stopped || this.#refreshing) return
    const { clock, unknownIntervalMs } = this.#options
    if (Math.abs(clock.now() - this.#askedAtMs) >= unknownIntervalMs) void this.refresh()
  }

  /** Always a trace of its own: a frame or a batch may have caused it, but does not wait for it. */
  #fetch(): Promise<void> {
    return withSpan('logger look-up', { parent: null }, async span => {
      const outcome = await this.#ask(span)
      this.#refreshes[outcome]++
      span.set({ outcome, 'lookup.loggers': this.#loggers.size })
    })
  }

  async #ask(span: OpenSpan<'logger look-up'>): Promise<keyof RegistryStatus['refreshes']> {
    const { client, spool, clock, report } = this.#options
    this.#askedAtMs = clock.now()
    const answer = await client.getLoggers(this.#etag)
    if (answer.kind !== 'ok') {
      this.#lastError = answer.kind === 'failed' ? answer.error : 'unexpected_status'
      span.fail(this.#lastError)
      report({ kind: 'list_not_refreshed', error: this.#lastError })
      return 'failed'
    }
    this.#lastError = null
    this.#confirmedAtMs = clock.now()
    if (answer.value.kind === 'unchanged') return 'unchanged'
    const { loggers, etag } = answer.value
    this.#take(loggers, etag, 'api')
    report({ kind: 'list_refreshed', loggers: loggers.length })
    await spool.writeNote(NOTE_NAME, JSON.stringify({ etag, loggers }))
    return 'ok'
  }

  #take(loggers: readonly RegisteredLogger[], etag: string | null, source: 'spool' | 'api'): void {
    this.#loggers = new Map(loggers.map(logger => [logger.logger_serial, logger]))
    this.#revision += 1
    this.#etag = etag
    this.#source = source
  }
}

/** A note that cannot be read is no list at all; the API gives a new one. */
function readKept(text: string | undefined): { etag: string | null; loggers: RegisteredLogger[] } | null {
  if (text === undefined) return null
  try {
    const kept = JSON.parse(text) as { etag: string | null; loggers: RegisteredLogger[] }
    return Array.isArray(kept.loggers) ? kept : null
  } catch {
    return null
  }
}
