// Reads a day of one inverter (1,440 rows) through the API and through a bare fastify + pg server, in turns; prints both and the ratio.
import { readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { Agent, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { QUANTITY_NAMES } from '@deye-hard/domain'
import { openStore } from '@deye-hard/store'
import { closeTestServers, createTestDatabase, spawnNode } from '@deye-hard/testkit'
import pg from 'pg'
import { generateSigningKey } from '../src/keys.ts'
import { createPasswords } from '../src/passwords.ts'

const ROWS = 1_440
const ROUNDS = 9
const ROUND_MS = 1_100
const WARM_UP_MS = 1_000
const CONNECTIONS = 8
const POOL_MAX = '8'
const FOUR_FIELDS = ['ac_active_power_w', 'pv_power_total_w', 'energy_today_kwh', 'energy_total_kwh']
const DAY = { from: '2026-06-21T00:00:00.000Z', to: '2026-06-22T00:00:00.000Z' }
const ACCOUNT = { email: 'bench@example.org', password: 'bench' }

interface Server {
  name: string
  port: number
  pid: number
  headers: Record<string, string>
}

const database = await createTestDatabase({ kind: 'plain' })
const inverterId = await fill(database.url)
const keysFile = join(tmpdir(), `bench-keys-${process.pid}.json`)
await writeFile(keysFile, JSON.stringify({ keys: [await generateSigningKey()] }), { mode: 0o600 })
const environment = {
  DATABASE_URL: database.url,
  DATABASE_POOL_MAX: POOL_MAX,
  JWT_KEYS_FILE: keysFile,
  API_PORT: '0',
  API_METRICS_PORT: '0',
  API_RATE_PER_ADDRESS: '1000000',
  ARGON2_MEMORY_KIB: '8',
  ARGON2_PASSES: '1',
}
const api = spawnNode(join(import.meta.dirname, '../src/main.ts'), environment)
const bare = spawnNode(join(import.meta.dirname, 'bare-server.ts'), environment)
try {
  await api.waitForMessage('database ready')
  const port = Number((await api.waitForMessage('listening')).port)
  const servers: [Server, Server] = [
    { name: 'api', port, pid: api.pid, headers: { authorization: `Bearer ${await logIn(port)}` } },
    { name: 'bare', port: Number((await bare.waitForMessage('listening')).port), pid: bare.pid, headers: {} },
  ]
  for (const [label, fields] of [
    ['4 fields', FOUR_FIELDS],
    ['all fields', QUANTITY_NAMES],
  ] as const) {
    console.log(JSON.stringify({ bench: 'day-read', label, ...(await compare(servers, fields)) }))
  }
} finally {
  api.kill('SIGTERM')
  bare.kill('SIGTERM')
  await Promise.all([api.exited, bare.exited])
  await database.drop()
  await closeTestServers()
}

/** Short rounds that alternate, and the median of their ratios: a noisy neighbour hits both or is outvoted. */
async function compare(servers: readonly [Server, Server], fields: readonly string[]) {
  const path = `/api/measurements?inverter_id=${inverterId}&from=${DAY.from}&to=${DAY.to}&limit=${ROWS}&fields=${fields.join(',')}`
  for (const server of servers) await load(server, path, WARM_UP_MS)
  const rounds: { api: Load; bare: Load }[] = []
  for (let round = 0; round < ROUNDS; round += 1) {
    const [first, second] = round % 2 === 0 ? servers : [servers[1], servers[0]]
    const measured = {
      [first.name]: await load(first, path, ROUND_MS),
      [second.name]: await load(second, path, ROUND_MS),
    }
    rounds.push(measured as { api: Load; bare: Load })
  }
  const all = (name: 'api' | 'bare', of: (load: Load) => number) =>
    median(rounds.map(round => of(round[name])))
  return {
    api_per_s: all('api', ({ perS }) => perS),
    bare_per_s: all('bare', ({ perS }) => perS),
    ratio: median(rounds.map(({ api, bare }) => api.perS / bare.perS)),
    api_cpu_ms: all('api', ({ cpuMs }) => cpuMs),
    bare_cpu_ms: all('bare', ({ cpuMs }) => cpuMs),
    api_bytes: rounds[0]!.api.bytes,
    bare_bytes: rounds[0]!.bare.bytes,
  }
}

function median(values: number[]): number {
  const middle = values.sort((a, b) => a - b)[values.length >> 1]!
  return Math.round(middle * 1000) / 1000
}

/** User and system time of a process; Linux only, 0 elsewhere. A clock tick is 10 ms. */
function cpuMsOf(pid: number): number {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ')
    return (Number(fields[11]) + Number(fields[12])) * 10
  } catch {
    return 0
  }
}

interface Load {
  perS: number
  /** Of the server's process, for one request. */
  cpuMs: number
  bytes: number
}

async function load(server: Server, path: string, forMs: number): Promise<Load> {
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS })
  const cpuBeforeMs = cpuMsOf(server.pid)
  const startMs = performance.now()
  let requests = 0
  let bytes = 0
  const worker = async () => {
    while (performance.now() - startMs < forMs) {
      bytes = await get(server, path, agent)
      requests += 1
    }
  }
  await Promise.all(Array.from({ length: CONNECTIONS }, worker))
  agent.destroy()
  const perS = (1_000 * requests) / (performance.now() - startMs)
  return { perS, cpuMs: (cpuMsOf(server.pid) - cpuBeforeMs) / requests, bytes }
}

function get({ port, headers }: Server, path: string, agent: Agent): Promise<number> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, path, headers, agent }, answer => {
      let bytes = 0
      if (answer.statusCode !== 200) reject(new Error(`${path} answered ${answer.statusCode}`))
      answer.on('data', (chunk: Buffer) => {
        bytes += chunk.length
      })
      answer.on('end', () => resolve(bytes))
    })
    sent.on('error', reject)
    sent.end()
  })
}

async function logIn(port: number): Promise<string> {
  const answer = await fetch(`http://127.0.0.1:${port}/api/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(ACCOUNT),
  })
  return ((await answer.json()) as { access_token: string }).access_token
}

/** A day of minutes in which every field has a value with decimals, as a device sends them. */
async function fill(url: string): Promise<number> {
  const store = openStore({ databaseUrl: url })
  await store.migrate()
  const passwordHash = await createPasswords({ argon2MemoryKib: 8, argon2Passes: 1 }).hash(ACCOUNT.password)
  const user = await store.users.add({ email: ACCOUNT.email, passwordHash, role: 'user' })
  const siteId = await store.inverters.addSite({
    name: 'Bench',
    latitude: 52,
    longitude: 13,
    timezone: 'Europe/Berlin',
  })
  if (user.outcome === 'added') await store.inverters.addMember(siteId, user.id)
  const added = await store.inverters.add({ siteId, loggerSerial: 2_700_000_001, name: 'Bench' })
  if (added.outcome !== 'added') throw new Error('the database is not empty')
  await store.close()
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  await client.query(
    `INSERT INTO measurement (inverter_id, time, received_at, record_counter, dedupe_key, buffered, time_quality, ${QUANTITY_NAMES.join(', ')})
     SELECT $1, t, t + interval '2 seconds', n, gen_random_uuid(), false, 'exact', ${QUANTITY_NAMES.map((_, i) => `round((n * 0.37 + ${i})::numeric, 2)`).join(', ')}
     FROM generate_series(0, ${ROWS - 1}) AS n, LATERAL (SELECT $2::timestamptz + n * interval '1 minute' AS t) AS times`,
    [added.id, DAY.from],
  )
  await client.query('ANALYZE measurement')
  await client.end()
  return added.id
}
