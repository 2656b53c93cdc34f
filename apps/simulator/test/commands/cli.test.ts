// The command line as a process: output, exit codes, signals, and a journal that never knows less than the counters.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { dedupeKey } from '@deye-hard/domain'
import { decodeMessage } from '@deye-hard/solarman-v5'
import { afterAll, afterEach, describe, expect, test } from 'vitest'
import { faultForm } from '../../src/faults/fault.ts'
import { FAULTS } from '../../src/faults/registry.ts'
import { createFleet } from '../../src/fleet/fleet.ts'
import { type AckingServer, startAckingServer } from '../acking-server.ts'

const MAIN = new URL('../../src/main.ts', import.meta.url).pathname
const folder = mkdtempSync(join(tmpdir(), 'simulator-'))
afterAll(() => rmSync(folder, { recursive: true }))

let server: AckingServer | null = null
afterEach(async () => {
  await server?.stop()
  server = null
})

function start(args: string[], environment: Record<string, string> = {}) {
  const child = spawn(process.execPath, ['--conditions=source', MAIN, ...args], {
    env: { PATH: process.env.PATH ?? '', ...environment },
  })
  const lines: string[] = []
  const reader = createInterface(child.stdout)
  reader.on('line', line => lines.push(line))
  let stderr = ''
  child.stderr.on('data', chunk => {
    stderr += chunk
  })
  const exited = once(child, 'close').then(([code]) => ({ code: code as number | null, lines, stderr }))
  return { child, reader, exited }
}

function run(args: string[], environment?: Record<string, string>) {
  return start(args, environment).exited
}

describe('help', () => {
  test.each(['fleet', 'run', 'replay', 'load'])('%s explains itself with an example', async command => {
    const { code, lines } = await run([command, '--help'])
    expect(code).toBe(0)
    expect(lines.join('\n')).toMatch(new RegExp(`Example:\\n\\s+npm run simulator -- ${command} `))
  })

  test('of run names every fault with its defaults', async () => {
    const { lines } = await run(['run', '--help'])
    for (const fault of FAULTS) {
      expect(lines.map(line => line.trim())).toContain(faultForm(fault))
      expect(lines.map(line => line.trim())).toContain(fault.about)
    }
  })
})

describe('wrong use is one sentence and an exit code', () => {
  test.each([
    [['bogus'], 2, /unknown command 'bogus'/],
    [['run', '--port', '99999'], 2, /Expected a whole number from 1 to 65535/],
    [['run', '--fault', 'fire'], 2, /there is no fault "fire"; known are silent-logger/],
    [['run', '--fleet', '/nowhere.json'], 2, /Cannot read the fleet file \/nowhere\.json: it does not exist/],
    [['run', '--journal', '/nowhere/j'], 2, /Cannot write the journal \/nowhere\/j: it does not exist/],
    [['replay', '/nowhere.json'], 2, /\/nowhere\.json cannot be used: it does not exist/],
    [['load', '--in-flight', '256'], 2, /Expected a whole number from 0 to 255/],
  ])('%j', async (args, expected, message) => {
    const { code, stderr } = await run(args)
    expect(code).toBe(expected)
    expect(stderr).toMatch(message)
    expect(stderr.trim().split('\n')).toHaveLength(1)
  })

  test('a wrong environment is exit 78', async () => {
    const { code, stderr } = await run(['fleet'], { SIMULATOR_PORT: 'eighty' })
    expect(code).toBe(78)
    expect(stderr).toMatch(/SIMULATOR_PORT/)
  })

  test('nobody there is exit 1', async () => {
    server = await startAckingServer()
    const { port } = server
    await server.stop()
    server = null
    const file = join(folder, 'one.hex')
    writeFileSync(file, 'a501001047992b4e5dd0af004615')
    const replayed = await run(['replay', file, '--port', String(port)])
    expect(replayed).toMatchObject({
      code: 1,
      stderr: `Cannot talk to 127.0.0.1:${port}: nobody listens there.\n`,
    })
    const loaded = await run(['load', '--port', String(port), '--seconds', '0.2'])
    expect(loaded).toMatchObject({ code: 1, stderr: `Nobody answers at 127.0.0.1:${port}.\n` })
  })
})

test('fleet prints what run reads, and the environment gives its defaults', async () => {
  const { code, lines } = await run(['fleet', '--seed', '9'], { SIMULATOR_LOGGERS: '3' })
  expect(code).toBe(0)
  expect(JSON.parse(lines.join(''))).toEqual(createFleet({ loggers: 3, seed: 9 }))
})

