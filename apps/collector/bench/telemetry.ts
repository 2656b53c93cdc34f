// What telemetry costs the collector: CPU per frame with it on against off, in turns; memory and bytes sent at 120 loggers.
// Run: node --conditions=source apps/collector/bench/telemetry.ts   (BENCH_ROUNDS, BENCH_FRAMES, BENCH_FLEET_SECONDS)
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { buildDeyeMicroData, buildHeartbeat } from '@deye-hard/solarman-v5/testing'
import { startOtlpReceiver } from '@deye-hard/testkit'
import { type ServerProcess, startCollectorProcess, startServer } from './child.ts'

const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 5)
const FRAMES = Number(process.env.BENCH_FRAMES ?? 400_000)
const FLEET_SECONDS = Number(process.env.BENCH_FLEET_SECONDS ?? 60)
const TARGET = 1.15
const CONNECTIONS = 100
const IN_FLIGHT = 16
const LOGGERS = 120
/** Messages of the fleet in a second; each second one is followed by a heartbeat: a message a minute, a heartbeat every two. */
const TICKS = 2
const SETTLE_MS = 5_000
const ACK_BYTES = 23
/** `getconf CLK_TCK` on Linux, whatever the machine. */
const TICKS_PER_SECOND = 100
const SECONDS_PER_HOUR = 3_600

type Mode = 'off' | 'on'
interface Scenario {
  name: string
  frames: number
  /** Null: the API is away, so that frames stay in the spool. */
  apiUrl: string | null
}

const receiver = await startOtlpReceiver()
const api = await startServer('stub-api.ts')
const apiUrl = `http://127.0.0.1:${api.port}`
await compare({ name: 'acked, API away', frames: FRAMES, apiUrl: null })
await compare({ name: 'acked and shipped', frames: FRAMES / 8, apiUrl })
if (FLEET_SECONDS > 0) await measureFleet()
await api.stop()
await receiver.stop()

/** Least of the rounds, as in reference/otel-js.md: other work on the machine only adds. */
async function compare(scenario: Scenario): Promise<void> {
  const costs: Record<Mode, number[]> = { off: [], on: [] }
  for (let round = 0; round < ROUNDS; round += 1)
    for (const mode of ['off', 'on'] as const) costs[mode].push(await cpuPerFrame(scenario, mode))
  const [off, on] = [Math.min(...costs.off), Math.min(...costs.on)]
  const ratio = on / off
  const medians = median(costs.on) / median(costs.off)
  console.log(
    `${scenario.name.padEnd(18)} CPU per frame: off ${off.toFixed(1)} µs, on ${on.toFixed(1)} µs, ratio ${ratio.toFixed(2)} (of medians ${medians.toFixed(2)}; target ${TARGET}: ${ratio <= TARGET ? 'met' : 'MISSED'})`,
  )
}

/** In µs, of the whole process with its threads, from the first frame until the last is acked and, with an API, stored. */
async function cpuPerFrame({ frames, apiUrl: url }: Scenario, mode: Mode): Promise<number> {
  const collector = await startCollectorProcess({ ...telemetry(mode), ...(url && { API_URL: url }) })
  const sockets = await Promise.all(Array.from({ length: CONNECTIONS }, () => open(collector.port)))
  await run(sockets, frames / 10)
  await settled(collector, url === null)
  const before = cpuSeconds(collector.pid)
  await run(sockets, frames)
  await settled(collector, url === null)
  const spent = cpuSeconds(collector.pid) - before
  for (const socket of sockets) socket.destroy()
  await collector.stop()
  receiver.clear()
  return (spent / frames) * 1e6
}

