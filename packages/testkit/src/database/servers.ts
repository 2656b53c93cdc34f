// Which database servers a test run has: one that TEST_DATABASE_URL names, one in docker, and our embedded one.
import { mkdtemp, rm } from 'node:fs/promises'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startEmbeddedServer } from '@deye-hard/store/embedded'
import pg from 'pg'

/** Where test processes find the broker of their run. */
export const BROKER_URL = 'DEYE_HARD_TEST_BROKER_URL'

/** 2.32.1 or newer, or background jobs fail on PostgreSQL's minors of November 2026 (reference timescaledb.md section 1). */
const TIMESCALE_IMAGE = 'timescale/timescaledb:2.32.1-pg17'
const DOCKER_SOCKET = '/var/run/docker.sock'
const DOCKER_PROBE_LIMIT_MS = 1_000
const CONTAINER_START_LIMIT_MS = 120_000

export interface DatabaseServer {
  /** Of a role that may create databases. */
  url: string
  /** Whether a new database has the TimescaleDB extension. */
  timescale: boolean
  stop(): Promise<void>
}

export type ServerSearch = { kind: 'found'; server: DatabaseServer } | { kind: 'none'; reason: string }

/** The server of TEST_DATABASE_URL, else one in docker. */
export async function findOutsideServer(): Promise<ServerSearch> {
  const url = process.env.TEST_DATABASE_URL
  if (url) {
    return {
      kind: 'found',
      server: { url, timescale: await hasTimescaleTemplate(url), stop: async () => {} },
    }
  }
  if (!(await dockerAnswers())) {
    return { kind: 'none', reason: 'TEST_DATABASE_URL is not set and docker does not answer' }
  }
  try {
    return { kind: 'found', server: await startContainer() }
  } catch (error) {
    return { kind: 'none', reason: `docker could not start ${TIMESCALE_IMAGE}: ${(error as Error).message}` }
  }
}

/** Without fsync: nobody needs these data after a crash. */
export async function startSharedEmbeddedServer(): Promise<DatabaseServer> {
  const folder = await mkdtemp(join(tmpdir(), 'deye-hard-test-'))
  const server = await startEmbeddedServer({
    dataDir: join(folder, 'pg'),
    port: 0,
    password: 'test',
    settings: { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', max_connections: 200 },
  })
  const stop = async () => {
    await server.stop()
    await rm(folder, { recursive: true, force: true })
  }
  return { url: server.url('postgres'), timescale: false, stop }
}

async function hasTimescaleTemplate(url: string): Promise<boolean> {
  const template = new URL(url)
  template.pathname = '/template1'
  const client = new pg.Client({ connectionString: template.href })
  await client.connect()
  const { rowCount } = await client.query(`SELECT 1 FROM pg_extension WHERE extname = 'timescaledb'`)
  await client.end()
  return rowCount === 1
}

function dockerAnswers(): Promise<boolean> {
  const host = process.env.DOCKER_HOST
  // Testcontainers knows how to speak to a remote docker; a named one is believed to be there.
  if (host && !host.startsWith('unix://')) return Promise.resolve(true)
  const socketPath = host ? host.slice('unix://'.length) : DOCKER_SOCKET
  return new Promise(resolve => {
    const probe = request({ socketPath, path: '/_ping', timeout: DOCKER_PROBE_LIMIT_MS }, response => {
      response.resume()
      resolve(response.statusCode === 200)
    })
    probe.on('timeout', () => probe.destroy())
    probe.on('error', () => resolve(false))
    probe.on('close', () => resolve(false))
    probe.end()
  })
}

/** Loaded late: testcontainers takes half a second to import. */
async function startContainer(): Promise<DatabaseServer> {
  const { PostgreSqlContainer } = await import('@testcontainers/postgresql')
  const container = await new PostgreSqlContainer(TIMESCALE_IMAGE)
    .withStartupTimeout(CONTAINER_START_LIMIT_MS)
    .start()
  const url = container.getConnectionUri()
  return {
    url,
    timescale: await hasTimescaleTemplate(url),
    stop: async () => {
      await container.stop()
    },
  }
}
