// What stops `npm start` before it touches anything, as the process that an operator sees.
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { writeConnectionFile } from '../../src/connection-file.ts'
import { claimDataFolder } from '../../src/local/data-folder.ts'
import { checkSingleInstance, findOrphans } from '../../src/local/instance.ts'
import { dataLayout } from '../../src/local/layout.ts'
import { checkNode } from '../../src/local/preflight.ts'
import { runOps } from '../run-ops.ts'

const FREE_PORTS = ['collector', 'collector-http', 'api', 'database', 'lens'].flatMap(name => [
  `--port-${name}`,
  '0',
])
let folder: string
let server: Server
let takenPort: number

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'ops preflight '))
  server = createServer()
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done))
  takenPort = (server.address() as { port: number }).port
})
afterAll(() => {
  server.close()
  rmSync(folder, { recursive: true })
})

test('a port in use: names port, purpose, process and option; nothing was made', async () => {
  const dataDir = join(folder, 'port')
  const { code, stderr } = await start(['--port-api', String(takenPort)], dataDir)
  expect(code).toBe(1)
  expect(stderr).toMatch(
    new RegExp(
      `^Port ${takenPort} on 127\\.0\\.0\\.1 for the API is in use by process ${process.pid} \\(.+\\): stop it, or choose another one with --port-api \\(0 takes any free one\\)\\.\\n$`,
    ),
  )
  expect(existsSync(dataDir)).toBe(false)
})

test('no space: says how much is free and how much is needed; nothing was made', async () => {
  const dataDir = join(folder, 'space')
  const { code, stderr } = await start(['--min-free-space', '1000TiB'], dataDir)
  expect(code).toBe(78)
  expect(stderr).toMatch(/^Only [\d,]+ MiB are free on the disk of .*, 1,048,576,000 MiB are needed: .*\n$/)
  expect(existsSync(dataDir)).toBe(false)
})

test('a broken data folder', async () => {
  const dataDir = join(folder, 'broken')
  claimDataFolder(dataLayout(dataDir))
  mkdirSync(join(dataDir, 'postgres'))
  writeFileSync(join(dataDir, 'postgres', 'PG_VERSION'), 'garbage')
  const { code, stderr } = await start([], dataDir)
  expect(code).toBe(78)
  expect(stderr).toMatch(/^The database in .* is broken .*\n$/)
})

test('a report that could not be written is refused before the run', async () => {
  const file = join(folder, 'no such folder', 'r.json')
  const { code, stderr } = await start(['--duration', '60s', '--report', file], join(folder, 'report'))
  expect(code).toBe(2)
  expect(stderr).toMatch(/^The report cannot be written into .*no such folder \(ENOENT\): .*\n$/)
})

test.each([
  [['--loggers', '0'], 'whole number from 1 to 100000'],
  [['--speed', 'fast'], 'number from 0.1 to 10000'],
  [['--duration', '60'], 'duration like 30s'],
  [['--duration', '10ms'], 'Give 1s to 24d'],
  [['--port-api', '70000'], 'whole number from 0 to 65535'],
  [['--min-free-space', '5GB'], 'size like 500MiB'],
  [['--report', 'r.json'], '--report needs --duration'],
  [['--otlp', '127.0.0.1:4317'], 'http://127.0.0.1:4317'],
  [['--otlp', 'http://127.0.0.1:4317/v1/traces'], 'a scheme, a host and a port and nothing else'],
  [['--port-api', '4001', '--port-api-metrics', '4001'], '--port-api and --port-api-metrics are both 4001'],
  [['--port-api', '4001', '--port-database', '4001'], '--port-api and --port-database are both 4001'],
])('%s is refused with the form expected, exit 2', async (args, form) => {
  const { code, stderr } = await runOps(['local', '--data-dir', join(folder, 'never'), ...args])
  expect(stderr).toContain(form)
  expect(code).toBe(2)
})

test('each option is an environment variable too', async () => {
  const { code, stderr } = await runOps(['local'], { env: { LOCAL_LOGGERS: 'many' } })
  expect(code).toBe(2)
  expect(stderr).toContain("value 'many' from env 'LOCAL_LOGGERS' is invalid")
})

test('an old Node', () => {
  expect(() => checkNode('22.11.0')).toThrow('This is Node 22.11.0, the project runs on Node 24 or newer')
  checkNode('24.0.0')
  checkNode('26.1.0')
})

test('a lock of a process that is gone, or is something else, does not count', () => {
  const layout = dataLayout(join(folder, 'lock'))
  claimDataFolder(layout)
  for (const pid of [2 ** 22 + 1, process.ppid]) {
    writeFileSync(layout.lockFile, `${pid}\n`)
    checkSingleInstance(layout)
  }
})

test('process ids of a former start that belong to others now are no orphans', () => {
  const layout = dataLayout(join(folder, 'orphans'))
  claimDataFolder(layout)
  writeConnectionFile(layout.root, {
    pid: 2 ** 22 + 1,
    started_at: new Date(0).toISOString(),
    database_url: 'postgres://127.0.0.1/solar',
    api_url: null,
    collector: null,
    collector_status_url: null,
    metrics_urls: {},
    lens_url: null,
    jwt_keys_file: layout.jwtKeysFile,
    logs_dir: layout.logs,
    pids: { api: process.pid, collector: process.ppid, postgres: process.pid, shell: process.ppid },
  })
  expect(findOrphans(layout)).toEqual([])
})

function start(args: string[], dataDir: string) {
  return runOps(['local', '--data-dir', dataDir, ...FREE_PORTS, ...args])
}
