// The parts of the local stack and the order in which they start and stop.
import { type AddressInfo, createServer } from 'node:net'
import { ensureMonitorRole, ensureViewerRole } from '@deye-hard/store'
import { removeConnectionFile, writeConnectionFile } from '../connection-file.ts'
import { type LocalDatabase, startDatabase } from './database.ts'
import { Faults, Outage } from './faults.ts'
import { StatsReader } from './figures.ts'
import { makeFleet, registerCollector, registerFleet } from './fleet.ts'
import type { DataLayout } from './layout.ts'
import type { LocalOptions } from './options.ts'
import type { Screen } from './screen.ts'
import { makeSecrets } from './secrets.ts'
import { type Listening, Service } from './service.ts'
import { apiSpec, collectorSpec, lensSpec, simulatorSpec } from './service-specs.ts'

/** Together less than the 5 s that Ctrl-C promises; PostgreSQL gets what is left. */
const SIMULATOR_GRACE_MS = 1_000
const COLLECTOR_GRACE_MS = 2_000
const API_GRACE_MS = 700
const LENS_GRACE_MS = 800
/** For the fault api-down: a service of production gets more. */
const API_AWAY_GRACE_MS = 5_000

export class StopRequested extends Error {
  override readonly name = 'StopRequested'
}

export class Stack {
  readonly stats = new StatsReader()
  readonly faults: Faults
  readonly services: Service[] = []
  database: LocalDatabase | null = null
  apiUrl = ''
  statusUrl = ''
  readonly metricsUrls: Record<string, string> = {}
  collectorPort = 0
  /** Null without lens, or when it did not start. */
  lensUrl: string | null = null
  demoPassword = ''
  readonly #options: LocalOptions
  readonly #layout: DataLayout
  readonly #screen: Screen
  readonly #stopping: AbortSignal
  readonly #startedAt = new Date()
  #otlp: string | null = null
  #writtenPids = ''

  constructor(parts: { options: LocalOptions; layout: DataLayout; screen: Screen; stopping: AbortSignal }) {
    this.#options = parts.options
    this.#layout = parts.layout
    this.#screen = parts.screen
    this.#stopping = parts.stopping
    const api = () => this.services.find(service => service.spec.name === 'api')
    this.faults = new Faults({
      outage: new Outage(api, API_AWAY_GRACE_MS),
      tell: ({ name, phase }) =>
        parts.screen.block(`Fault ${name} ${phase === 'begin' ? 'begins' : 'is over'}`, {
          event: 'fault',
          name,
          phase,
        }),
    })
  }

  get running(): boolean {
    return this.database !== null
  }

