// One `npm start` with faults and short rules, whose minutes a test may cut short: all clocks of its services leap to the end of them.
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type NodeProcess, spawnNode, waitUntil } from '@deye-hard/testkit'
import pg from 'pg'
import { type LocalConnection, readConnectionFile } from '../../src/connection-file.ts'
import type { PlannedFault } from '../../src/local/faults.ts'
import { OPS_ENTRY } from '../run-ops.ts'

/** For one thing to happen, on a machine that runs ten others. */
export const LIMIT_MS = 300_000
const MINUTE_MS = 60_000
/** Of this fleet 16 loggers have sun at any hour of the year, and of the three in full light at least two had it all through the hour before. */
const FLEET = ['--loggers', '48', '--seed', '2']
const FREE_PORTS = ['collector', 'collector-http', 'api', 'api-metrics', 'database', 'lens'].flatMap(name => [
  `--port-${name}`,
  '0',
])
/** Mails within seconds of the end of a minute, and several exports and scrapes in what is left of each. */
const SHORT_TIMES = {
  LENS_ALERT_EVAL_DELAY: '0s',
  LENS_ALERT_GROUP_WAIT: '1s',
  LENS_ALERT_GROUP_INTERVAL: '1s',
  LENS_SCRAPE_INTERVAL: '2s',
  LENS_SCRAPE_TIMEOUT: '10s',
  OTEL_METRIC_EXPORT_INTERVAL: '2000',
  FLEET_INTERVAL: '100ms',
  // How fast this machine is, is no matter of ours.
  SLOW_QUERY_AFTER: '60s',
  DATABASE_POOL_MAX: '30',
}
/** What is left of a minute: enough for the evaluations of the one before and for a mail. */
const LIVED_MS = 10_000
/** The last seconds of a minute are not leaped over: what it brought must be exported in it. */
const TAIL_MS = 4_000
/** More than the hour that a logger may be silent by day. */
export const AN_HOUR_AGO_MS = -70 * MINUTE_MS
/** The collector takes a leap of five minutes for its own absence, which it holds against no logger. */
const LEAP_MS = 4 * MINUTE_MS
/** So many answers to all loggers together tell that each has been heard once or more. */
const ACKS_PER_LEAP = 60

export interface Mail {
  id: string
  subject: string
  rule: string | null
  status: string | null
}

interface CollectorFacts {
  counters: { acks_sent: number }
  fleet: { evaluated_at: string | null }
}

export interface FaultRunOptions {
  faults: readonly string[]
  /** Folder of rules for lens, and of the files of the clocks. */
  root: string
  speed: number
  env?: Record<string, string>
  args?: readonly string[]
  /** How far the clock of the collector is behind or ahead of the others at the start. */
  collectorOffsetMs?: number
}

export class FaultRun {
  readonly started: NodeProcess
  readonly #dataDir = mkdtempSync(join(tmpdir(), 'npm-start-faults-'))
  readonly #clocks: { services: string; collector: string }
  #offsetMs = 0
  #collectorOffsetMs: number
  connection!: LocalConnection
  planned: PlannedFault[] = []

