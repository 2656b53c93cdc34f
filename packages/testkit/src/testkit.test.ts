// The aids of tests: databases of their own, waiting, a clock that stands still, real processes.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Writable } from 'node:stream'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestDatabase, databaseKinds, fixedClock, isAlive, spawnNode, waitUntil } from './index.ts'

async function query(url: string, statement: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query(statement)).rows
  } finally {
    await client.end()
  }
}

describe.each(await databaseKinds())('a test database of kind $name', ({ name, missing, create }) => {
  it.skipIf(missing)('is empty, its own, of that kind, and gone after drop', async () => {
    const [one, two] = await Promise.all([create(), create()])
    expect(one.timescale).toBe(name === 'timescale')
    await query(one.url, 'CREATE TABLE mine (n integer)')
    expect(await query(two.url, `SELECT to_regclass('mine') AS mine`)).toEqual([{ mine: null }])
    const extension = await query(one.url, `SELECT 1 FROM pg_extension WHERE extname = 'timescaledb'`)
    expect(extension).toHaveLength(name === 'timescale' ? 1 : 0)
    await Promise.all([one.drop(), two.drop()])
    await expect(query(one.url, 'SELECT 1')).rejects.toMatchObject({ code: '3D000' })
  })
})

it('gives any database where no kind is named', async () => {
  const database = await createTestDatabase()
  expect(await query(database.url, 'SELECT 1 AS n')).toEqual([{ n: 1 }])
  await database.drop()
})

it('waits until a condition gives a value, and names what did not come', async () => {
  let calls = 0
  expect(await waitUntil(() => (++calls < 3 ? null : calls))).toBe(3)
  const never = waitUntil(() => false, { timeoutMs: 50, what: 'rain' })
  await expect(never).rejects.toThrow('rain did not come within 50 ms')
})

it('has a clock that moves only when it is told to', () => {
  const clock = fixedClock('2026-06-15T12:00:00.000Z')
  clock.advance(1_500)
  expect(clock().toISOString()).toBe('2026-06-15T12:00:01.500Z')
  clock.set('2030-01-01T00:00:00.000Z')
  expect(clock().getUTCFullYear()).toBe(2030)
})

describe('a process', () => {
  let folder: string
  let entry: string

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'deye-hard-spawn-'))
    entry = join(folder, 'echo.mjs')
    await writeFile(
      entry,
      `console.log(JSON.stringify({ message: 'listening', port: 7, given: process.env.GIVEN, home: process.env.HOME }))
       process.stdin.on('data', text => console.log('echo ' + text)).on('end', () => process.exit(3))`,
    )
  })

  afterAll(() => rm(folder, { recursive: true, force: true }))

  it('is heard line by line, spoken to, and leaves a code; only the given environment reaches it', async () => {
    const child = spawnNode(entry, { GIVEN: 'yes' })
    expect(await child.waitForMessage('listening')).toEqual({ message: 'listening', port: 7, given: 'yes' })
    child.write('hello')
    await child.waitForLine(/^echo hello/)
    child.endInput()
    expect(await child.exited).toEqual({ code: 3, signal: null })
    await expect(child.waitForLine(/never/)).rejects.toThrow('ended before the line came')
  })

  it('can be killed, and its silence is bounded', async () => {
    const child = spawnNode(entry)
    await expect(child.waitForLine(/never/, 100)).rejects.toThrow('no such line within 100 ms')
    child.kill('SIGKILL')
    expect(await child.exited).toEqual({ code: null, signal: 'SIGKILL' })
    expect(isAlive(child.pid)).toBe(false)
  })

  it.skipIf(process.platform !== 'linux')('that nobody asked about its end is not alive', async () => {
    // `cat` takes the place of the shell and knows nothing of the child that the shell has left it, which ends only then.
    const script = '(read line <&3) & echo $!; exec cat'
    const parent = spawn('sh', ['-c', script], { stdio: ['pipe', 'pipe', 'inherit', 'pipe'] })
    const [pid] = (await once(parent.stdout!, 'data')).map(Number)
    await waitUntil(() => readFileSync(`/proc/${parent.pid}/comm`, 'utf8') === 'cat\n')
    const toChild = parent.stdio[3] as Writable
    toChild.end('\n')
    await waitUntil(() => !isAlive(pid!))
    expect(process.kill(pid!, 0)).toBe(true)
    expect(isAlive(parent.pid!)).toBe(true)
    parent.stdin!.end()
    await once(parent, 'close')
  })
})
