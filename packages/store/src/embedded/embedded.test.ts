// The embedded server: keeps data over stop and kill -9, says in one sentence why it cannot start.
import { chmod, cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isAlive, spawnNode, waitUntil } from '@deye-hard/testkit'
import pg from 'pg'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { findBinaries } from './binaries.ts'
import { clusterExists, createCluster } from './cluster.ts'
import { explainFailure } from './diagnosis.ts'
import { type EmbeddedServer, EmbeddedServerError, startEmbeddedServer } from './index.ts'
import { chooseRunAs } from './privileges.ts'

const PASSWORD = "it's :/ odd"
const settings = { fsync: 'off' }

let folder: string
let dataDir: string
let server: EmbeddedServer | undefined

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'deye-hard-embedded-'))
  dataDir = join(folder, 'nested', 'pg')
})

afterEach(async () => {
  await server?.stop()
  server = undefined
})

afterAll(() => rm(folder, { recursive: true, force: true }))

const start = (more: Partial<Parameters<typeof startEmbeddedServer>[0]> = {}) =>
  startEmbeddedServer({ dataDir, port: 0, password: PASSWORD, database: 'solar', settings, ...more })

async function query(statement: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: server!.url('solar') })
  await client.connect()
  const { rows } = await client.query(statement)
  await client.end()
  return rows
}

async function failure(attempt: Promise<unknown>): Promise<EmbeddedServerError> {
  const error = await attempt.then(
    () => null,
    (reason: unknown) => reason,
  )
  if (!(error instanceof EmbeddedServerError)) throw error ?? new Error('It started')
  return error
}

it('makes the data folder and the database once, and keeps the data over a stop', async () => {
  server = await start()
  await query('CREATE TABLE kept AS SELECT 1 AS n')
  await server.stop()
  expect(await server.exited).toMatchObject({ code: 0 })
  server = await start()
  expect(await query('SELECT n FROM kept')).toEqual([{ n: 1 }])
})

it('uses UTF-8 with the builtin C.UTF-8 locale, listens on loopback only, and wants a password', async () => {
  server = await start()
  const rows = await query(
    `SELECT pg_encoding_to_char(encoding) AS encoding, datlocprovider AS provider, datlocale AS locale,
            current_setting('listen_addresses') AS address FROM pg_database WHERE datname = 'solar'`,
  )
  expect(rows).toEqual([{ encoding: 'UTF8', provider: 'b', locale: 'C.UTF-8', address: '127.0.0.1' }])
  const stranger = new pg.Client({ connectionString: server.url('solar').replace(/:[^:@]+@/, ':wrong@') })
  await expect(stranger.connect()).rejects.toMatchObject({ code: '28P01' })
})

it('recovers what was committed before a kill -9, with the children gone', async () => {
  server = await start()
  await query('DROP TABLE IF EXISTS kept; CREATE TABLE kept AS SELECT 2 AS n')
  server.kill()
  server = await start()
  expect(await query('SELECT n FROM kept')).toEqual([{ n: 2 }])
})

it('can be killed and started again at once, many times', async () => {
  for (let round = 0; round < 5; round += 1) {
    server = await start()
    server.kill()
  }
  server = await start()
  expect(await query('SELECT 1 AS n')).toEqual([{ n: 1 }])
})

it('starts over a lock file whose process id now belongs to somebody else', async () => {
  server = await start()
  const lockFile = join(dataDir, 'postmaster.pid')
  const lines = (await readFile(lockFile, 'utf8')).split('\n')
  server.kill()
  await server.exited
  await writeFile(lockFile, [String(process.pid), ...lines.slice(1)].join('\n'))
  server = await start()
  expect(await query('SELECT 1 AS n')).toEqual([{ n: 1 }])
})

it('stops with a starter that is killed, or is taken over by the next start', async () => {
  const starter = spawnNode(join(import.meta.dirname, '../../test/start-embedded.ts'), {
    DATA_DIR: dataDir,
    PASSWORD,
  })
  const pid = Number(await starter.waitForLine(/^\d+$/))
  process.kill(starter.pid, 'SIGKILL')
  await starter.exited
  server = await start()
  expect(server.pid).not.toBe(pid)
  await waitUntil(() => !isAlive(pid))
})

