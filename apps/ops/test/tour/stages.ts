// The stages of the tour: what the loggers, strangers and users of a fleet do to the services, each once.
import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { buildFrame, loadVectors } from '@deye-hard/solarman-v5/testing'
import pg from 'pg'
import { hashPassword } from '../../src/password-hash.ts'
import { ManagedProcess } from '../stack/managed-process.ts'
import { type System, until } from '../stack/system.ts'
import { dataFrame, INVERTER_SERIAL } from '../stack/test-logger.ts'
import { RawPeer } from './raw-peer.ts'

const LIMIT_MS = 30_000
const ACK_BYTES = 23
const PASSWORD = 'a password of the tour'
const VECTORS = resolve(import.meta.dirname, '../../../../packages/solarman-v5/vectors/solarman-v5.json')
/** Longer than SLOW_QUERY_AFTER of the tour. */
const LOCKED_MS = 400

export interface Ground {
  system: System
  /** Registered, at a place where it is noon. */
  awake: number[]
  /** Registered nowhere. */
  stranger: number
}

/** Loggers of the simulator on a normal day: hello, Wi-Fi, reports, heartbeats, data every simulated minute. */
export async function normalDay({ system, awake }: Ground): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'deye-hard-tour-'))
  const file = join(folder, 'fleet.json')
  await writeFile(file, JSON.stringify({ seed: 1, loggers: awake.map(simulated) }))
  const simulator = new ManagedProcess('apps/simulator/src/main.ts', [
    ...['run', '--port', String(system.collectorPort), '--fleet', file],
    ...['--speed', '60', '--seconds', '6', '--start', '2026-06-21T10:00:00Z', '--json'],
  ])
  simulator.spawn({})
  const code = await simulator.exited()
  await rm(folder, { recursive: true })
  if (code !== 0) throw new Error(`the simulator ended with ${code}: ${simulator.lines.slice(-5).join('\n')}`)
}

/** Every captured frame of a logger, of every control code, most of them from loggers that nobody registered. */
export async function realFrames({ system }: Ground): Promise<void> {
  const replay = new ManagedProcess('apps/simulator/src/main.ts', [
    ...['replay', VECTORS, '--host', '127.0.0.1', '--port', String(system.collectorPort)],
  ])
  replay.spawn({})
  const code = await replay.exited()
  if (code !== 0) throw new Error(`the replay ended with ${code}: ${replay.lines.slice(-5).join('\n')}`)
}

/** What is no frame, what never becomes one, who speaks something else, who is not registered, and who comes too often. */
export async function badInput({ system, awake, stranger }: Ground): Promise<void> {
  const good = dataFrame({ serial: awake[0]!, seq: 1, counter: 9_000, nowMs: Date.now() })
  const bad = (change: (bytes: Buffer) => void) => {
    const bytes = Buffer.from(good)
    change(bytes)
    return bytes
  }
  const streams = [
    Buffer.concat([Buffer.from('GET / HTTP/1.1\r\n\r\n'), good]),
    Buffer.concat([bad(bytes => (bytes[bytes.length - 2]! ^= 0xff)), good]),
    Buffer.concat([bad(bytes => (bytes[bytes.length - 1] = 0x00)), good]),
    Buffer.concat([bad(bytes => (bytes[3] = 0x99)), good]),
    Buffer.concat([Buffer.from([0xa5, 0xff, 0xff, 0x10, 0x42]), Buffer.alloc(200, 1), good]),
    good.subarray(0, 50),
    loadVectors().find(vector => vector.name === 'tls_client_hello_prefix')?.bytes ?? Buffer.alloc(0),
    Buffer.from([0x68, 1, 2, 3]),
    Buffer.alloc(20_000, 0x33),
    buildFrame({ code: 0x4e, loggerSerial: awake[0]!, payload: Buffer.alloc(20) }),
    buildFrame({ code: 0x12, loggerSerial: awake[0]!, payload: Buffer.alloc(10) }),
    dataFrame({ serial: stranger, seq: 2, counter: 1, nowMs: Date.now() }),
  ]
  const peers: RawPeer[] = []
  for (const bytes of streams) {
    const peer = await RawPeer.connect(system.collectorPort)
    peer.send(bytes)
    peers.push(peer)
  }
  const silent = await RawPeer.connect(system.collectorPort)
  await until(LIMIT_MS, 'the silent peer to be asked and cut off', () => silent.isClosed)
  await twoLoggersOfOneSerial(system, awake[1]!)
  for (const peer of peers) peer.close()
}

