// `npm start` as a whole: real database, API, collector and simulator on free ports.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isAlive, type NodeProcess, spawnNode, waitUntil } from '@deye-hard/testkit'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { type LocalConnection, readConnectionFile } from '../../src/connection-file.ts'
import type { RunReport } from '../../src/local/report.ts'
import { answerOf, NODE_OPTIONS, OPS_ENTRY, runOps } from '../run-ops.ts'

const LIMIT_MS = 90_000
/** On 20 sites round the globe: at any hour some of them have sun. */
const LOGGERS = 24
/** What Ctrl-C promises. */
const STOP_MS = 5_000
const FREE_PORTS = ['collector', 'collector-http', 'api', 'api-metrics', 'database', 'lens'].flatMap(name => [
  `--port-${name}`,
  '0',
])
let folder: string
let dataDir: string
const running: NodeProcess[] = []

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'npm start '))
  dataDir = join(folder, 'my data')
})
// A test that fails must not make those after it fail, nor leave a system running.
afterEach(async () => {
  for (const started of running.splice(0)) {
    started.kill('SIGINT')
    await started.exited
  }
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function start(args: string[] = [], env: Record<string, string> = {}): NodeProcess {
  const fixed = ['--json', '--loggers', String(LOGGERS), '--speed', '60', '--data-dir', dataDir]
  const started = spawnNode(OPS_ENTRY, env, ['local', ...fixed, ...FREE_PORTS, ...args])
  started.endInput()
  running.push(started)
  return started
}

async function eventOf(started: NodeProcess, name: string): Promise<Record<string, unknown>> {
  return JSON.parse(await started.waitForLine(line => line.startsWith(`{"event":"${name}"`), LIMIT_MS))
}

async function connected(started: NodeProcess): Promise<LocalConnection> {
  await eventOf(started, 'ready')
  return waitUntil(() => readConnectionFile(dataDir))
}

/** Resolves with the exit code and the time it took. */
async function interrupted(started: NodeProcess): Promise<{ code: number | null; ms: number }> {
  const at = performance.now()
  started.kill('SIGINT')
  const { code } = await started.exited
  return { code, ms: performance.now() - at }
}

test('a run with --duration balances two independent counts and writes its report', {
  timeout: LIMIT_MS,
}, async () => {
  const reportFile = join(folder, 'r.json')
  const started = start(['--duration', '6s', '--report', reportFile])
  const connection = await connected(started)
  expect(statSync(join(dataDir, 'local.json')).mode & 0o777).toBe(0o600)

  const { users } = (await answerOf(['user', 'list'], { env: { LOCAL_DATA_DIR: dataDir } })) as {
    users: unknown[]
  }
  expect(users).toHaveLength(102)
  const { inverters } = (await answerOf(['inverter', 'list'], { env: { LOCAL_DATA_DIR: dataDir } })) as {
    inverters: unknown[]
  }
  expect(inverters).toHaveLength(LOGGERS)
  await expectLogin(connection.api_url!)

  const second = await runOps(['local', '--data-dir', dataDir, ...FREE_PORTS])
  expect(second.code).toBe(1)
  expect(second.stderr).toMatch(/^Another `npm start` \(process \d+\) runs on .*: stop it with Ctrl-C .*\n$/)

  const { code } = await started.exited
  expect([code, started.stderr]).toEqual([0, []])
  const report = JSON.parse(readFileSync(reportFile, 'utf8')) as RunReport
  expect(report).toMatchObject({
    passed: true,
    failures: [],
    loggers: LOGGERS,
    ledger: { unaccounted: 0, waiting: 0 },
    restarts: { api: 0, collector: 0, simulator: 0 },
  })
  expect(report.ledger!.stored).toBeGreaterThan(0)
  expect(report.rows_in_database).toBe(report.ledger!.stored)
  expect(report.data_frames_acked).toBeGreaterThan(0)
  expect(report.duration_s).toBeGreaterThanOrEqual(6)
  expectNothingLeft(connection)
})

test('a second start keeps the data; Ctrl-C stops all within 5 s; --fresh starts empty', {
  timeout: LIMIT_MS,
}, async () => {
  const again = start(['--no-simulator'])
  const connection = await connected(again)
  const before = (await answerOf(['ledger'], { env: { LOCAL_DATA_DIR: dataDir } })) as {
    ledger: { stored: number }
  }
  expect(before.ledger.stored).toBeGreaterThan(0)
  const { code, ms } = await interrupted(again)
  expect(code).toBe(0)
  expect(ms).toBeLessThan(STOP_MS)
  expectNothingLeft(connection)

  const fresh = start(['--no-simulator', '--fresh'])
  await connected(fresh)
  const after = (await answerOf(['ledger'], { env: { LOCAL_DATA_DIR: dataDir } })) as {
    ledger: { stored: number }
  }
  expect(after.ledger.stored).toBe(0)
  expect((await interrupted(fresh)).code).toBe(0)
})

test('a collector that is killed is named, started again on its port, and rows go on', {
  timeout: LIMIT_MS,
}, async () => {
  const started = start()
  const { pids, collector } = await connected(started)
  process.kill(pids.collector!, 'SIGKILL')
  const notice = await eventOf(started, 'notice')
  expect(notice.text).toMatch(/^The collector died \(ended by SIGKILL\), starting it again in 0\.5 s: /)
  const renewed = await waitUntil(
    () => {
      const now = readConnectionFile(dataDir)
      return now && now.pids.collector !== pids.collector ? now : null
    },
    { timeoutMs: 20_000 },
  )
  expect(renewed.collector).toEqual(collector)
  const before = await storedRows()
  await waitUntil(async () => (await storedRows()) > before, { timeoutMs: 30_000, what: 'a new row' })
  expect((await interrupted(started)).code).toBe(0)
})

test('a database that is killed is started again', { timeout: LIMIT_MS }, async () => {
  const started = start()
  const { pids } = await connected(started)
  process.kill(pids.postgres!, 'SIGKILL')
  expect((await eventOf(started, 'notice')).text).toBe('PostgreSQL died (SIGKILL), starting it again.')
  await waitUntil(
    async () => (await runOps(['migrate', '--check'], { env: { LOCAL_DATA_DIR: dataDir } })).code === 0,
    { timeoutMs: 30_000 },
  )
  expect((await interrupted(started)).code).toBe(0)
})

test('a collector that hangs does not hold Ctrl-C; a second Ctrl-C kills at once', {
  timeout: LIMIT_MS,
}, async () => {
  const hanging = start(['--no-simulator'])
  const first = await connected(hanging)
  process.kill(first.pids.collector!, 'SIGSTOP')
  const once = await interrupted(hanging)
  expect(once.code).toBe(0)
  expect(once.ms).toBeLessThan(STOP_MS)
  expectNothingLeft(first)

  const impatient = start(['--no-simulator'])
  const second = await connected(impatient)
  process.kill(second.pids.collector!, 'SIGSTOP')
  const at = performance.now()
  impatient.kill('SIGINT')
  // The simulator's turn is over when the collector's grace begins: the second signal comes in it.
  const again = setInterval(() => impatient.kill('SIGINT'), 400)
  const { code } = await impatient.exited
  clearInterval(again)
  expect(code).toBe(130)
  expect(performance.now() - at).toBeLessThan(1_500)
  await waitUntil(() => Object.values(second.pids).every(pid => !isAlive(pid)))
})

test('what a killed start left running is stopped by the next one', { timeout: LIMIT_MS }, async () => {
  const killed = start()
  const { pids } = await connected(killed)
  killed.kill('SIGKILL')
  await killed.exited
  const next = start(['--no-simulator'])
  const connection = await connected(next)
  for (const name of ['api', 'collector', 'simulator'])
    expect([name, isAlive(pids[name]!)]).toEqual([name, false])
  expect((await interrupted(next)).code).toBe(0)
  expectNothingLeft(connection)
})

test('a fault is that of the simulator; an unknown one is named in its words', {
  timeout: LIMIT_MS,
}, async () => {
  const started = start(['--fault', 'silent-logger:count=1,after=1', '--fault', 'no-such-thing'])
  const { code } = await started.exited
  expect(code).toBe(69)
  expect(started.stderr.join('\n')).toContain('no-such-thing')
  expect(started.stderr.join('\n')).not.toContain('silent-logger:count')
})

test('a service that does not start: one sentence, its last lines, nothing left', {
  timeout: LIMIT_MS,
}, async () => {
  const started = start([], { API_BODY_LIMIT: 'much' })
  const { code } = await started.exited
  expect(code).toBe(69)
  const [sentence, ...lines] = started.stderr
  expect(sentence).toMatch(
    /^The api did not start \(exit code 78\): its log is .*api\.log, its last lines are$/,
  )
  expect(lines.join('\n')).toContain('API_BODY_LIMIT')
  expect(existsSync(join(dataDir, 'local.json'))).toBe(false)
  expect(existsSync(join(dataDir, 'lock'))).toBe(false)
})

test('a signal while it starts stops it, exit 0', { timeout: LIMIT_MS }, async () => {
  const started = start()
  await started.waitForLine(line => line.includes('"title":"Schema"'), LIMIT_MS)
  const { code, ms } = await interrupted(started)
  expect([code, started.stderr]).toEqual([0, []])
  expect(ms).toBeLessThan(STOP_MS)
  expect(existsSync(join(dataDir, 'lock'))).toBe(false)
})

test('a reader of its output that goes away stops it, and stdin may be closed', {
  timeout: LIMIT_MS,
}, async () => {
  const args = ['local', '--json', '--no-simulator', '--data-dir', dataDir, ...FREE_PORTS]
  const child = spawn(process.execPath, [...NODE_OPTIONS, OPS_ENTRY, ...args], {
    env: { PATH: process.env.PATH },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const connection = await waitUntil(
    () => {
      const found = readConnectionFile(dataDir)
      return found?.collector_status_url ? found : null
    },
    { timeoutMs: LIMIT_MS },
  )
  child.stdout.destroy()
  const [code] = await once(child, 'close')
  expect(code).toBe(0)
  expectNothingLeft(connection)
})

/** Whatever the exit code: the counts may be in motion. */
async function storedRows(): Promise<number> {
  const { stdout } = await runOps(['ledger', '--json'], { env: { LOCAL_DATA_DIR: dataDir } })
  const { database } = JSON.parse(stdout) as { database: { stored: number }[] }
  return database.reduce((whole, row) => whole + row.stored, 0)
}

function expectNothingLeft(connection: LocalConnection): void {
  expect(existsSync(join(dataDir, 'local.json'))).toBe(false)
  expect(existsSync(join(dataDir, 'lock'))).toBe(false)
  for (const [name, pid] of Object.entries(connection.pids))
    expect([name, isAlive(pid)]).toEqual([name, false])
}

/** The demo user can log in with the password that is shown, and sees several plants. */
async function expectLogin(apiUrl: string): Promise<void> {
  const password = readFileSync(join(dataDir, 'secrets', 'demo-password'), 'utf8').trim()
  const response = await fetch(`${apiUrl}/api/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email: 'demo@example.org', password }),
  })
  expect(response.status).toBe(200)
  const { access_token: token } = (await response.json()) as { access_token: string }
  const seen = await fetch(`${apiUrl}/api/inverters`, { headers: { authorization: `Bearer ${token}` } })
  const { items } = (await seen.json()) as { items: unknown[] }
  // Six sites, some with two inverters.
  expect(items.length).toBeGreaterThanOrEqual(6)
}
