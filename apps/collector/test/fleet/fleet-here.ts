// A fleet under watch: real sockets, handlers, registry, API and spool, and a clock that tests move minute by minute.
import { randomUUID } from 'node:crypto'
import { type Frame, FrameReader } from '@deye-hard/solarman-v5'
import { buildDeyeMicroData, buildHeartbeat } from '@deye-hard/solarman-v5/testing'
import { createLogger } from '@deye-hard/telemetry'
import { onTestFinished } from 'vitest'
import { Fleet } from '../../src/fleet/fleet.ts'
import { observeFleet } from '../../src/fleet/metrics.ts'
import { Intake } from '../../src/intake.ts'
import type { RegisteredLogger } from '../../src/shipper/api-client.ts'
import { LoggerRegistry } from '../../src/shipper/registry.ts'
import { openSpool, type Spool } from '../../src/spool/spool.ts'
import { connectLogger, settingsOf, TestClock, type TestLogger, temporaryFolder } from '../harness.ts'
import { type FakeApi, startFakeApi } from '../shipper/fake-api.ts'
import { FakeClock } from '../shipper/fake-clock.ts'
import { makeClient } from '../shipper/shipping.ts'

export const MINUTE_MS = 60_000
export const HOUR_MS = 60 * MINUTE_MS
export const SERIAL = 2_700_000_001
/** In Berlin the sun stands highest at 11:08 UTC on this day, and sets at 19:33 UTC. */
export const NOON_MS = Date.UTC(2026, 5, 21, 11)
const MAX_BYTES = 64 * 2 ** 20

export interface FleetHere {
  fleet: Fleet
  spool: Spool
  clock: TestClock
  folder: string
  /** Parsed log lines so far. */
  lines: Record<string, unknown>[]
  /** The API has this list now, and we know it. */
  register(loggers: readonly Partial<RegisteredLogger>[]): Promise<void>
  connect(): Promise<TestLogger>
  /** So many minutes pass, each with its evaluation; `meanwhile` is called before each. */
  pass(minutes: number, meanwhile?: () => Promise<unknown> | undefined): Promise<void>
  /** As a collector that is stopped; the spool is closed. */
  stop(): Promise<void>
}

export interface FleetHereOptions {
  folder?: string
  nowMs?: number
  env?: Record<string, string>
  wrapSpool?: (spool: Spool) => Spool
}

/** A logger of Berlin, as the API tells it. */
export function registered(
  serial: number,
  change: Partial<RegisteredLogger> = {},
): Partial<RegisteredLogger> {
  return {
    logger_serial: serial,
    inverter_id: serial - 2_700_000_000,
    site_id: 40,
    latitude: 52.5,
    longitude: 13.4,
    timezone: 'Europe/Berlin',
    has_battery: false,
    upload_interval_s: 300,
    ...change,
  }
}

export async function startFleet(options: FleetHereOptions = {}): Promise<FleetHere> {
  const folder = options.folder ?? temporaryFolder()
  const settings = settingsOf({ SPOOL_DIR: folder, ...options.env })
  const opened = await openSpool({ folder, maxBytes: MAX_BYTES })
  const spool = options.wrapSpool?.(opened) ?? opened
  const clock = new TestClock()
  clock.now = options.nowMs ?? NOON_MS
  const lines: Record<string, unknown>[] = []
  const destination = { write: (line: string) => void lines.push(JSON.parse(line)) }
  const logger = createLogger({ service: 'solar-collector', level: 'info', limits: settings, destination })
  const api = await startFakeApi()
  const registryClock = new FakeClock()
  const client = makeClient(api.url, registryClock)
  const registry = new LoggerRegistry({ client, spool, clock: registryClock })
  const fleet = new Fleet({ settings, registry, spool, logger, clock })
  const intake = new Intake({ settings, spool, knownLoggers: registry, contacts: fleet, logger, clock })
  const port = await intake.start()
  fleet.start()
  const ends = observeFleet(fleet)
  const stop = async () => {
    await intake.stop(1_000)
    await fleet.stop()
    registry.stop()
    await spool.close()
    for (const end of ends.splice(0)) end()
  }
  onTestFinished(stop)
  return {
    ...{ fleet, spool, clock, folder, lines, stop },
    register: loggers => register(api, registry, loggers),
    connect: () => connectLogger(port),
    async pass(minutes, meanwhile) {
      for (let minute = 0; minute < minutes; minute += 1) {
        await meanwhile?.()
        clock.now += MINUTE_MS
        clock.fire(MINUTE_MS)
      }
    },
  }
}

async function register(
  api: FakeApi,
  registry: LoggerRegistry,
  loggers: readonly Partial<RegisteredLogger>[],
): Promise<void> {
  // An ETag of a list that the spool may have kept would say that nothing has changed.
  api.loggers = { etag: `"${randomUUID()}"`, list: [...loggers] }
  // The first may be one that a stranger has caused, and have the list of before.
  for (let asked = 0; asked < 2; asked += 1) await registry.refresh()
}

export function heartbeat(loggerSerial = SERIAL): Buffer {
  return buildHeartbeat({ loggerSerial })
}

export function data(recordCounter: number, workTimeS = 5_000, loggerSerial = SERIAL): Buffer {
  return buildDeyeMicroData({
    loggerSerial,
    workTimeS,
    powerOnS: 600,
    offsetS: Math.floor(NOON_MS / 1_000) - 5_000,
    recordCounter,
    inverterSerial: '2212345678',
  })
}

/** The fields of the lines about changed states of a logger, in order. */
export function changes({ lines }: FleetHere, serial = SERIAL): object[] {
  return lines
    .filter(line => line['message'] === 'logger state changed' && line['logger_serial'] === serial)
    .map(({ previous_state, state, reason }) => ({ previous_state, state, reason }))
}

export function framesOf(bytes: Buffer): Frame[] {
  const reader = new FrameReader({ maxPayloadBytes: 4_096 })
  reader.push(bytes)
  const frames: Frame[] = []
  for (let result = reader.next(); result.kind !== 'incomplete'; result = reader.next())
    if (result.kind === 'frame') frames.push(result.frame)
  return frames
}