describe('one sentence with the way out', () => {
  it('for a folder whose server somebody else runs', async () => {
    server = await start()
    const error = await failure(start())
    expect(error.code).toBe('in_use')
    expect(error.message).toContain(`process ${process.pid}`)
    expect(await query('SELECT 1 AS n')).toEqual([{ n: 1 }])
  })

  it('for a port in use', async () => {
    const blocker = await listen()
    const { port } = blocker.address() as { port: number }
    const error = await failure(start({ port }))
    blocker.close()
    expect(error.code).toBe('port_in_use')
    expect(error.message).toContain(`Port ${port} on 127.0.0.1`)
  })

  it('for another password', async () => {
    const error = await failure(start({ password: 'other' }))
    expect(error.code).toBe('wrong_password')
  })

  it('for a folder of another major version', async () => {
    const other = join(folder, 'old')
    await mkdir(other)
    await writeFile(join(other, 'PG_VERSION'), '15\n')
    const error = await failure(start({ dataDir: other }))
    expect(error.code).toBe('other_major_version')
    expect(error.message).toContain('made by PostgreSQL 15, this is PostgreSQL 17')
  })

  it('for a damaged folder', async () => {
    const strange = join(folder, 'strange')
    await mkdir(strange)
    await writeFile(join(strange, 'letter.txt'), 'hello')
    expect((await failure(start({ dataDir: strange }))).code).toBe('corrupt_data')

    const damaged = join(folder, 'damaged')
    server = await start({ dataDir: damaged })
    await server.stop()
    await rm(join(damaged, 'global/pg_control'))
    const error = await failure(start({ dataDir: damaged }))
    expect(error.code).toBe('corrupt_data')
    expect(error.message).toContain(damaged)
  })

  it('for a folder that cannot be made', async () => {
    const file = join(folder, 'file')
    await writeFile(file, '')
    const error = await failure(start({ dataDir: join(file, 'pg') }))
    expect(error.code).toBe('folder_not_writable')
  })

  it.each([
    ['FATAL:  could not write to file "pg_wal/xlogtemp.9": No space left on device', 'disk_full'],
    ['initdb: error: could not create directory "x": No space left on device', 'disk_full'],
    ['PANIC:  could not locate a valid checkpoint record at 0/18F6D60', 'corrupt_data'],
    ['FATAL:  database files are incompatible with server', 'other_major_version'],
    ['FATAL:  something new', 'start_failed'],
  ])('for "%s"', (line, code) => {
    expect(explainFailure(['LOG:  starting', line], { folder: '/data', port: 1 }).code).toBe(code)
  })
})

// Root may not run PostgreSQL: the server drops to another user, who cannot enter a folder with mode 0700.
describe.skipIf(process.getuid?.() !== 0)('as root', () => {
  it('runs as an ordinary user, also below a folder that only root may enter', async () => {
    const closed = await mkdtemp(join(folder, 'closed-'))
    await chmod(closed, 0o700)
    server = await start({ dataDir: join(closed, 'pg') })
    const status = await readFile(`/proc/${server.pid}/status`, 'utf8')
    expect(status).not.toMatch(/^Uid:\s+0\s/m)
    // One capability at most: CAP_DAC_OVERRIDE (bit 1) or CAP_DAC_READ_SEARCH (bit 2).
    expect(status).toMatch(/^CapEff:\s+0+[024]$/m)
    expect(status).toMatch(/^CapPrm:\s+0+[024]$/m)
    expect(await query('SELECT 1 AS n')).toEqual([{ n: 1 }])
  })

  it('finds its programs in a clone that only root may enter', async () => {
    const closed = await mkdtemp(join(folder, 'clone-'))
    const native = join(closed, 'native')
    await cp(findBinaries().native, native, { recursive: true, verbatimSymlinks: true })
    const programs = { native, initdb: join(native, 'bin/initdb'), postgres: join(native, 'bin/postgres') }
    const cluster = { dataDir: join(closed, 'pg'), password: 'x', durable: false, log: () => {} }
    await createCluster(programs, chooseRunAs(programs, cluster.dataDir), cluster)
    expect(clusterExists(cluster.dataDir)).toBe(true)
  })
})

function listen(): Promise<Server> {
  return new Promise(resolve => {
    const blocker = createServer().listen(0, '127.0.0.1', () => resolve(blocker))
  })
}
