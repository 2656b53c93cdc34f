// The collector as a process: it starts, says why it cannot, and drains on SIGTERM.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage } from 'node:http'
import { type AddressInfo, createServer as createTcpServer } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { IngestOutcome, MeasurementBatch } from '@deye-hard/domain'
import { buildDeyeMicroData, buildHeartbeat } from '@deye-hard/solarman-v5/testing'
import { expect, it, onTestFinished } from 'vitest'
import { connectLogger, temporaryFolder, until } from './harness.ts'

const MAIN = fileURLToPath(new URL('../src/main.ts', import.meta.url))
const SERIAL = 2_700_000_001

interface Run {
  child: ChildProcess
  lines: Record<string, unknown>[]
  stderr: string
  exited: Promise<number | null>
}

function run(env: Record<string, string>): Run {
  const child = spawn(process.execPath, ['--conditions=source', MAIN], {
    env: {
      PATH: process.env.PATH,
      COLLECTOR_HOST: '127.0.0.1',
      COLLECTOR_PORT: '0',
      COLLECTOR_HTTP_PORT: '0',
      API_URL: 'http://127.0.0.1:1',
      SERVICE_CLIENT_ID: 'collector',
      SERVICE_CLIENT_SECRET: 'a-secret-for-tests',
      SPOOL_DIR: temporaryFolder(),
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  const started: Run = { child, lines: [], stderr: '', exited: once(child, 'close').then(([code]) => code) }
  let text = ''
  child.stdout!.setEncoding('utf8').on('data', (chunk: string) => {
    const lines = (text + chunk).split('\n')
    text = lines.pop()!
    started.lines.push(...lines.map(line => JSON.parse(line)))
  })
  child.stderr!.setEncoding('utf8').on('data', (chunk: string) => {
    started.stderr += chunk
  })
  return started
}

async function listening(started: Run): Promise<{ port: number; http_port: number }> {
  const line = () => started.lines.find(({ message }) => message === 'listening')
  await until(() => line() !== undefined, 'the line "listening"')
  return line() as { port: number; http_port: number } & Record<string, unknown>
}

const data = (recordCounter: number) =>
  buildDeyeMicroData({
    loggerSerial: SERIAL,
    workTimeS: 1_000 + recordCounter,
    powerOnS: 500,
    offsetS: 1_700_000_000,
    recordCounter,
    inverterSerial: '2300000001',
  })

it('listens, tells its health, and exits 0 on SIGTERM and on SIGINT', async () => {
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    const started = run({ DRAIN_TIMEOUT: '1s' })
    const { http_port: httpPort } = await listening(started)
    const url = `http://127.0.0.1:${httpPort}`
    for (const path of ['/health/live', '/health/ready'])
      expect((await fetch(url + path)).status, path).toBe(200)
    expect((await fetch(`${url}/other`)).status).toBe(404)
    expect((await fetch(`${url}/status`, { method: 'POST' })).status).toBe(405)
    const metrics = await fetch(`${url}/metrics`)
    expect(metrics.headers.get('content-type')).toMatch(/^text\/plain/)
    expect(await metrics.text()).toMatch(/^solar_build_info{.*service="solar-collector"} 1$/m)
    const status = (await (await fetch(`${url}/status`)).json()) as Record<string, unknown>
    expect(status).toMatchObject({
      ledger: { received: 0, stored: 0, duplicates: 0, quarantined: 0, waiting: 0, unaccounted: 0 },
      events: { received: 0, stored: 0, waiting: 0 },
      spool: { messages: 0, full: false, oldest_age_s: 0 },
      connections: { active: 0, accepted: 0 },
      counters: { frames_received: { '0x4210': 0, other: 0 }, connections_refused: { connections_max: 0 } },
      api: { last_error: null },
      batches_in_flight: 0,
      telemetry: null,
    })
    started.child.kill(signal)
    expect(await started.exited).toBe(0)
    expect(started.lines.at(-1)!['message']).toBe('stopped')
  }
})

it('acks what it has on SIGTERM, keeps what it cannot ship, and ships it after a restart', async () => {
  const folder = temporaryFolder()
  const first = run({ SPOOL_DIR: folder, DRAIN_TIMEOUT: '100ms' })
  const logger = await connectLogger((await listening(first)).port)
  const frames = Array.from({ length: 50 }, (_, index) => data(index + 1))
  logger.send(Buffer.concat(frames))
  await logger.take(23)
  first.child.kill('SIGTERM')
  expect(await first.exited).toBe(0)
  await logger.closed()
  const acked = 1 + Math.floor(logger.received.length / 23)

  const api = await startApi()
  const second = run({ SPOOL_DIR: folder, API_URL: api.url })
  await listening(second)
  await until(() => api.counters.size >= acked, 'all acked frames to arrive')
  for (let counter = 1; counter <= acked; counter += 1) expect(api.counters).toContain(counter)
  second.child.kill('SIGTERM')
  expect(await second.exited).toBe(0)
})

it('ships what it got last while it drains', async () => {
  const api = await startApi()
  const started = run({ API_URL: api.url, SHIP_INTERVAL: '1m' })
  const logger = await connectLogger((await listening(started)).port)
  await logger.exchange(data(7))
  started.child.kill('SIGTERM')
  expect(await started.exited).toBe(0)
  expect([...api.counters]).toEqual([7])
})

it('says in one sentence why it cannot start', async () => {
  const taken = createTcpServer().listen(0, '127.0.0.1')
  onTestFinished(() => void taken.close())
  await once(taken, 'listening')
  const port = String((taken.address() as AddressInfo).port)
  const file = join(temporaryFolder(), 'file')
  writeFileSync(file, '')
  const rows: [Record<string, string>, number, RegExp][] = [
    [
      { COLLECTOR_PORT: port },
      69,
      /^Another program listens on 127\.0\.0\.1:\d+: stop it, or .* COLLECTOR_PORT\.\n$/,
    ],
    [{ COLLECTOR_HTTP_PORT: port }, 69, /^Another program listens .* COLLECTOR_HTTP_PORT\.\n$/],
    [{ COLLECTOR_HOST: '192.0.2.1' }, 69, /^This machine has no address 192\.0\.2\.1:0: set COLLECTOR_HOST /],
    [{ SPOOL_DIR: join(file, 'spool') }, 69, /^The spool folder .* cannot be created or written: .*\n$/],
    [
      { COLLECTOR_PORT: 'lots', SPOOL_DIR: '' },
      78,
      /^COLLECTOR_PORT: found .*\nSPOOL_DIR: found nothing.*\n$/,
    ],
    [
      { OTEL_EXPORTER_OTLP_ENDPOINT: '127.0.0.1:4317', OTEL_TRACES_SAMPLER: 'sometimes' },
      78,
      /^OTEL_EXPORTER_OTLP_ENDPOINT: found .*\nOTEL_TRACES_SAMPLER: found .*\n$/,
    ],
    [
      { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318' },
      78,
      /^OTEL_EXPORTER_OTLP_ENDPOINT: found the port of OTLP over HTTP.*\n$/,
    ],
  ]
  for (const [env, code, sentence] of rows) {
    const started = run(env)
    expect(await started.exited).toBe(code)
    expect(started.stderr).toMatch(sentence)
  }
})

it('keeps listening on a socket that answers nothing sensible', async () => {
  const started = run({ DRAIN_TIMEOUT: '100ms' })
  const { port } = await listening(started)
  const broken = await connectLogger(port)
  broken.send(Buffer.from('GET / HTTP/1.1\r\n\r\n'))
  broken.socket.resetAndDestroy()
  const logger = await connectLogger(port)
  expect((await logger.exchange(buildHeartbeat({ loggerSerial: SERIAL }))).length).toBe(23)
})

/** An API that gives a token, knows one logger and stores every batch. */
async function startApi(): Promise<{ url: string; counters: Set<number> }> {
  const counters = new Set<number>()
  const server = createServer(async (request, response) => {
    const body = await bodyOf(request)
    const answer = (value: unknown) =>
      response.setHeader('content-type', 'application/json').end(JSON.stringify(value))
    if (request.url === '/api/service/token')
      return answer({ access_token: 'a.b.c', token_type: 'Bearer', expires_in: 600 })
    if (request.url === '/api/service/loggers') return answer({ loggers: [] })
    const batch = JSON.parse(body) as MeasurementBatch
    for (const message of batch.messages)
      counters.add(Buffer.from(message.frame, 'base64').readUInt32LE(0x1c))
    const outcomes = batch.messages.map(({ seq }): IngestOutcome => ({ seq, outcome: 'stored' }))
    return answer({
      batch_id: batch.batch_id,
      stored: outcomes.length,
      duplicates: 0,
      quarantined: 0,
      rejected: 0,
      outcomes,
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, counters }
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = ''
  for await (const chunk of request.setEncoding('utf8')) text += chunk
  return text
}
