// Gives each test file an empty database of its own, on the best server that the run has.
import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { waitUntil } from '../wait-until.ts'
import { openServerBroker, type ServerAnswer, type ServerBroker, type ServerName } from './broker.ts'
import { BROKER_URL } from './servers.ts'

const GOODBYE_LIMIT_MS = 1_000

/** `any` prefers TEST_DATABASE_URL and docker; `plain` has no TimescaleDB, `timescale` has. */
export type DatabaseNeed = 'any' | 'plain' | 'timescale'

export interface TestDatabase {
  url: string
  timescale: boolean
  /** Also ends every connection to it. */
  drop(): Promise<void>
}

export interface DatabaseKind {
  name: 'plain' | 'timescale'
  /** Why this run has no such server; null when it has. For `describe.skipIf`. */
  missing: string | null
  create(): Promise<TestDatabase>
}

/** Throws when the run has no server of that kind: ask `databaseKinds` first where it may be missing. */
export async function createTestDatabase(options: { kind?: DatabaseNeed } = {}): Promise<TestDatabase> {
  const { kind = 'any' } = options
  const server = await findServer(kind)
  if ('missing' in server) throw new Error(`No database server for kind "${kind}": ${server.missing}`)
  const name = `test_${randomBytes(8).toString('hex')}`
  await withOwner(server.url, owner => owner.query(`CREATE DATABASE ${name}`))
  const url = new URL(server.url)
  url.pathname = `/${name}`
  return {
    url: url.href,
    timescale: server.timescale,
    drop: () => withOwner(server.url, client => dropDatabase(client, name)),
  }
}

/** Both kinds, for tests that must hold on plain PostgreSQL and on TimescaleDB. */
export async function databaseKinds(): Promise<DatabaseKind[]> {
  const outside = await ask('outside')
  const none = 'missing' in outside ? outside.missing : 'TEST_DATABASE_URL has no TimescaleDB in template1'
  const missing = !('missing' in outside) && outside.timescale ? null : none
  return [
    { name: 'plain', missing: null, create: () => createTestDatabase({ kind: 'plain' }) },
    { name: 'timescale', missing, create: () => createTestDatabase({ kind: 'timescale' }) },
  ]
}

async function findServer(kind: DatabaseNeed): Promise<ServerAnswer> {
  if (kind === 'plain') return ask('embedded')
  const outside = await ask('outside')
  if (kind === 'any') return 'missing' in outside ? ask('embedded') : outside
  if ('missing' in outside || outside.timescale) return outside
  return { missing: 'TEST_DATABASE_URL has no TimescaleDB in template1' }
}

async function ask(server: ServerName): Promise<ServerAnswer> {
  const response = await fetch(`${await brokerUrl()}/${server}`)
  const answer = (await response.json()) as ServerAnswer
  if (!response.ok) throw new Error(`The ${server} database server did not start: ${JSON.stringify(answer)}`)
  return answer
}

let ownBroker: Promise<ServerBroker> | undefined

/** Outside of vitest (benchmarks) there is no global set-up: the process brings its own; see `closeTestServers`. */
async function brokerUrl(): Promise<string> {
  const shared = process.env[BROKER_URL]
  if (shared) return shared
  ownBroker ??= openServerBroker()
  return (await ownBroker).url
}

/** Only for programs that run outside of vitest. */
export async function closeTestServers(): Promise<void> {
  await (await ownBroker)?.close()
  ownBroker = undefined
}

/** A pool's `end` settles before the server has seen the goodbye; a connection that is cut off then fails in some test. */
async function dropDatabase(owner: pg.Client, name: string): Promise<void> {
  const isUnused = async () => {
    const { rowCount } = await owner.query(
      `SELECT 1 FROM pg_stat_activity WHERE datname = $1 AND backend_type = 'client backend'`,
      [name],
    )
    return rowCount === 0
  }
  await waitUntil(isUnused, { timeoutMs: GOODBYE_LIMIT_MS }).catch(() => {}) // left open: cut off below
  await owner.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`)
}

async function withOwner(url: string, work: (owner: pg.Client) => Promise<unknown>): Promise<void> {
  const owner = new pg.Client({ connectionString: url })
  await owner.connect()
  try {
    await work(owner)
  } finally {
    await owner.end()
  }
}
