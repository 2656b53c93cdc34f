// Starts and stops PostgreSQL 17 as a child process: the database of `npm start` and of tests, where nothing is installed.
import { existsSync } from 'node:fs'
import { createServer } from 'node:net'
import { join, resolve } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'
import { type Binaries, findBinaries } from './binaries.ts'
import { clusterExists, createCluster, prepareParent } from './cluster.ts'
import { explainFailure, isStillHeld } from './diagnosis.ts'
import { EmbeddedServerError } from './errors.ts'
import { clearLeftover, forgetStarter, recordStarter } from './leftover.ts'
import { chooseRunAs, type RunAs } from './privileges.ts'
import { type Exit, type RunningProgram, startProgram } from './program.ts'

/** Crash recovery replays the write-ahead log first: a minute is far above what 1 GB of it takes. */
const READY_LIMIT_MS = 60_000
/** Ctrl-C promises 5 s for everything; a fast shutdown writes one checkpoint. */
const FAST_STOP_LIMIT_MS = 3_000
const IMMEDIATE_STOP_LIMIT_MS = 1_500
const LOG_LINES_KEPT = 200
/** What a killed server leaves (its children, shared memory) goes within a second or two. */
const HELD_RETRY_LIMIT_MS = 15_000
const HELD_RETRY_PAUSE_MS = 50
const FREE_PORT_ATTEMPTS = 5
const STATEMENTS_LIBRARY = 'pg_stat_statements'

const DEFAULT_SETTINGS: Record<string, string | number> = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  timezone: 'UTC',
  log_timezone: 'UTC',
  jit: 'off',
}

export interface EmbeddedServerOptions {
  /** Made when it is not there; its parent folders too. */
  dataDir: string
  /** 0 takes a free one. */
  port: number
  /** Of the superuser `postgres`. */
  password: string
  /** Created when it is missing. */
  database?: string
  /** Gets every line that the server writes. */
  log?: (line: string) => void
  /** Whether statements are counted, for `pg_stat_statements`; left out where the binaries lack it. */
  countStatements?: boolean
  /** More server settings, as with `-c name=value`. */
  settings?: Record<string, string | number>
  readyLimitMs?: number
}

export interface EmbeddedServer {
  port: number
  pid: number
  url(database: string): string
  /** Fast shutdown; after 3 s an immediate one, which the next start repairs. */
  stop(): Promise<void>
  /** SIGKILL to the server's main process, as a crash would; await `exited` for its children. */
  kill(): void
  /** Settles when the server and all its children are gone, wanted or not. */
  exited: Promise<Exit>
}

/** Throws EmbeddedServerError; see its closed list of codes. */
export async function startEmbeddedServer(options: EmbeddedServerOptions): Promise<EmbeddedServer> {
  const { password, settings = {}, log = () => {} } = options
  const dataDir = resolve(options.dataDir)
  const binaries = findBinaries()
  prepareParent(dataDir)
  const runAs = chooseRunAs(binaries, dataDir)
  if (clusterExists(dataDir)) await clearLeftover(dataDir, log)
  else await createCluster(binaries, runAs, { dataDir, password, durable: settings.fsync !== 'off', log })
  const launch: Launch = {
    binaries,
    runAs,
    dataDir,
    log,
    settings: { ...DEFAULT_SETTINGS, ...preloads(binaries, options), ...settings },
    readyLimitMs: options.readyLimitMs ?? READY_LIMIT_MS,
  }
  const { program, port } = await launchOnPort(launch, options.port)
  recordStarter(dataDir)
  const server = describeServer(program, port, dataDir, password)
  try {
    await checkLogin(server, dataDir, options.database)
  } catch (error) {
    await server.stop()
    throw error
  }
  return server
}

function preloads({ native }: Binaries, { countStatements }: EmbeddedServerOptions): Record<string, string> {
  const control = join(native, 'share/postgresql/extension', `${STATEMENTS_LIBRARY}.control`)
  return countStatements && existsSync(control) ? { shared_preload_libraries: STATEMENTS_LIBRARY } : {}
}

interface Launch {
  binaries: Binaries
  runAs: RunAs
  dataDir: string
  settings: Record<string, string | number>
  readyLimitMs: number
  log: (line: string) => void
}

