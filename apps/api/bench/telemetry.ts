// Processor time of the API for one request with telemetry on and off, in turns in one run, for each kind of request and a mix of them.
import { readdirSync, readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { Agent, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  closeTestServers,
  createTestDatabase,
  type NodeProcess,
  type OtlpReceiver,
  spawnNode,
  startOtlpReceiver,
} from '@deye-hard/testkit'
import { generateSigningKey } from '../src/keys.ts'
import { batch, readingMessage } from '../test/messages.ts'
import { ACCOUNT, CLIENT, DAY, fillFleet, LOGGERS } from './fleet.ts'

const ROUNDS = 7
const PART_MS = 600
const WARM_UP_MS = 1_500
const CONNECTIONS = 4
const BATCH_MESSAGES = 10

/** Requests of one kind, and its share in a hundred: collectors post all day, people look now and then. */
interface Kind {
  name: string
  share: number
  method: 'GET' | 'POST'
  path: string
  body?: () => string
  as: 'user' | 'service'
}

interface Variant {
  name: 'off' | 'on'
  process: NodeProcess
  port: number
  tokens: Record<'user' | 'service', string>
}

const database = await createTestDatabase({ kind: 'plain' })
const inverterId = await fillFleet(database.url)
const receiver = await startOtlpReceiver()
const keysFile = join(tmpdir(), `bench-keys-${process.pid}.json`)
await writeFile(keysFile, JSON.stringify({ keys: [await generateSigningKey()] }), { mode: 0o600 })
const variants: Variant[] = [
  await start('off', {}),
  await start('on', { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url }),
]
try {
  console.log(JSON.stringify({ bench: 'api-telemetry', ...(await compare(variants, receiver)) }))
} finally {
  for (const { process } of variants) process.kill('SIGTERM')
  await Promise.all(variants.map(({ process }) => process.exited))
  await receiver.stop()
  await database.drop()
  await closeTestServers()
}

function kinds(): Kind[] {
  let next = 0
  const messages = () =>
    Array.from({ length: BATCH_MESSAGES }, () =>
      readingMessage(LOGGERS[next++ % LOGGERS.length]!, new Date()),
    )
  const day = `/api/measurements?inverter_id=${inverterId}&from=${DAY.from}&to=${DAY.to}`
  return [
    {
      name: 'ingest',
      share: 40,
      method: 'POST',
      path: '/api/measurements',
      body: () => JSON.stringify(batch(messages())),
      as: 'service',
    },
    { name: 'dashboard', share: 20, method: 'GET', path: '/api/dashboard', as: 'user' },
    { name: 'inverters', share: 20, method: 'GET', path: '/api/inverters', as: 'user' },
    { name: 'day', share: 20, method: 'GET', path: day, as: 'user' },
  ]
}

/** Short parts that alternate, and the median of the ratios: a noisy neighbour hits both or is outvoted. */
async function compare(variants: readonly Variant[], receiver: OtlpReceiver) {
  const all = kinds()
  for (const variant of variants) for (const kind of all) await load(variant, kind, WARM_UP_MS / all.length)
  receiver.clear()
  const rounds: Record<string, number>[] = []
  let requestsOn = 0
  for (let round = 0; round < ROUNDS; round += 1) {
    const measured: Record<string, number> = {}
    for (const kind of all) {
      const turn = round % 2 === 0 ? variants : variants.toReversed()
      for (const variant of turn) {
        const { cpuMs, requests } = await load(variant, kind, PART_MS)
        measured[`${kind.name} ${variant.name}`] = cpuMs
        if (variant.name === 'on') requestsOn += requests
      }
    }
    for (const name of ['off', 'on'] as const)
      measured[`mix ${name}`] =
        all.reduce((sum, kind) => sum + kind.share * measured[`${kind.name} ${name}`]!, 0) / 100
    rounds.push(measured)
  }
  const named = [...all.map(({ name }) => name), 'mix']
  const median = (of: (round: Record<string, number>) => number) =>
    rounds.map(of).sort((a, b) => a - b)[rounds.length >> 1]!
  const { traces, logs, metrics } = receiver.counts
  return {
    ratio: Object.fromEntries(
      named.map(name => [name, rounded(median(round => round[`${name} on`]! / round[`${name} off`]!))]),
    ),
    cpu_ms_off: Object.fromEntries(
      named.map(name => [name, rounded(median(round => round[`${name} off`]!))]),
    ),
    cpu_ms_on: Object.fromEntries(named.map(name => [name, rounded(median(round => round[`${name} on`]!))])),
    otlp_bytes_per_request: Math.round((traces.bytes + logs.bytes) / requestsOn),
    metric_bytes: metrics.bytes,
    rss_mb: Object.fromEntries(variants.map(({ name, process }) => [name, residentMb(process.pid)])),
  }
}

async function start(name: 'off' | 'on', env: Record<string, string>): Promise<Variant> {
  const started = spawnNode(join(import.meta.dirname, '../src/main.ts'), {
    DATABASE_URL: database.url,
    DATABASE_POOL_MAX: '8',
    JWT_KEYS_FILE: keysFile,
    API_PORT: '0',
    API_METRICS_PORT: '0',
    API_RATE_PER_ADDRESS: '10000000',
    API_SERVICE_RATE_PER_ADDRESS: '10000000',
    // At a real load every request has its line; the limit would leave most of them out here.
    LOG_INFOS_PER_MINUTE: '10000000',
    ARGON2_MEMORY_KIB: '8',
    ARGON2_PASSES: '1',
    ...env,
  })
  const port = Number((await started.waitForMessage('listening')).port)
  await started.waitForMessage('database ready')
  const user = await tokenFrom(port, '/api/auth/login', ACCOUNT)
  const service = await tokenFrom(port, '/api/service/token', CLIENT)
  return { name, process: started, port, tokens: { user, service } }
}

async function tokenFrom(port: number, path: string, body: object): Promise<string> {
  const answer = await fetch(`http://127.0.0.1:${port}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  if (!answer.ok) throw new Error(await answer.text())
  return ((await answer.json()) as { access_token: string }).access_token
}

/** Milliseconds of processor time for one request. */
async function load(
  variant: Variant,
  kind: Kind,
  forMs: number,
): Promise<{ cpuMs: number; requests: number }> {
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS })
  const cpuBeforeMs = cpuMsOf(variant.process.pid)
  const startMs = performance.now()
  let requests = 0
  const worker = async () => {
    while (performance.now() - startMs < forMs) {
      await ask(variant, kind, agent)
      requests += 1
    }
  }
  await Promise.all(Array.from({ length: CONNECTIONS }, worker))
  agent.destroy()
  return { cpuMs: (cpuMsOf(variant.process.pid) - cpuBeforeMs) / requests, requests }
}

function ask({ port, tokens }: Variant, { method, path, body, as }: Kind, agent: Agent): Promise<void> {
  return new Promise((resolve, reject) => {
    const text = body?.()
    const headers = {
      authorization: `Bearer ${tokens[as]}`,
      ...(text === undefined
        ? {}
        : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }),
    }
    const sent = request({ host: '127.0.0.1', port, method, path, headers, agent }, answer => {
      if (answer.statusCode !== 200) reject(new Error(`${path} answered ${answer.statusCode}`))
      answer.resume().on('end', resolve)
    })
    sent.on('error', reject).end(text)
  })
}

/** User and system time of all threads of a process; Linux only. In nanoseconds of the scheduler, not in ticks of 10 ms. */
function cpuMsOf(pid: number): number {
  return taskIds(pid).reduce((sum, id) => {
    const [ns = '0'] = readFileSync(`/proc/${pid}/task/${id}/schedstat`, 'utf8').split(' ')
    return sum + Number(ns) / 1e6
  }, 0)
}

function taskIds(pid: number): string[] {
  return readdirSync(`/proc/${pid}/task`)
}

function residentMb(pid: number): number {
  const kb = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
  return Math.round(Number(kb) / 1_024)
}

function rounded(value: number): number {
  return Math.round(value * 1_000) / 1_000
}
