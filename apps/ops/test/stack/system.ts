// A whole system for a test: PostgreSQL with real durability, the API and the collector as processes of their own.
import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type OpenStore, openStore } from '@deye-hard/store'
import { startEmbeddedServer } from '@deye-hard/store/embedded'
import { exportJWK, generateKeyPair } from 'jose'
import pg from 'pg'
import { ManagedProcess } from './managed-process.ts'

const POLL_MS = 50
const DATABASE = 'solar'
const CLIENT_ID = 'collector'

type Server = Awaited<ReturnType<typeof startEmbeddedServer>>

export interface CollectorStatus {
  collector_id: string
  ledger: {
    received: number
    stored: number
    duplicates: number
    quarantined: number
    waiting: number
    unaccounted: number
  }
  events: { received: number; stored: number; waiting: number }
  spool: { messages: number; bytes: number; oldest_age_s: number; full: boolean }
  connections: { active: number; accepted: number }
  counters: Record<string, number | Record<string, number>>
  api: { reachable: boolean; last_error: string | null }
  batches_in_flight: number
  /** By the clock of the collector. */
  fleet: { evaluated_at: string | null; loggers: Record<string, number> }
}

export interface TestSite {
  name: string
  latitude: number
  longitude: number
  timezone: string
  loggerSerials: number[]
}

export interface SystemOptions {
  /** On one site in Munich. */
  loggerSerials: number[]
  sites?: TestSite[]
  /** A database of somebody else's, empty; the system's own when not given. */
  databaseUrl?: string
  apiEnv?: Record<string, string>
  collectorEnv?: Record<string, string>
}

export class System {
  readonly api = new ManagedProcess('apps/api/src/main.ts')
  readonly collector = new ManagedProcess('apps/collector/src/main.ts')
  private readonly directory: string
  private readonly password = randomBytes(12).toString('hex')
  private readonly clientSecret = randomBytes(32).toString('base64url')
  private readonly options: SystemOptions
  private ports = { database: 0, api: 0, metrics: 0, collector: 0, http: 0 }
  private server: Server | null = null
  private openedStore: OpenStore | null = null

  private constructor(options: SystemOptions, directory: string) {
    this.options = options
    this.directory = directory
  }

  static async start(options: SystemOptions): Promise<System> {
    const system = new System(options, await mkdtemp(join(tmpdir(), 'deye-hard-stack-')))
    try {
      await system.writeKeys()
      await system.startDatabase()
      await system.register()
      await system.startApi()
      await system.startCollector()
      return system
    } catch (error) {
      await system.stop()
      throw error
    }
  }

  get store(): OpenStore {
    if (!this.openedStore) throw new Error('the store is not open')
    return this.openedStore
  }

  get collectorPort(): number {
    return this.ports.collector
  }

  get apiUrl(): string {
    return `http://127.0.0.1:${this.ports.api}`
  }

  /** Pages for a Prometheus scrape. */
  get metricsUrls(): Record<'solar-api' | 'solar-collector', string> {
    const page = (port: number) => `http://127.0.0.1:${port}/metrics`
    return { 'solar-api': page(this.ports.metrics), 'solar-collector': page(this.ports.http) }
  }

  get databaseUrl(): string {
    const own = `postgres://postgres:${this.password}@127.0.0.1:${this.ports.database}/${DATABASE}`
    return this.options.databaseUrl ?? own
  }

  async startDatabase(): Promise<void> {
    if (this.options.databaseUrl !== undefined) return
    this.server = await startEmbeddedServer({
      dataDir: join(this.directory, 'postgres'),
      port: this.ports.database,
      password: this.password,
      database: DATABASE,
    })
    this.ports.database = this.server.port
  }

  /** As a crash would: no checkpoint, no flush. */
  async killDatabase(): Promise<void> {
    this.server?.kill()
    await this.server?.exited
  }

  async stopDatabase(): Promise<void> {
    await this.server?.stop()
  }