/** The same record again, as from a logger that did not take our ack; then a second connection, then another serial on it. */
async function twoLoggersOfOneSerial(system: System, serial: number): Promise<void> {
  const first = await RawPeer.connect(system.collectorPort)
  const record = { serial, seq: 1, counter: 9_500, nowMs: Date.now() }
  first.send(dataFrame(record))
  first.send(retryOf(dataFrame({ ...record, seq: 2 })))
  await until(LIMIT_MS, 'two acks', () => first.received.length >= 2 * ACK_BYTES)
  const second = await RawPeer.connect(system.collectorPort)
  second.send(dataFrame({ ...record, counter: 9_501 }))
  second.send(dataFrame({ ...record, serial: serial + 1_000, counter: 9_502 }))
  await until(LIMIT_MS, 'acks on the second', () => second.received.length >= 2 * ACK_BYTES)
  first.close()
  second.close()
}

/** Work time 11 s later and offset as much earlier, the body unchanged (reference solarman-v5 3.4). */
function retryOf(frame: Buffer): Buffer {
  const again = Buffer.from(frame)
  again.writeUInt32LE(frame.readUInt32LE(14) + 11, 14)
  let sum = 0
  for (const byte of again.subarray(1, -2)) sum += byte
  again[again.length - 2] = sum & 0xff
  return again
}

/** A stranger under the serial of a logger: its records name an inverter that is not the one of the records before. */
export async function otherInverter({ system, awake }: Ground): Promise<void> {
  const peer = await RawPeer.connect(system.collectorPort)
  const record = { serial: awake[2]!, nowMs: Date.now() }
  peer.send(dataFrame({ ...record, seq: 1, counter: 9_700 }))
  peer.send(dataFrame({ ...record, seq: 2, counter: 9_701, inverterSerial: '2999999999' }))
  await until(LIMIT_MS, 'two acks', () => peer.received.length >= 2 * ACK_BYTES)
  peer.close()
}

/** More connections from one address than the tour allows. */
export async function flood({ system }: Ground, allowed: number): Promise<void> {
  const peers = await Promise.all(
    Array.from({ length: allowed + 5 }, () => RawPeer.connect(system.collectorPort)),
  )
  await until(LIMIT_MS, 'the surplus to be refused', () => peers.some(peer => peer.isClosed))
  for (const peer of peers) peer.close()
}

/** The collector starts while the API is away, takes data, refuses what strangers send beyond their share, and ships it when the API is back. */
export async function apiDown({ system, awake, stranger }: Ground, strangersAllowed: number): Promise<void> {
  await system.api.end('SIGTERM')
  const peer = await RawPeer.connect(system.collectorPort)
  peer.send(dataFrame({ serial: awake[0]!, seq: 3, counter: 9_600, nowMs: Date.now() }))
  await until(LIMIT_MS, 'an ack without an API', () => peer.received.length >= ACK_BYTES)
  const byStranger = (counter: number) =>
    peer.send(dataFrame({ serial: stranger, seq: counter & 0xff, counter, nowMs: Date.now() }))
  for (let counter = 0; counter < strangersAllowed; counter += 1) byStranger(counter)
  await until(LIMIT_MS, 'acks for strangers', () => peer.received.length >= strangersAllowed * ACK_BYTES)
  byStranger(strangersAllowed)
  await until(LIMIT_MS, 'a failed batch', async () => (await system.status()).api.reachable === false)
  await system.collector.end('SIGTERM')
  await system.startCollector()
  await until(LIMIT_MS, 'a failed batch', async () => (await system.status()).api.last_error !== null)
  await system.startApi()
  await system.drained(LIMIT_MS)
}

