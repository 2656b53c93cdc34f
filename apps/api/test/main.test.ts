// The real process: bad settings, a database that comes late or goes away, keys that rotate, an orderly end.

import { once } from 'node:events'
import { request } from 'node:http'
import { connect, createServer, type Socket } from 'node:net'
import { join } from 'node:path'
import { openStore } from '@deye-hard/store'
import { createTestDatabase, type NodeProcess, spawnNode, waitUntil } from '@deye-hard/testkit'
import { afterEach, describe, expect, test } from 'vitest'
import { generateSigningKey } from '../src/keys.ts'
import { bearer, openHarness, PASSWORD } from './harness.ts'
import { switchTo } from './switch.ts'

const MAIN = join(import.meta.dirname, '..', 'src', 'main.ts')
const harness = await openHarness()
await harness.addUser('owner@example.org')
const processes: NodeProcess[] = []
afterEach(() => {
  for (const started of processes.splice(0)) started.kill('SIGKILL')
})

function start(env: Record<string, string> = {}): NodeProcess {
  const started = spawnNode(MAIN, { ...harness.env(), API_PORT: '0', API_METRICS_PORT: '0', ...env })
  processes.push(started)
  return started
}

async function addressOf(started: NodeProcess): Promise<string> {
  const { port } = await started.waitForMessage('listening')
  return `http://127.0.0.1:${port}`
}

async function login(address: string): Promise<string> {
  const answer = await fetch(`${address}/api/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email: 'owner@example.org', password: PASSWORD }),
  })
  expect(answer.status).toBe(200)
  return ((await answer.json()) as { access_token: string }).access_token
}

describe('bad settings end in one sentence and exit 78', () => {
  test.each([
    ['DATABASE_URL', { DATABASE_URL: '' }],
    ['API_PORT', { API_PORT: 'http' }],
    ['ACCESS_TOKEN_TTL', { ACCESS_TOKEN_TTL: '1h' }],
    ['API_TRUST_PROXY', { API_TRUST_PROXY: '10.0.0.300' }],
    ['API_TRUST_PROXY', { API_TRUST_PROXY: '10.0.0.0/33' }],
    ['JWT_KEYS_FILE', { JWT_KEYS_FILE: '/absent/keys.json' }],
  ])('%s', async (name, env) => {
    const started = start(env)
    expect(await started.exited).toEqual({ code: 78, signal: null })
    expect(started.stderr).toHaveLength(1)
    expect(started.stderr[0]).toContain(name)
    expect(started.stdout).toEqual([])
  })
})

test('an address of another machine is one sentence', async () => {
  const started = start({ API_HOST: '192.0.2.1' })
  expect((await started.exited).code).toBe(1)
  expect(started.stderr).toEqual([expect.stringContaining('API_HOST')])
})

test('a port in use is one sentence', async () => {
  const address = await addressOf(start())
  const second = start({ API_PORT: new URL(address).port })
  expect((await second.exited).code).toBe(1)
  expect(second.stderr).toEqual([expect.stringContaining('API_PORT')])
})

test('waits for a database that starts late, migrates it, survives its loss, serves again', async () => {
  const database = await createTestDatabase({ kind: 'plain' })
  const behind = new URL(database.url)
  const gate = await switchTo(Number(behind.port))
  behind.port = String(gate.port)
  try {
    const started = start({ DATABASE_URL: behind.href })
    const address = await addressOf(started)
    await started.waitForMessage('database not ready')
    expect((await fetch(`${address}/health/live`)).status).toBe(200)
    const ready = await fetch(`${address}/health/ready`)
    expect(ready.status).toBe(503)
    expect(await ready.json()).toMatchObject({ status: 'not_ready', reason: expect.any(String) })
    const early = await fetch(`${address}/api/me`, { headers: bearer('a.b.c') })
    expect(early.status).toBe(503)
    expect(early.headers.get('retry-after')).not.toBeNull()

    await gate.open()
    await started.waitForMessage('database ready')
    expect((await fetch(`${address}/health/ready`)).status).toBe(200)

    await gate.shut()
    await waitUntil(async () => (await fetch(`${address}/health/ready`)).status === 503)
    const away = await fetch(`${address}/api/auth/refresh`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"refresh_token":"x"}',
    })
    expect(away.status).toBe(503)
    await gate.open()
    await waitUntil(async () => (await fetch(`${address}/health/ready`)).status === 200)

    started.kill('SIGTERM')
    expect(await started.exited).toEqual({ code: 0, signal: null })
  } finally {
    await gate.shut()
    await database.drop()
  }
})

test('DATABASE_MIGRATE=false waits until somebody else has migrated, and names what is missing', async () => {
  const database = await createTestDatabase({ kind: 'plain' })
  try {
    const started = start({ DATABASE_URL: database.url, DATABASE_MIGRATE: 'false' })
    const address = await addressOf(started)
    const { reason } = await started.waitForMessage('database not ready')
    expect(reason).toContain('0001')
    expect((await fetch(`${address}/health/ready`)).status).toBe(503)
    const store = openStore({ databaseUrl: database.url })
    await store.migrate()
    await store.close()
    await started.waitForMessage('database ready')
    started.kill('SIGTERM')
    await started.exited
  } finally {
    await database.drop()
  }
})

test('keys rotate by SIGHUP and by a changed file', async () => {
  const [first, second] = [await generateSigningKey(), await generateSigningKey()]
  const file = await harness.writeKeys('rotate.json', [first])
  const started = start({ JWT_KEYS_FILE: file, JWT_KEYS_CHECK_INTERVAL: '50ms' })
  const address = await addressOf(started)
  await started.waitForMessage('database ready')
  const token = await login(address)
  const status = async () => (await fetch(`${address}/api/me`, { headers: bearer(token) })).status
  expect(await status()).toBe(200)

  await harness.writeKeys('rotate.json', [second, first])
  await started.waitForLine(line => line.includes(second.kid))
  expect(await status()).toBe(200)
  await harness.writeKeys('rotate.json', [second])
  await waitUntil(async () => (await status()) === 401)

  const slow = start({ JWT_KEYS_FILE: file, JWT_KEYS_CHECK_INTERVAL: '1h' })
  await slow.waitForMessage('database ready')
  await harness.writeKeys('rotate.json', [first])
  slow.kill('SIGHUP')
  await slow.waitForLine(line => line.includes(first.kid))
})

test.each(['SIGTERM', 'SIGINT'] as const)(
  '%s: a request in flight is answered, then exit 0',
  async signal => {
    // Longer than the test may take: the end must come from the answer.
    const started = start({ API_SHUTDOWN_TIMEOUT: '5m' })
    const address = await addressOf(started)
    await started.waitForMessage('database ready')
    const slow = request(`${address}/api/auth/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'content-length': '27', expect: '100-continue' },
    })
    const answered = once(slow, 'response')
    slow.flushHeaders()
    await once(slow, 'continue')
    started.kill(signal)
    await started.waitForMessage('stopping')
    slow.end('{"email":"a","password":""}')
    const [response] = await answered
    expect(response.statusCode).toBe(400)
    expect(await started.exited).toEqual({ code: 0, signal: null })
    expect(started.stdout.some(line => line.includes('"stopped"'))).toBe(true)
  },
)