/** Keeps `IN_FLIGHT` frames under way on each connection until `frames` are acked. */
async function run(sockets: readonly Socket[], frames: number): Promise<void> {
  const each = Math.floor(frames / sockets.length)
  await Promise.all(
    sockets.map(async (socket, index) => {
      const frame = dataFrame(index)
      let sent = Math.min(IN_FLIGHT, each)
      let ackBytes = 0
      const done = Promise.withResolvers<void>()
      const onData = (chunk: Buffer) => {
        ackBytes += chunk.length
        const acked = Math.floor(ackBytes / ACK_BYTES)
        if (acked >= each) return done.resolve()
        const next = Math.min(each, acked + IN_FLIGHT) - sent
        if (next > 0) socket.write(Buffer.concat(new Array<Buffer>(next).fill(frame)))
        sent += Math.max(0, next)
      }
      socket.on('data', onData)
      socket.write(Buffer.concat(new Array<Buffer>(sent).fill(frame)))
      await done.promise
      socket.off('data', onData)
    }),
  )
}

/** Until nothing waits in the spool, if there is an API. */
async function settled({ httpPort }: ServerProcess, staysInSpool: boolean): Promise<void> {
  for (;;) {
    const status = await fetch(`http://127.0.0.1:${httpPort}/status`)
    const { spool } = (await status.json()) as { spool: { messages: number } }
    if (staysInSpool || spool.messages === 0) return
    await delay(50)
  }
}

/** Bytes are extrapolated to an hour. */
async function measureFleet(): Promise<void> {
  const memory = { off: await fleetMemory('off'), on: await fleetMemory('on') }
  const { traces, metrics, logs } = receiver.counts
  const perHour = (bytes: number) => `${((bytes / FLEET_SECONDS) * SECONDS_PER_HOUR) / 1e6}`.slice(0, 5)
  const total = traces.bytes + metrics.bytes + logs.bytes
  console.log(
    `${LOGGERS} loggers: ${memory.off} MB of memory with telemetry off, ${memory.on} MB with it on (${memory.on - memory.off} MB more); sent in ${FLEET_SECONDS} s, extrapolated to an hour: ${perHour(total)} MB (traces ${perHour(traces.bytes)}, metrics ${perHour(metrics.bytes)}, logs ${perHour(logs.bytes)}), ${traces.items} spans, ${metrics.items} points, ${logs.items} log records in the ${FLEET_SECONDS} s`,
  )
}

async function fleetMemory(mode: Mode): Promise<number> {
  const collector = await startCollectorProcess({ ...telemetry(mode), API_URL: apiUrl })
  const sockets = await Promise.all(Array.from({ length: LOGGERS }, () => open(collector.port)))
  for (const [index, socket] of sockets.entries()) {
    socket.resume().write(buildHeartbeat({ loggerSerial: serialOf(index) }))
  }
  // Only the steady state is extrapolated, not the start.
  await delay(SETTLE_MS)
  receiver.clear()
  for (let tick = 0; tick < FLEET_SECONDS * TICKS; tick += 1) {
    await delay(1_000 / TICKS)
    const index = tick % LOGGERS
    sockets[index]!.write(dataFrame(index, tick))
    if (tick % 2 === 0) sockets[index]!.write(buildHeartbeat({ loggerSerial: serialOf(index) }))
  }
  const megabytes = memoryMb(collector.pid)
  for (const socket of sockets) socket.destroy()
  await collector.stop()
  return megabytes
}

function telemetry(mode: Mode): Record<string, string> {
  return mode === 'on' ? { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url, DEPLOYMENT_ENVIRONMENT: 'bench' } : {}
}

async function open(port: number): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true })
  socket.on('error', () => {})
  await once(socket, 'connect')
  return socket
}

function serialOf(index: number): number {
  return 2_700_000_000 + index
}

function dataFrame(index: number, recordCounter = index): Buffer {
  const nowS = Math.floor(Date.now() / 1_000)
  return buildDeyeMicroData({
    loggerSerial: serialOf(index),
    workTimeS: 1_000,
    powerOnS: 500,
    offsetS: nowS - 1_000,
    recordCounter,
    inverterSerial: '2300000001',
    measured: { active_power_w: 400, energy_today_kwh: 1.2, energy_total_kwh: 345.6, grid_voltage_v: 231.4 },
  })
}

function cpuSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ')
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND
}

function memoryMb(pid: number): number {
  return Math.round(Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]) / 1_024)
}

function delay(ms: number): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, ms))
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!
}
