// A collector's network half on port 0 with a real spool, a clock that tests move, and sockets that play loggers.
import { mkdtempSync, rmSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createLogger } from '@deye-hard/telemetry'
import { onTestFinished } from 'vitest'
import type { Clock } from '../src/clock.ts'
import { Intake } from '../src/intake.ts'
import type { KnownLoggers } from '../src/parts.ts'
import { type CollectorSettings, readCollectorSettings } from '../src/settings.ts'
import { openSpool, type Spool, type SpoolEntry } from '../src/spool/spool.ts'

/** 2024-12-20T08:35:58Z, the time inside vector heartbeat_ack_ps81. */
export const WALL_MS = 0x67652bfe * 1_000
const WAIT_LIMIT_MS = 10_000

const REQUIRED = {
  API_URL: 'http://127.0.0.1:1',
  SERVICE_CLIENT_ID: 'collector',
  SERVICE_CLIENT_SECRET: 'not-used-here',
  SPOOL_DIR: '/unused',
  COLLECTOR_HOST: '127.0.0.1',
  COLLECTOR_PORT: '0',
  COLLECTOR_HTTP_PORT: '0',
}

/** Time stands until a test moves it; the wall clock is a fixed moment. */
export class TestClock implements Clock {
  #monotonicMs = 1_000
  now = WALL_MS
  wallMs = () => this.now
  monotonicMs = () => this.#monotonicMs
  readonly #timers = new Map<number, () => void>()
  every = (intervalMs: number, callback: () => void) => {
    this.#timers.set(intervalMs, callback)
    return () => void this.#timers.delete(intervalMs)
  }
  /** The timer of this interval fires, `lateMs` too late. */
  fire(intervalMs: number, lateMs = 0): void {
    this.pass(intervalMs + lateMs)
    this.#timers.get(intervalMs)?.()
  }
  pass(ms: number): void {
    this.#monotonicMs += ms
  }
}

export interface TestIntake {
  port: number
  intake: Intake
  spool: Spool
  settings: CollectorSettings
  clock: TestClock
  /** Parsed log lines so far. */
  lines: Record<string, unknown>[]
  /** What was appended, as the spool got it. */
  appended: SpoolEntry[]
  /** Time passes and the sweep runs, as its timer would have made it. */
  pass(ms: number): void
  logger(options?: { localAddress?: string }): Promise<TestLogger>
}

export interface IntakeOptions {
  env?: Record<string, string>
  knownLoggers?: KnownLoggers
  spoolMaxBytes?: number
  wrapSpool?: (spool: Spool) => Spool
}

export function settingsOf(env: Record<string, string> = {}): CollectorSettings {
  return readCollectorSettings({ ...REQUIRED, ...env })
}

export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'deye-collector-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

export async function startIntake(options: IntakeOptions = {}): Promise<TestIntake> {
  const settings = settingsOf(options.env)
  const opened = await openSpool({
    folder: temporaryFolder(),
    maxBytes: options.spoolMaxBytes ?? settings.spoolMaxBytes,
  })
  const appended: SpoolEntry[] = []
  const spool = recording(options.wrapSpool?.(opened) ?? opened, appended)
  const lines: Record<string, unknown>[] = []
  const destination = { write: (line: string) => void lines.push(JSON.parse(line)) }
  const clock = new TestClock()
  const intake = new Intake({
    settings,
    spool,
    knownLoggers: options.knownLoggers ?? { isKnown: () => true },
    logger: createLogger({
      service: 'solar-collector',
      level: settings.logLevel,
      limits: settings,
      destination,
      now: clock.monotonicMs,
    }),
    clock,
  })
  const port = await intake.start()
  onTestFinished(async () => {
    await intake.stop(1_000)
    await opened.close()
  })
  const pass = (ms: number) => {
    clock.pass(ms)
    intake.sweep()
  }
  const logger = ({ localAddress }: { localAddress?: string } = {}) => connectLogger(port, localAddress)
  return { port, intake, spool, settings, clock, lines, appended, pass, logger }
}

/** Resolves when `holds()` does; looked at after every turn of the event loop. */
export async function until(holds: () => boolean, what = 'condition'): Promise<void> {
  const giveUpAt = performance.now() + WAIT_LIMIT_MS
  while (!holds()) {
    if (performance.now() > giveUpAt) throw new Error(`waited ${WAIT_LIMIT_MS} ms in vain for: ${what}`)
    await new Promise(resolve => setTimeout(resolve, 2))
  }
}

/** A socket that collects what the collector says. */
export class TestLogger {
  readonly socket: Socket
  received: Buffer = Buffer.alloc(0)
  isClosed = false

  constructor(socket: Socket) {
    this.socket = socket
    socket.on('data', (chunk: Buffer) => {
      this.received = Buffer.concat([this.received, chunk])
    })
    socket.on('error', () => {})
    socket.on('close', () => {
      this.isClosed = true
    })
    onTestFinished(() => void socket.destroy())
  }

  send(bytes: Uint8Array): void {
    this.socket.write(bytes)
  }

  /** Takes the next `count` bytes once they are here. */
  async take(count: number): Promise<Buffer> {
    await until(() => this.received.length >= count || this.isClosed, `${count} bytes from the collector`)
    const taken = this.received.subarray(0, count)
    this.received = this.received.subarray(count)
    return taken
  }

  /** Sends one frame and waits for the 23 bytes of its ack. */
  exchange(frame: Uint8Array): Promise<Buffer> {
    this.send(frame)
    return this.take(23)
  }

  closed(): Promise<void> {
    return until(() => this.isClosed, 'the connection to close')
  }
}

export async function connectLogger(port: number, localAddress?: string): Promise<TestLogger> {
  const socket = connect({ port, host: '127.0.0.1', ...(localAddress ? { localAddress } : {}) })
  const logger = new TestLogger(socket)
  await until(() => !socket.connecting || logger.isClosed, 'a connection')
  return logger
}

function recording(spool: Spool, appended: SpoolEntry[]): Spool {
  const append = spool.append.bind(spool)
  spool.append = (entry, done) => {
    appended.push({ ...entry, bytes: Buffer.from(entry.bytes) })
    append(entry, done)
  }
  return spool
}
