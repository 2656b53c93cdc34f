// Durable acks per second of the collector against a server that answers without reading: same client, interleaved rounds.
// Run: node --conditions=source apps/collector/bench/acks.ts   (BENCH_SECONDS, BENCH_ROUNDS, BENCH_DIR)
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { buildDeyeMicroData } from '@deye-hard/solarman-v5/testing'
import { startCollectorProcess, startServer } from './child.ts'

const ACK_BYTES = 23
const SECONDS = Number(process.env.BENCH_SECONDS ?? 5)
const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 3)
const WARM_UP_SECONDS = 1

interface Load {
  name: string
  connections: number
  inFlight: number
  /** Least ratio to the bare server. */
  target: number | null
}
const LOADS: Load[] = [
  { name: '100 connections, 16 in flight', connections: 100, inFlight: 16, target: 0.25 },
  { name: '100 connections, ping-pong', connections: 100, inFlight: 1, target: 0.6 },
  // Not asked for: how the ratio moves with the number of frames that share a commit.
  { name: '1,000 connections, ping-pong', connections: 1_000, inFlight: 1, target: null },
  { name: '1 connection, ping-pong', connections: 1, inFlight: 1, target: null },
]
const SERVERS = {
  bare: () => startServer('bare-server.ts'),
  gathering: () => startServer('bare-server.ts', { GATHER: '1' }),
  collector: () => startCollectorProcess({ LOG_LEVEL: process.env.BENCH_LOG_LEVEL ?? 'info' }),
}

for (const load of LOADS) {
  const rates: Record<keyof typeof SERVERS, number[]> = { bare: [], gathering: [], collector: [] }
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const name of ['bare', 'gathering', 'collector'] as const) {
      const server = await SERVERS[name]()
      rates[name].push(await measure(server.port, load))
      await server.stop()
    }
  }
  const bare = median(rates.bare)
  const gathering = median(rates.gathering)
  const collector = median(rates.collector)
  const ratio = collector / bare
  console.log(
    `${load.name.padEnd(30)} bare ${format(bare)}/s  collector ${format(collector)}/s  ratio ${ratio.toFixed(2)} ${verdict(ratio, load.target)}  bare that gathers its acks ${format(gathering)}/s`,
  )
}

async function measure(port: number, load: Load): Promise<number> {
  let acked = 0
  const sockets = await Promise.all(
    Array.from({ length: load.connections }, (_, index) => play(port, index, load.inFlight, () => acked++)),
  )
  await delay(WARM_UP_SECONDS * 1_000)
  const before = acked
  const startedAt = performance.now()
  await delay(SECONDS * 1_000)
  const rate = ((acked - before) / (performance.now() - startedAt)) * 1_000
  for (const socket of sockets) socket.destroy()
  return rate
}

/** Keeps `inFlight` frames under way; what came in one read is answered by one write, as fast as a client can. */
async function play(port: number, index: number, inFlight: number, onAck: () => void): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true })
  await once(socket, 'connect')
  const frame = buildDeyeMicroData({
    loggerSerial: 2_700_000_000 + index,
    workTimeS: 1_000,
    powerOnS: 500,
    offsetS: 1_700_000_000,
    recordCounter: index,
    inverterSerial: '2300000001',
  })
  const frames = Buffer.concat(new Array<Buffer>(inFlight).fill(frame))
  let ackBytes = 0
  socket.on('error', () => {})
  socket.on('data', chunk => {
    ackBytes += chunk.length
    const acks = Math.floor(ackBytes / ACK_BYTES)
    ackBytes -= acks * ACK_BYTES
    for (let ack = 0; ack < acks; ack += 1) onAck()
    if (acks > 0) socket.write(frames.subarray(0, acks * frame.length))
  })
  socket.write(frames)
  return socket
}

function delay(ms: number): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, ms))
}

function verdict(ratio: number, target: number | null): string {
  return target === null ? '(no target)' : `(target ${target}: ${ratio >= target ? 'met' : 'MISSED'})`
}

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!
}

function format(rate: number): string {
  return Math.round(rate).toLocaleString('en').padStart(9)
}