  async startApi(): Promise<void> {
    const { port, metrics_port = 0 } = await this.api.start({
      API_PORT: String(this.ports.api),
      API_METRICS_PORT: String(this.ports.metrics),
      DATABASE_URL: this.databaseUrl,
      JWT_KEYS_FILE: join(this.directory, 'keys.json'),
      LOG_LEVEL: 'info',
      ...this.options.apiEnv,
    })
    this.ports.api = port
    this.ports.metrics = metrics_port
  }

  async startCollector(env: Record<string, string> = {}): Promise<void> {
    const listening = await this.collector.start({
      COLLECTOR_HOST: '127.0.0.1',
      COLLECTOR_PORT: String(this.ports.collector),
      COLLECTOR_HTTP_PORT: String(this.ports.http),
      API_URL: this.apiUrl,
      SERVICE_CLIENT_ID: CLIENT_ID,
      SERVICE_CLIENT_SECRET: this.clientSecret,
      SPOOL_DIR: join(this.directory, 'spool'),
      SHIP_BACKOFF_MAX: '1s',
      LOG_LEVEL: 'info',
      ...this.options.collectorEnv,
      ...env,
    })
    this.ports.collector = listening.port
    this.ports.http = listening.http_port ?? 0
  }

  async status(): Promise<CollectorStatus> {
    const response = await fetch(`http://127.0.0.1:${this.ports.http}/status`)
    return (await response.json()) as CollectorStatus
  }

  /** Waits until the spool is empty and no batch is in flight. */
  async drained(timeoutMs: number): Promise<CollectorStatus> {
    let status = await this.status()
    await until(timeoutMs, 'the spool to drain', async () => {
      status = await this.status()
      return status.ledger.waiting === 0 && status.events.waiting === 0 && status.batches_in_flight === 0
    })
    return status
  }

  async query<Row extends object>(sql: string): Promise<Row[]> {
    const client = new pg.Client(this.databaseUrl)
    await client.connect()
    try {
      return (await client.query<Row>(sql)).rows
    } finally {
      await client.end()
    }
  }

  async stop(): Promise<void> {
    await this.collector.end('SIGKILL')
    await this.api.end('SIGKILL')
    await this.openedStore?.close()
    await this.server?.stop()
    await rm(this.directory, { recursive: true, force: true })
  }

  private async writeKeys(): Promise<void> {
    const { privateKey } = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true })
    const key = { ...(await exportJWK(privateKey)), kid: randomUUID(), alg: 'EdDSA' }
    await writeFile(join(this.directory, 'keys.json'), JSON.stringify({ keys: [key] }), { mode: 0o600 })
  }

  private async register(): Promise<void> {
    const store = openStore({ databaseUrl: this.databaseUrl })
    this.openedStore = store
    await store.migrate()
    const secretHash = createHash('sha256').update(this.clientSecret).digest()
    await store.serviceClients.put({
      clientId: CLIENT_ID,
      secretHash,
      scopes: ['measurements:write', 'loggers:read'],
    })
    const munich = { name: 'Test', latitude: 48.1, longitude: 11.6, timezone: 'Europe/Berlin' }
    const { loggerSerials, sites = [] } = this.options
    for (const { loggerSerials: serials, ...site } of [{ ...munich, loggerSerials }, ...sites]) {
      const siteId = await store.inverters.addSite(site)
      for (const loggerSerial of serials)
        await store.inverters.add({ loggerSerial, siteId, name: `Logger ${loggerSerial}` })
    }
  }
}

/** Polls a condition; the only place of these tests that waits by the clock. */
export async function until(
  timeoutMs: number,
  what: string,
  condition: () => boolean | Promise<boolean>,
): Promise<void> {
  const deadline = performance.now() + timeoutMs
  for (;;) {
    if (await condition()) return
    if (performance.now() > deadline) throw new Error(`waited ${timeoutMs} ms in vain for ${what}`)
    await new Promise(resolve => setTimeout(resolve, POLL_MS))
  }
}
