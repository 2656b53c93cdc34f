// Everything of docker-compose.yml that watches and is watched, as processes: services, TimescaleDB, exporter, and a SigNoz of its own.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createTestDatabase, type TestDatabase } from '@deye-hard/testkit'
import pg from 'pg'
import type { SigNozClient } from '../../../src/provision/signoz-client.ts'
import { readCompose } from '../../compose/compose-files.ts'
import { System } from '../../stack/system.ts'
import { catchMails, type MailCatcher } from '../mail-catcher.ts'
import { clientFor } from '../provisioned.ts'
import { writeCollectorConfig } from './collector-config.ts'
import { SITES } from './fleet.ts'
import { LabSigNoz } from './lab.ts'
import { WatchedLens } from './watched-lens.ts'

const ENVIRONMENT = 'test-watched'
/** An hour and a half ago: more than a logger may be silent at noon. */
export const BEGIN_OFFSET_MS = -90 * 60_000
const EXPORT_INTERVAL_MS = '5000'

export interface Watched {
  system: System
  signoz: LabSigNoz
  client: SigNozClient
  lens: WatchedLens
  mailbox: MailCatcher
  /** Of this run alone, on the disk that is measured. */
  folder: string
  /** Wall clock of the collector against ours, in ms; it begins 90 minutes ago. */
  setClock(offsetMs: number): void
  end(): Promise<void>
}

export async function startWatched(lab: string): Promise<Watched> {
  const folder = mkdtempSync(join(tmpdir(), 'deye-hard-watched-'))
  const ends: (() => unknown)[] = [() => rmSync(folder, { recursive: true, force: true })]
  const end = async () => {
    for (const one of ends.reverse()) await one()
  }
  try {
    const clockFile = join(folder, 'offset-ms')
    const setClock = (offsetMs: number) => writeFileSync(clockFile, String(offsetMs))
    setClock(BEGIN_OFFSET_MS)
    const database = await createTestDatabase({ kind: 'timescale' })
    ends.push(() => database.drop())
    await onDatabase(database.url, 'CREATE EXTENSION IF NOT EXISTS pg_stat_statements')
    const mailbox = await catchMails(0)
    ends.push(() => mailbox.close())
    const [otlpPort, exporterPort] = await freePorts()
    const system = await startServices(database, otlpPort, clockFile)
    ends.push(() => system.stop())
    const lens = await WatchedLens.start(folder)
    ends.push(() => lens.stop())
    const collectorConfig = writeCollectorConfig({
      folder,
      targets: targetsOf(system, exporterPort),
      mountPoint: mountPointOf(folder),
      environment: ENVIRONMENT,
      lensPort: lens.otlpPort,
    })
    const signoz = await LabSigNoz.start({ lab, collectorConfig, otlpPort, smtpPort: mailbox.port })
    ends.push(() => signoz.stop())
    const exporter = startExporter(signoz.exporter, database, exporterPort)
    ends.push(() => stopped(exporter))
    return { system, signoz, client: clientFor(signoz.address), lens, mailbox, folder, setClock, end }
  } catch (error) {
    await end()
    throw error
  }
}

async function onDatabase(url: string, statement: string): Promise<void> {
  const client = new pg.Client(url)
  await client.connect()
  await client.query(statement)
  await client.end()
}

function startServices(database: TestDatabase, otlpPort: number, clockFile: string): Promise<System> {
  const telemetry = {
    OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${otlpPort}`,
    OTEL_METRIC_EXPORT_INTERVAL: EXPORT_INTERVAL_MS,
    DEPLOYMENT_ENVIRONMENT: ENVIRONMENT,
  }
  const preload = new URL('../../stack/shifted-clock.mjs', import.meta.url).href
  return System.start({
    databaseUrl: database.url,
    loggerSerials: [],
    sites: SITES,
    apiEnv: {
      ...telemetry,
      DATABASE_POOL_MAX: '4',
      DATABASE_STATEMENT_TIMEOUT: '3s',
      LOGIN_RATE_PER_ADDRESS: '300',
      API_RATE_PER_ADDRESS: '6000',
      ARGON2_MEMORY_KIB: '1024',
      MONITOR_CACHE: '1s',
    },
    collectorEnv: {
      ...telemetry,
      FLEET_INTERVAL: '200ms',
      FIRST_FRAME_TIMEOUT: '1500ms',
      UNFINISHED_FRAME_TIMEOUT: '500ms',
      PROBE_AFTER: '500ms',
      SWEEP_INTERVAL: '100ms',
      REGISTRY_REFRESH_INTERVAL: '1s',
      NODE_OPTIONS: `--import ${preload}`,
      CLOCK_OFFSET_FILE: clockFile,
    },
  })
}

function targetsOf(system: System, exporterPort: number): Record<string, string> {
  const hosts = Object.entries(system.metricsUrls).map(([job, url]) => [job, new URL(url).host])
  return { ...Object.fromEntries(hosts), 'postgres-exporter': `127.0.0.1:${exporterPort}` }
}

/** As docker-compose.yml starts it. */
function startExporter(program: string, database: TestDatabase, port: number): ChildProcess {
  const { command = [] } = readCompose().services['postgres-exporter']!
  const args = [...command, `--web.listen-address=127.0.0.1:${port}`]
  const url = new URL(database.url)
  url.searchParams.set('sslmode', 'disable')
  return spawn(program, args, { env: { DATA_SOURCE_NAME: url.href }, stdio: 'ignore' })
}

async function stopped(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return
  child.kill('SIGTERM')
  await once(child, 'exit')
}

/** Two that nobody has now. */
async function freePorts(): Promise<[number, number]> {
  const servers = [createServer(), createServer()]
  const ports: number[] = []
  for (const server of servers) {
    await new Promise<void>(done => server.listen(0, '127.0.0.1', done))
    ports.push((server.address() as { port: number }).port)
  }
  await Promise.all(servers.map(server => new Promise(done => server.close(done))))
  return [ports[0]!, ports[1]!]
}

/** The mount point that holds the folder. */
function mountPointOf(folder: string): string {
  const points = readFileSync('/proc/mounts', 'utf8')
    .split('\n')
    .map(line => line.split(' ')[1] ?? '')
    .filter(point => point === '/' || folder.startsWith(`${point}/`))
  return points.toSorted((a, b) => b.length - a.length)[0] ?? '/'
}