  /** Resolves when everything runs. */
  static async start(options: FaultRunOptions): Promise<FaultRun> {
    const run = new FaultRun(options)
    try {
      const ready = await run.started.waitForLine(line => line.startsWith('{"event":"ready"'), LIMIT_MS)
      run.planned = JSON.parse(ready).faults
      run.connection = await waitUntil(() => readConnectionFile(run.#dataDir))
      if (run.connection.lens_url === null && !options.args?.includes('--no-lens'))
        throw new Error(run.started.stdout.find(line => line.startsWith('{"event":"notice"')))
      return run
    } catch (error) {
      await run.end()
      throw error
    }
  }

  private constructor({ faults, root, speed, env = {}, args = [], collectorOffsetMs = 0 }: FaultRunOptions) {
    const folder = mkdtempSync(join(root, 'clocks-'))
    this.#clocks = { services: join(folder, 'services'), collector: join(folder, 'collector') }
    this.#collectorOffsetMs = collectorOffsetMs
    this.#setClocks()
    const clocks = {
      NODE_OPTIONS: `--import ${new URL('./service-clocks.mjs', import.meta.url).href}`,
      SERVICES_CLOCK_FILE: this.#clocks.services,
      COLLECTOR_CLOCK_FILE: this.#clocks.collector,
    }
    this.started = spawnNode(OPS_ENTRY, { ...SHORT_TIMES, ...clocks, LENS_ROOT: root, ...env }, [
      ...['local', '--json', '--speed', String(speed), ...FLEET, '--data-dir', this.#dataDir, ...FREE_PORTS],
      ...faults.flatMap(fault => ['--fault', fault]),
      ...args,
    ])
    this.started.endInput()
  }

  async end(): Promise<void> {
    this.started.kill('SIGINT')
    await this.started.exited
    rmSync(this.#dataDir, { recursive: true, force: true })
  }

  /** By the clocks of the services. */
  nowMs(): number {
    return Date.now() + this.#offsetMs
  }

  async phase(name: string, phase: 'begin' | 'end'): Promise<void> {
    const line = JSON.stringify({ event: 'fault', name, phase })
    await this.started.waitForLine(one => one === line, LIMIT_MS)
  }

  /** Minutes end early until it is so; each has its lived seconds. A counter that begins in a minute has a rise in the next one only. */
  async passMinutesUntil(isSo: () => Promise<boolean>, what: string): Promise<void> {
    const deadlineMs = performance.now() + LIMIT_MS
    const isHeard = async () => (await this.fleet()).length > 0
    await waitUntil(isHeard, { timeoutMs: LIMIT_MS, what: 'the first metrics of the collector in lens' })
    do {
      if (performance.now() > deadlineMs) throw new Error(`${what} did not come within ${LIMIT_MS} ms`)
      await this.passMinute()
    } while (!(await isSo()))
  }

  /** Ends it early, and lives through what is left of the next one. */
  async passMinute(): Promise<void> {
    const nextMs = Math.ceil(this.nowMs() / MINUTE_MS) * MINUTE_MS
    this.#offsetMs += Math.max(0, nextMs - TAIL_MS - this.nowMs())
    this.#setClocks()
    await waitUntil(() => this.nowMs() > nextMs + LIVED_MS, { timeoutMs: LIMIT_MS, what: 'the time' })
  }

  /** The collector lives through the time that its clock is behind; the loggers that are not silent are heard all the while. */
  async catchUp(): Promise<void> {
    const status = () => this.#json<CollectorFacts>(this.connection.collector_status_url!)
    while (this.#collectorOffsetMs < 0) {
      this.#collectorOffsetMs = Math.min(0, this.#collectorOffsetMs + LEAP_MS)
      this.#setClocks()
      const before = (await status()).counters.acks_sent
      const isPast = async () => {
        const { counters, fleet } = await status()
        const judgedMs = Date.parse(fleet.evaluated_at ?? '')
        const isJudged = judgedMs > this.nowMs() + this.#collectorOffsetMs - LEAP_MS / 2
        return isJudged && counters.acks_sent > before + ACKS_PER_LEAP
      }
      await waitUntil(isPast, { timeoutMs: LIMIT_MS, what: 'a judgement' })
    }
  }

  async mails(): Promise<Mail[]> {
    return (await this.ask<{ mails: Mail[] }>('/api/mails')).mails
  }

  async fleet(): Promise<{ serial: string; state: string }[]> {
    return (await this.ask<{ loggers: { serial: string; state: string }[] }>('/api/fleet')).loggers
  }

  /** By the clocks of the services: since then every rule has been evaluated. Throws when one could not be. */
  async evaluatedMs(): Promise<number> {
    const { rules } = await this.ask<{ rules: { lastEvaluatedMs: number | null; problem: string | null }[] }>(
      '/api/alerts',
    )
    const problems = rules.flatMap(({ problem }) => problem ?? [])
    if (problems.length > 0) throw new Error(problems.join('; '))
    return Math.min(...rules.map(({ lastEvaluatedMs }) => lastEvaluatedMs ?? 0))
  }

  /** Lens, as its pages ask. */
  ask<T>(path: string, body?: object): Promise<T> {
    const request = {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    }
    return this.#json<T>(this.connection.lens_url! + path, body && request)
  }

  async query(statement: string): Promise<Record<string, unknown>[]> {
    const client = new pg.Client(this.connection.database_url)
    await client.connect()
    try {
      return (await client.query(statement)).rows
    } finally {
      await client.end()
    }
  }

  async #json<T>(url: string, request?: RequestInit): Promise<T> {
    const response = await fetch(url, request)
    if (!response.ok) throw new Error(`${url}: ${response.status} ${await response.text()}`)
    return (await response.json()) as T
  }

  #setClocks(): void {
    writeWhole(this.#clocks.services, String(this.#offsetMs))
    writeWhole(this.#clocks.collector, String(this.#offsetMs + this.#collectorOffsetMs))
  }
}

/** A reader never finds it empty, which would be a leap to no offset at all. */
function writeWhole(file: string, text: string): void {
  writeFileSync(`${file}.next`, text)
  renameSync(`${file}.next`, file)
}
