// Log lines about what strangers send: so many of a kind in a minute, the rest only counted, so that no flood fills the disk.
import type { Logger } from '@deye-hard/telemetry'
import type { Counters } from './counters.ts'

const WINDOW_MS = 60_000
/** Addresses remembered for "once per address"; beyond it they are forgotten all at once. */
const REMEMBERED_ADDRESSES_MAX = 1_000

export const LINES = {
  connectionOpened: { level: 'info', message: 'connection opened' },
  connectionClosed: { level: 'info', message: 'connection closed' },
  loggerBound: { level: 'info', message: 'logger identified' },
  frameReceived: { level: 'info', message: 'frame received' },
  probeSent: { level: 'info', message: 'silent connection asked for its serial' },
  connectionRefused: { level: 'warn', message: 'connection refused' },
  connectionCut: { level: 'warn', message: 'connection closed by a limit' },
  acceptFailed: { level: 'warn', message: 'accepting connections failed' },
  frameMalformed: { level: 'warn', message: 'malformed bytes' },
  frameUnfinished: { level: 'warn', message: 'frame start never completed' },
  frameUnexpected: { level: 'warn', message: 'frame with a code that loggers do not send' },
  frameUnacked: { level: 'warn', message: 'frame not acknowledged' },
  foreignProtocol: { level: 'warn', message: 'peer does not speak Solarman V5' },
  serialChanged: { level: 'warn', message: 'logger serial changed on a connection' },
  sessionDoubled: { level: 'warn', message: 'second connection with the same logger serial' },
  handlerFailed: { level: 'error', message: 'handling a frame failed' },
} as const satisfies Record<string, { level: 'info' | 'warn' | 'error'; message: string }>

export type LineName = keyof typeof LINES

export interface LineFields {
  remote_addr?: string
  logger_serial?: number
  control_code?: string
  packet_size?: number
  reason?: string
  [field: string]: unknown
}

export interface LogLimits {
  warningsPerMinute: number
  infosPerMinute: number
}

export class LimitedLog {
  readonly #logger: Logger
  readonly #limits: LogLimits
  readonly #counters: Counters
  #windowStartMs: number
  #written: Partial<Record<LineName, number>> = {}
  #suppressed: Partial<Record<LineName, number>> = {}
  readonly #addresses = new Set<string>()

  constructor(logger: Logger, limits: LogLimits, nowMs: number, counters: Counters) {
    this.#logger = logger
    this.#limits = limits
    this.#counters = counters
    this.#windowStartMs = nowMs
  }

  /** True when a line of this kind would be written: ask it before building costly fields. */
  admits(name: LineName): boolean {
    const { level } = LINES[name]
    if (!this.#logger.isLevelEnabled(level)) return false
    const written = this.#written[name] ?? 0
    const limit = level === 'info' ? this.#limits.infosPerMinute : this.#limits.warningsPerMinute
    if (written < limit) return true
    this.#suppressed[name] = (this.#suppressed[name] ?? 0) + 1
    this.#counters.log_lines_suppressed += 1
    return false
  }

  write(name: LineName, fields: LineFields): void {
    if (!this.admits(name)) return
    this.#written[name] = (this.#written[name] ?? 0) + 1
    const { level, message } = LINES[name]
    this.#logger[level](fields, message)
  }

  /** One line for each address that ever did this, as far as addresses can be remembered. */
  writeOncePerAddress(name: LineName, fields: LineFields & { remote_addr: string }): void {
    if (this.#addresses.has(fields.remote_addr)) return
    if (this.#addresses.size >= REMEMBERED_ADDRESSES_MAX) this.#addresses.clear()
    this.#addresses.add(fields.remote_addr)
    this.write(name, fields)
  }

  /** Called by the sweep: begins a new minute and says how many lines the last one left out. */
  turnWindow(nowMs: number): void {
    if (nowMs - this.#windowStartMs < WINDOW_MS) return
    if (Object.keys(this.#suppressed).length > 0) {
      this.#logger.warn({ suppressed: this.#suppressed }, 'log lines left out in the last minute')
    }
    this.#windowStartMs = nowMs
    this.#written = {}
    this.#suppressed = {}
  }
}