/** Log-ins right and wrong, tokens old, stolen and forged, every route once, and addresses that there are not. */
export async function accounts({ system }: Ground): Promise<void> {
  const email = `tour-${randomUUID()}@example.org`
  await system.store.users.add({ email, passwordHash: await hashPassword(PASSWORD), role: 'admin' })
  const post = (path: string, body: object) =>
    call(system, path, { method: 'POST', body: JSON.stringify(body) })
  await post('/api/auth/login', { email, password: 'not this one' })
  await post('/api/auth/login', { email: 'nobody@example.org', password: PASSWORD })
  const session = await post('/api/auth/login', { email, password: PASSWORD })
  const headers = { authorization: `Bearer ${session.access_token}` }
  const { items } = await call(system, '/api/inverters', { headers })
  const inverterId = (items as { id: number }[])[0]!.id
  const hourAgo = new Date(Date.now() - 3_600_000).toISOString()
  const range = `inverter_id=${inverterId}&from=${hourAgo}&to=${new Date().toISOString()}`
  for (const path of [
    '/api/me',
    `/api/inverter/${inverterId}`,
    `/api/measurements?${range}`,
    `/api/measurements?${range}&bucket=15m`,
    '/api/dashboard',
    '/api/inverter/999999',
    '/nowhere',
  ])
    await call(system, path, { headers })
  await call(system, '/api/me', { headers: { authorization: 'Bearer a.b.c' } })
  const next = await post('/api/auth/refresh', { refresh_token: session.refresh_token })
  await post('/api/auth/refresh', { refresh_token: session.refresh_token })
  await post('/api/auth/refresh', { refresh_token: next.refresh_token })
  const last = await post('/api/auth/login', { email, password: PASSWORD })
  await post('/api/auth/logout', { refresh_token: last.refresh_token })
  await post('/api/service/token', {
    client_id: 'collector',
    client_secret: randomBytes(32).toString('base64url'),
  })
  await post('/api/auth/login', { email: 7 })
  await expireASession(system, email)
}

/** A refresh token that is past its time: no user waits thirty days for the tour. */
async function expireASession(system: System, email: string): Promise<void> {
  const token = randomBytes(32).toString('base64url')
  const user = await system.store.users.findByEmail(email)
  await system.store.sessions.open({
    userId: user!.id,
    familyId: randomUUID(),
    tokenHash: createHash('sha256').update(token).digest(),
    expiresAt: new Date(Date.now() - 1_000),
  })
  await call(system, '/api/auth/refresh', { method: 'POST', body: JSON.stringify({ refresh_token: token }) })
}

/** A statement that waits for a lock, as behind somebody's long transaction. */
export async function slowStatement({ system }: Ground): Promise<void> {
  const client = new pg.Client(system.databaseUrl)
  await client.connect()
  await client.query('BEGIN; LOCK TABLE service_client IN ACCESS EXCLUSIVE MODE')
  const asked = call(system, '/api/service/token', {
    method: 'POST',
    body: JSON.stringify({ client_id: 'nobody', client_secret: randomBytes(32).toString('base64url') }),
  })
  await client.query('SELECT pg_sleep($1)', [LOCKED_MS / 1_000])
  await client.query('COMMIT')
  await client.end()
  await asked
}

/** The database goes while the API runs, is away when it starts, and comes back. */
export async function databaseDown({ system }: Ground): Promise<void> {
  await system.killDatabase()
  await until(LIMIT_MS, 'a scrape without a database', async () => {
    const page = await (await fetch(system.metricsUrls['solar-api'])).text()
    return page.includes('\ntimescaledb_up 0')
  })
  await call(system, '/api/auth/login', {
    method: 'POST',
    body: JSON.stringify({ email: 'nobody@example.org', password: PASSWORD }),
  })
  await until(LIMIT_MS, 'an export without a database', () =>
    system.api.lines.some(line => line.includes('database facts not read')),
  )
  await system.api.end('SIGTERM')
  await system.startApi()
  await system.startDatabase()
  await until(LIMIT_MS, 'a ready API', async () => (await fetch(`${system.apiUrl}/health/ready`)).ok)
}

async function call(system: System, path: string, init: RequestInit): Promise<Record<string, unknown>> {
  const headers = { 'content-type': 'application/json', ...(init.headers as Record<string, string>) }
  const response = await fetch(system.apiUrl + path, { ...init, headers })
  const text = await response.text()
  return text === '' ? {} : (JSON.parse(text) as Record<string, unknown>)
}

function simulated(serial: number): object {
  return {
    logger_serial: serial,
    inverter_serial: INVERTER_SERIAL,
    model: 'SUN600G3-EU-230',
    rated_power_w: 600,
    mppt_count: 2,
    upload_interval_s: 60,
    site: { name: 'Berlin 01', latitude: 52.5, longitude: 13.4, timezone: 'Europe/Berlin' },
  }
}
