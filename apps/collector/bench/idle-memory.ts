// Memory of one idle connection with many open, beside a bare Node server, and what 100,000 need.
// Run: node --conditions=source apps/collector/bench/idle-memory.ts   (BENCH_CONNECTIONS, default 20000)
import { readFileSync } from 'node:fs'
import { startOtlpReceiver } from '@deye-hard/testkit'
import { type ServerProcess, startCollectorProcess, startServer } from './child.ts'

const WANTED = Number(process.env.BENCH_CONNECTIONS ?? 20_000)
const RESERVED_DESCRIPTORS = 200
const PER_CLIENT = 10_000
const ADDRESSES_PER_CLIENT = 2
const TARGET_KB = 10
const SETTLE_MS = 3_000

const limit = descriptorLimit()
const connections = Math.min(WANTED, limit - RESERVED_DESCRIPTORS)
if (connections < WANTED)
  console.log(`the limit of ${limit} open files allows ${connections} connections, not ${WANTED}`)

const bare = await measure('bare node', 2, () => startServer('bare-server.ts', { FRAME_BYTES: '14' }))
// Other client addresses: the ports of the first are in TIME_WAIT.
const collector = await measure('collector', 102, () => startCollectorProcess())
const receiver = await startOtlpReceiver()
const traced = await measure('traced', 202, () =>
  startCollectorProcess({ OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url }),
)
await receiver.stop()
console.log(
  `ours on top of node: ${(collector - bare).toFixed(1)} kB, with telemetry on ${(traced - bare).toFixed(1)} kB; target for all ${TARGET_KB} kB: ${traced <= TARGET_KB ? 'met' : 'MISSED'}`,
)
console.log(
  `100,000 connections need: ${Math.round((traced * 100_000) / 1_024)} MB of process memory, 100,200 open files (ulimit -n), ` +
    'net.core.somaxconn of 4096, and from one address no more than about 64,000 client ports',
)

async function measure(
  name: string,
  firstAddress: number,
  start: () => Promise<ServerProcess>,
): Promise<number> {
  const server = await start()
  await delay(SETTLE_MS)
  const before = memoryKb(server.pid)
  const clients: ServerProcess[] = []
  const startedAt = performance.now()
  for (let opened = 0; opened < connections; opened += PER_CLIENT) {
    const count = Math.min(PER_CLIENT, connections - opened)
    clients.push(await startClient(server.port, count, firstAddress + clients.length * ADDRESSES_PER_CLIENT))
  }
  const seconds = (performance.now() - startedAt) / 1_000
  const atOnce = memoryKb(server.pid)
  await delay(SETTLE_MS)
  const settled = memoryKb(server.pid)
  const each = (settled - before) / connections
  const lag = server.httpPort > 0 ? `, event loop delay ${await worstDelayMs(server)} ms` : ''
  console.log(
    `${name.padEnd(10)} ${connections} open: ${each.toFixed(1)} kB each (${((atOnce - before) / connections).toFixed(1)} at once), opened at ${Math.round(connections / seconds)}/s${lag}`,
  )
  for (const client of clients) await client.stop()
  await server.stop()
  return each
}

function startClient(port: number, count: number, firstAddress: number): Promise<ServerProcess> {
  return startServer('idle-client.ts', {}, [String(port), String(count), String(firstAddress)])
}

/** The worst of a few looks while everything is idle. */
async function worstDelayMs(server: ServerProcess): Promise<number> {
  let worst = 0
  for (let look = 0; look < 5; look += 1) {
    await delay(1_000)
    const status = (await (await fetch(`http://127.0.0.1:${server.httpPort}/status`)).json()) as {
      event_loop_delay_ms: number
    }
    worst = Math.max(worst, status.event_loop_delay_ms)
  }
  return worst
}

function memoryKb(pid: number): number {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1])
}

function descriptorLimit(): number {
  return Number(/Max open files\s+(\d+)/.exec(readFileSync('/proc/self/limits', 'utf8'))![1])
}

function delay(ms: number): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, ms))
}