test('an unexpected error is the last line in the log, with its stack, and exit 1', async () => {
  const bug = `process.on('SIGUSR2', () => setImmediate(() => { throw new Error('a bug') }))`
  const started = start({ NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(bug)}` })
  await started.waitForMessage('database ready')
  started.kill('SIGUSR2')
  expect(await started.exited).toEqual({ code: 1, signal: null })
  const line = JSON.parse(started.stdout.at(-1)!)
  expect(line).toMatchObject({ level: 'fatal', message: 'unexpected error', error: { message: 'a bug' } })
  expect(line.error.stack).toContain('a bug')
})

test('API_SHUTDOWN_TIMEOUT: a request that never ends does not keep the process', async () => {
  const started = start({ API_SHUTDOWN_TIMEOUT: '100ms' })
  const { port } = new URL(await addressOf(started))
  await started.waitForMessage('database ready')
  const socket = connect(Number(port), '127.0.0.1')
  socket.on('error', () => {})
  await once(socket, 'connect')
  socket.write(
    'POST /api/auth/login HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 99\r\nexpect: 100-continue\r\n\r\n',
  )
  await once(socket, 'data')
  started.kill('SIGTERM')
  expect(await started.exited).toEqual({ code: 0, signal: null })
  expect(started.stdout.some(line => line.includes('requests cut off at shutdown'))).toBe(true)
  socket.destroy()
})

test('a database that accepts and never answers does not hold the end', async () => {
  const silent = createServer(socket => socket.on('error', () => {}).resume())
  silent.listen(0, '127.0.0.1')
  await once(silent, 'listening')
  const asked = once(silent, 'connection') as Promise<[Socket]>
  const { port } = silent.address() as { port: number }
  const started = start({
    DATABASE_URL: `postgres://nobody:nothing@127.0.0.1:${port}/none`,
    DATABASE_CONNECT_TIMEOUT: '10m',
  })
  await started.waitForMessage('listening')
  const [socket] = await asked
  started.kill('SIGTERM')
  expect(await started.exited).toEqual({ code: 0, signal: null })
  expect(started.stdout.some(line => line.includes('database connections cut off at shutdown'))).toBe(true)
  socket.destroy()
  silent.close()
})