  /** Everything but the simulator. Throws OpsError, or StopRequested after a signal. */
  async start(): Promise<void> {
    const secrets = await makeSecrets(this.#layout)
    this.#otlp = this.#options.lens ? `http://127.0.0.1:${await freePort()}` : this.#options.otlp
    this.demoPassword = secrets.demoPassword
    const database = await this.#startDatabase(secrets.databasePassword)
    await this.#step(
      'Schema',
      () => database.store.migrate(),
      ({ applied, current }) =>
        `Schema at ${current}${applied.length > 0 ? `, ${applied.length} applied` : ''}`,
    )
    await this.#register(database, secrets.clientSecret)
    const monitorUrl = await ensureMonitorRole(database.url, secrets.monitorPassword)
    await this.#startApi(database, monitorUrl)
    await this.#startCollector()
    if (this.#options.lens)
      await this.#startLens(await ensureViewerRole(database.url, secrets.monitorPassword))
  }

  async startSimulator(): Promise<void> {
    const onLine = (line: string) => this.stats.onLine(line) || this.faults.onLine(line)
    const spec = simulatorSpec(this.#specParts(), this.collectorPort, onLine)
    const { loggers, speed } = this.#options
    await this.#startService(
      'Simulator',
      new Service(spec),
      () => `Simulator with ${loggers} loggers${speed === 1 ? '' : `, clock × ${speed}`}`,
    )
  }

  async stopSimulator(): Promise<'stopped' | 'dead'> {
    const simulator = this.services.find(service => service.spec.name === 'simulator')
    const died = simulator?.state === 'dead'
    if (simulator && simulator.state !== 'stopped') await simulator.stop(SIMULATOR_GRACE_MS)
    await this.faults.end()
    return died ? 'dead' : 'stopped'
  }

  /** Loggers first, then the collector drains into the API, the database last; returns those that needed force. */
  async stop(): Promise<string[]> {
    const forced: string[] = []
    const graces = {
      simulator: SIMULATOR_GRACE_MS,
      collector: COLLECTOR_GRACE_MS,
      api: API_GRACE_MS,
      lens: LENS_GRACE_MS,
    }
    for (const service of this.services.toReversed()) {
      if (service.state === 'stopped') continue
      const outcome = await service.stop(graces[service.spec.name])
      if (outcome === 'killed') forced.push(service.spec.name)
    }
    await this.database?.stop()
    removeConnectionFile(this.#layout.root)
    return forced
  }

  /** At once; the spool and the write-ahead log are made for this. */
  kill(): void {
    for (const service of this.services) void service.kill()
    this.database?.kill()
    removeConnectionFile(this.#layout.root)
  }

  /** Called every second: a restart changes process ids, and a later start must know the newest. */
  writeConnection(): void {
    if (!this.database) return
    const named = [
      ['postgres', this.database.pid()],
      ...this.services.map(service => [service.spec.name, service.pid]),
    ]
    const pids = Object.fromEntries(named.filter(([, pid]) => pid !== undefined)) as Record<string, number>
    const key = JSON.stringify([pids, this.statusUrl, this.metricsUrls, this.lensUrl])
    if (key === this.#writtenPids) return
    this.#writtenPids = key
    writeConnectionFile(this.#layout.root, {
      pid: process.pid,
      started_at: this.#startedAt.toISOString(),
      database_url: this.database.url,
      api_url: this.apiUrl || null,
      collector: this.collectorPort ? { host: '127.0.0.1', port: this.collectorPort } : null,
      collector_status_url: this.statusUrl || null,
      metrics_urls: this.metricsUrls,
      lens_url: this.lensUrl,
      jwt_keys_file: this.#layout.jwtKeysFile,
      logs_dir: this.#layout.logs,
      pids,
    })
  }

  async #startDatabase(password: string): Promise<LocalDatabase> {
    const notice = this.#notice
    const wanted = { layout: this.#layout, port: this.#options.portDatabase, password, notice }
    const start = async () => {
      this.database = await startDatabase(wanted)
      this.writeConnection()
      return this.database
    }
    return this.#step('PostgreSQL', start, ({ port }) => `PostgreSQL on 127.0.0.1:${port}`)
  }

  async #register(database: LocalDatabase, clientSecret: string): Promise<void> {
    const register = async () => {
      const { loggers, seed } = this.#options
      await registerCollector(database.store, clientSecret)
      const fleet = await makeFleet(loggers, seed, this.#layout.fleetFile)
      return registerFleet(database.store, fleet, this.demoPassword)
    }
    await this.#step(
      'Users and inverters',
      register,
      ({ users, inverters, sites }) => `${users} users, ${inverters} inverters on ${sites} sites`,
    )
  }

  async #startApi(database: LocalDatabase, monitorUrl: string): Promise<void> {
    const api = new Service(apiSpec(this.#specParts(), database.url, monitorUrl))
    await this.#startService('API', api, ({ port, metrics_port }) => {
      this.metricsUrls.api = `http://${reachable(process.env.API_METRICS_HOST)}:${metrics_port}/metrics`
      return `API on ${this.#setApiUrl(port)}`
    })
  }

  async #startCollector(): Promise<void> {
    const collector = new Service(collectorSpec(this.#specParts(), this.apiUrl))
    await this.#startService('Collector', collector, ({ port, http_port }) => {
      const base = `http://${reachable(process.env.COLLECTOR_HTTP_HOST)}:${http_port}`
      this.collectorPort = port
      this.statusUrl = `${base}/status`
      this.metricsUrls.collector = `${base}/metrics`
      return `Collector on port ${port}`
    })
  }

  /** First in the list, so that it ends last and gets the last telemetry. What it shows works without it, so its failure is only told. */
  async #startLens(viewerUrl: string): Promise<void> {
    const lens = new Service(lensSpec(this.#specParts(), viewerUrl, this.metricsUrls))
    try {
      await this.#startService('Lens', lens, ({ port }) => {
        this.lensUrl = `http://localhost:${port}`
        return `Lens on ${this.lensUrl}`
      })
    } catch (error) {
      if (error instanceof StopRequested) throw error
      this.services.splice(this.services.indexOf(lens), 1)
      this.#notice(`Everything but lens runs. ${(error as Error).message}`)
    }
  }

  #setApiUrl(port: number): string {
    this.apiUrl = `http://${reachable(process.env.API_HOST)}:${port}`
    return this.apiUrl
  }

  async #startService(
    title: string,
    service: Service,
    outcome: (listening: Listening) => string,
  ): Promise<void> {
    if (service.spec.name === 'lens') this.services.unshift(service)
    else this.services.push(service)
    const onStop = () => void service.kill()
    this.#stopping.addEventListener('abort', onStop)
    const start = async () => {
      return outcome((await service.start()) ?? { port: 0 })
    }
    try {
      await this.#step(title, start, text => text)
    } finally {
      this.#stopping.removeEventListener('abort', onStop)
    }
    this.writeConnection()
  }

  /** What fails because it was told to stop is not a failure. */
  async #step<T>(title: string, run: () => Promise<T>, outcome: (result: T) => string): Promise<T> {
    if (this.#stopping.aborted) throw new StopRequested()
    try {
      return await this.#screen.step(title, run, outcome)
    } catch (error) {
      if (this.#stopping.aborted) throw new StopRequested('stopped while starting', { cause: error })
      throw error
    }
  }

  #specParts() {
    return { options: this.#options, layout: this.#layout, notice: this.#notice, otlp: this.#otlp }
  }

  readonly #notice = (text: string): void => this.#screen.notice(text)
}

/** Free now: lens takes it when the services already know it. */
async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done))
  const { port } = server.address() as AddressInfo
  await new Promise(done => server.close(done))
  return port
}

/** An address that means "all of them" is reached by loopback. */
function reachable(host: string | undefined): string {
  if (!host || host === '0.0.0.0' || host === '::') return '127.0.0.1'
  return host.includes(':') ? `[${host}]` : host
}