test('run: stats each second, SIGTERM ends it within a second, and the journal holds every acked record', async () => {
  server = await startAckingServer()
  const journal = join(folder, 'journal.jsonl')
  const { child, reader, exited } = start([
    ...['run', '--port', String(server.port), '--loggers', '40', '--speed', '120', '--json'],
    ...['--start', '2026-06-21T10:00:00Z', '--journal', journal],
  ])
  let enough = 0
  for await (const line of reader) {
    const stats = JSON.parse(line)
    expect(stats.type).toBe('stats')
    // The file knows at least what the line has counted.
    expect(readFileSync(journal, 'utf8').split('\n').length - 1).toBeGreaterThanOrEqual(stats.data_acked)
    if (stats.data_acked > 20) {
      enough = stats.data_acked
      break
    }
  }
  const killedAt = performance.now()
  child.kill('SIGTERM')
  const { code, lines, stderr } = await exited
  expect(stderr).toBe('')
  expect(code).toBe(0)
  // Promised is one second; the other one is for a machine that runs all tests at once.
  expect(performance.now() - killedAt).toBeLessThan(2_000)
  const last = JSON.parse(lines.at(-1) ?? '{}')
  expect(last.data_acked).toBeGreaterThanOrEqual(enough)
  const entries = readFileSync(journal, 'utf8')
    .trim()
    .split('\n')
    .map(line => JSON.parse(line))
  expect(entries).toHaveLength(last.data_acked)
  const arrived = new Set(
    server.arrivals.flatMap(({ frame }) => {
      const message = decodeMessage(frame)
      return message.type === 'data'
        ? [`${frame.loggerSerial} ${message.recordCounter} ${message.buffered} ${dedupeKey(message)}`]
        : []
    }),
  )
  for (const entry of entries) {
    const { logger_serial, record_counter, buffered, dedupe_key } = entry
    expect(arrived.has(`${logger_serial} ${record_counter} ${buffered} ${dedupe_key}`)).toBe(true)
  }
})

test('run: nobody listens, and it goes on until its time is over', async () => {
  const { code, lines } = await run([
    'run',
    '--port',
    '1',
    '--seconds',
    '0.5',
    '--start',
    '2026-06-21T10:00:00Z',
  ])
  expect(code).toBe(0)
  expect(lines.at(-1)).toMatch(/^0 connected, \d+ asleep \| frames 0 sent/)
})

test('run: the first line says which faults are going to happen, and which mails they lead to', async () => {
  const { lines } = await run([
    ...['run', '--port', '1', '--seconds', '0.3', '--json'],
    ...['--fault', 'api-down:after=0', '--fault', 'flood:count=1,after=60'],
  ])
  const [planned, ...rest] = lines.map(line => JSON.parse(line))
  expect(planned).toMatchObject({
    type: 'faults',
    planned: [
      { name: 'api-down', seconds: 600, after: 0, has_defaults: true, mails: [{ rule: 'TargetDown' }] },
      { name: 'flood', count: 1, after: 60, has_defaults: false, mails: [] },
    ],
  })
  expect(rest).toContainEqual(expect.objectContaining({ type: 'fault', name: 'api-down', phase: 'begin' }))
  expect(rest.map(({ type }) => type)).not.toContain('faults')
})

test('load prints its result as one JSON line', async () => {
  server = await startAckingServer()
  const { code, lines } = await run([
    ...['load', '--port', String(server.port), '--connections', '3', '--ping-pong', '--seconds', '0.3'],
  ])
  expect(code).toBe(0)
  expect(lines).toHaveLength(1)
  expect(JSON.parse(lines[0]!)).toMatchObject({ connections: 3, in_flight: 1, unexpected_answers: 0 })
})

test('replay exits 1 when an answer is missing', async () => {
  server = await startAckingServer({ answer: () => null })
  const file = join(folder, 'heartbeat.hex')
  writeFileSync(file, 'a501001047992b4e5dd0af004615 # heartbeat')
  const { code, lines } = await run(['replay', file, '--port', String(server.port), '--timeout-ms', '200'])
  expect(code).toBe(1)
  expect(JSON.parse(lines[0]!)).toMatchObject({ name: 'line 1', ok: false, ack_hex: null })
})
