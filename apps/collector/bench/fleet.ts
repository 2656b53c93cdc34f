// What watching 100,000 loggers costs: a frame, an evaluation and its longest pause, keeping and reading the tracks, memory.
// Run: node --expose-gc --conditions=source apps/collector/bench/fleet.ts   (BENCH_LOGGERS, BENCH_PER_SITE)
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { type Frame, frameOf } from '@deye-hard/solarman-v5'
import { buildDeyeMicroData, buildHeartbeat } from '@deye-hard/solarman-v5/testing'
import { createLogger } from '@deye-hard/telemetry'
import type { Clock } from '../src/clock.ts'
import { Fleet } from '../src/fleet/fleet.ts'
import { readCollectorSettings } from '../src/settings.ts'
import type { RegisteredLogger } from '../src/shipper/api-client.ts'
import { openSpool } from '../src/spool/spool.ts'

const LOGGERS = Number(process.env.BENCH_LOGGERS ?? 100_000)
const PER_SITE = Number(process.env.BENCH_PER_SITE ?? 3)
const FIRST_SERIAL = 2_700_000_000
const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const NOON_MS = Date.UTC(2026, 10, 14, 11)
const DAYS = 15
const ROUNDS = 5
const FRAME_ROUNDS = 10

const folder = mkdtempSync(join(process.env.BENCH_DIR ?? tmpdir(), 'fleet-bench-'))
const settings = readCollectorSettings({
  API_URL: 'http://127.0.0.1:1',
  SERVICE_CLIENT_ID: 'bench',
  SERVICE_CLIENT_SECRET: 'bench-secret',
  SPOOL_DIR: folder,
})
const clock = movedClock()
const spool = await openSpool({ folder, maxBytes: settings.spoolMaxBytes })
const logger = createLogger({ service: 'solar-collector', level: 'silent' })
const list = registeredLoggers()
const registry = { revision: 1, loggers: () => list }
const makeFleet = () => new Fleet({ settings, registry, spool, logger, clock })

const fleet = measureMemory()
measureFrames()
await measureEvaluation()
await measureNotes()
await spool.close()
rmSync(folder, { recursive: true, force: true })

/** Memory of the whole, with a fortnight behind each logger; the list of the registry is not counted, it is there anyway. */
function measureMemory(): Fleet {
  const frames = heartbeats()
  const before = heapBytes()
  const made = makeFleet()
  made.heard({ ...frames[0]!, loggerSerial: 1 })
  const empty = heapBytes()
  for (let day = DAYS - 1; day >= 0; day -= 1) {
    for (const hour of [-3, 3]) {
      clock.wallNowMs = NOON_MS - day * DAY_MS + hour * HOUR_MS
      if (day === 0 && hour > 0) clock.wallNowMs = NOON_MS
      hearAll(frames, made)
    }
  }
  const full = heapBytes()
  const perLogger = (bytes: number) => Math.round(bytes / LOGGERS)
  console.log(
    `memory per logger: ${perLogger(empty - before)} bytes, and ${perLogger(full - empty)} for its track`,
  )
  return made
}

function measureFrames(): void {
  const data = list.map(({ logger_serial }) => frameOf(dataFrame(logger_serial)))
  let best = Number.POSITIVE_INFINITY
  for (let round = 0; round < FRAME_ROUNDS; round += 1) {
    clock.wallNowMs += 1_000
    clock.monotonicNowMs += 1_000
    best = Math.min(
      best,
      microseconds(() => hearAll(data)),
    )
  }
  const strangers = data.map(frame => ({ ...frame, loggerSerial: frame.loggerSerial + LOGGERS }))
  const stranger = microseconds(() => hearAll(strangers))
  console.log(
    `a data frame: ${(best / LOGGERS).toFixed(2)} µs, of a stranger ${(stranger / LOGGERS).toFixed(2)} µs (the target is 1)`,
  )
}

function hearAll(frames: readonly Frame[], by = fleet): void {
  for (const frame of frames) by.heard(frame)
}

async function measureEvaluation(): Promise<void> {
  for (const quietHours of [0, 1.5]) {
    clock.wallNowMs += quietHours * HOUR_MS
    await fleet.evaluate()
    const delay = monitorEventLoopDelay({ resolution: 1 })
    delay.enable()
    let best = Number.POSITIVE_INFINITY
    for (let round = 0; round < ROUNDS; round += 1) {
      clock.wallNowMs += 1_000
      const startMs = performance.now()
      await fleet.evaluate()
      best = Math.min(best, performance.now() - startMs)
    }
    delay.disable()
    const { expected, silent } = fleet.status()
    console.log(
      `evaluation (${expected} expected, ${silent} silent): ${best.toFixed(0)} ms, longest pause ${(delay.max / 1e6).toFixed(0)} ms`,
    )
  }
}

async function measureNotes(): Promise<void> {
  const delay = monitorEventLoopDelay({ resolution: 1 })
  delay.enable()
  const startMs = performance.now()
  await fleet.stop()
  delay.disable()
  console.log(
    `keeping all tracks: ${(performance.now() - startMs).toFixed(0)} ms, longest pause ${(delay.max / 1e6).toFixed(0)} ms`,
  )
  const readMs = microseconds(() => void makeFleet()) / 1_000
  console.log(`reading them at the start: ${readMs.toFixed(0)} ms`)
}

function registeredLoggers(): RegisteredLogger[] {
  return Array.from({ length: LOGGERS }, (_, index) => {
    const site = Math.floor(index / PER_SITE)
    return {
      logger_serial: FIRST_SERIAL + index,
      inverter_id: index + 1,
      site_id: site + 1,
      latitude: 36 + ((site * 0.618_034) % 1) * 30,
      longitude: -9 + ((site * 0.754_877) % 1) * 40,
      timezone: 'Europe/Berlin',
      has_battery: false,
      upload_interval_s: 60,
    }
  })
}

function heartbeats(): Frame[] {
  return list.map(({ logger_serial }) => frameOf(buildHeartbeat({ loggerSerial: logger_serial })))
}

function dataFrame(loggerSerial: number): Buffer {
  return buildDeyeMicroData({
    loggerSerial,
    workTimeS: 1_000,
    powerOnS: 500,
    offsetS: 1_700_000_000,
    recordCounter: 1,
    inverterSerial: '2300000001',
  })
}

function heapBytes(): number {
  globalThis.gc?.()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

function microseconds(work: () => void): number {
  const start = process.hrtime.bigint()
  work()
  return Number(process.hrtime.bigint() - start) / 1_000
}

function movedClock() {
  const moved = { wallNowMs: NOON_MS, monotonicNowMs: 1_000 }
  return Object.assign(moved, {
    wallMs: () => moved.wallNowMs,
    monotonicMs: () => moved.monotonicNowMs,
    every: () => () => {},
  }) satisfies Clock
}