/** A free port may be taken by somebody else before the server binds it: try again with another. */
async function launchOnPort(launch: Launch, wantedPort: number) {
  for (let attempt = 1; ; attempt += 1) {
    const port = wantedPort === 0 ? await findFreePort() : wantedPort
    try {
      return { program: await launchWhenReleased(launch, port), port }
    } catch (error) {
      const taken = error instanceof EmbeddedServerError && error.code === 'port_in_use'
      if (!taken || wantedPort !== 0 || attempt === FREE_PORT_ATTEMPTS) throw error
    }
  }
}

function findFreePort(): Promise<number> {
  return new Promise((resolvePort, reject) => {
    const probe = createServer()
    probe.once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as { port: number }
      probe.close(() => resolvePort(port))
    })
  })
}

/** Children of a killed server hold its shared memory until they notice; a new server refuses the folder so long. */
async function launchWhenReleased(launch: Launch, port: number): Promise<RunningProgram> {
  const deadlineMs = performance.now() + HELD_RETRY_LIMIT_MS
  for (;;) {
    const result = await launchOnce(launch, port)
    if (result.kind === 'ready') return result.program
    if (!isStillHeld(result.lines) || performance.now() > deadlineMs) {
      throw explainFailure(result.lines, { folder: launch.dataDir, port })
    }
    await delay(HELD_RETRY_PAUSE_MS)
  }
}

type LaunchResult = { kind: 'ready'; program: RunningProgram } | { kind: 'ended'; lines: string[] }

async function launchOnce(launch: Launch, port: number): Promise<LaunchResult> {
  const lines: string[] = []
  let becomeReady = () => {}
  const ready = new Promise<'ready'>(resolveReady => {
    becomeReady = () => resolveReady('ready')
  })
  const program = await startProgram(
    launch.runAs,
    launch.binaries.postgres,
    serverArguments(launch, port),
    line => {
      if (lines.length < LOG_LINES_KEPT) lines.push(line)
      launch.log(line)
      if (line.includes('database system is ready to accept connections')) becomeReady()
    },
  )
  const ended = program.exited.then(() => 'ended' as const)
  const first = await within(launch.readyLimitMs, Promise.race([ready, ended]))
  if (first === 'ready') return { kind: 'ready', program }
  if (first === 'ended') return { kind: 'ended', lines }
  await stopProgram(program)
  throw new EmbeddedServerError('start_timeout', {
    folder: launch.dataDir,
    seconds: launch.readyLimitMs / 1000,
  })
}

function serverArguments({ dataDir, settings }: Launch, port: number): string[] {
  const named = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  return ['-D', dataDir, '-p', String(port), ...named]
}

function describeServer(
  program: RunningProgram,
  port: number,
  dataDir: string,
  password: string,
): EmbeddedServer {
  return {
    port,
    pid: program.pid,
    url: database => `postgres://postgres:${encodeURIComponent(password)}@127.0.0.1:${port}/${database}`,
    stop: async () => {
      await stopProgram(program)
      forgetStarter(dataDir)
    },
    kill: () => {
      program.process.kill('SIGKILL')
    },
    exited: program.exited,
  }
}

async function stopProgram(program: RunningProgram): Promise<void> {
  program.process.kill('SIGINT')
  if (await within(FAST_STOP_LIMIT_MS, program.exited)) return
  program.process.kill('SIGQUIT')
  if (await within(IMMEDIATE_STOP_LIMIT_MS, program.exited)) return
  program.process.kill('SIGKILL')
  await program.exited
}

/** undefined when the time is over. */
async function within<T>(limitMs: number, promise: Promise<T>): Promise<T | undefined> {
  const timer = new AbortController()
  const late = delay(limitMs, undefined, { signal: timer.signal }).catch(() => undefined)
  try {
    return await Promise.race([promise, late])
  } finally {
    timer.abort()
  }
}

async function checkLogin(server: EmbeddedServer, folder: string, database?: string): Promise<void> {
  const client = new pg.Client({ connectionString: server.url('postgres') })
  try {
    await client.connect()
    if (database) await createDatabase(client, database)
  } catch (cause) {
    if ((cause as { code?: string }).code === '28P01')
      throw new EmbeddedServerError('wrong_password', { folder }, { cause })
    throw cause
  } finally {
    await client.end()
  }
}

async function createDatabase(client: pg.Client, name: string): Promise<void> {
  const found = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [name])
  if (found.rowCount === 0) await client.query(`CREATE DATABASE ${pg.escapeIdentifier(name)}`)
}
