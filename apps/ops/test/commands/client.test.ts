// `ops client`: the secret is told once and only its hash is kept.
import { createHash } from 'node:crypto'
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openStore } from '@deye-hard/store'
import { createTestDatabase, type TestDatabase } from '@deye-hard/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { answerOf, runOps } from '../run-ops.ts'

let database: TestDatabase
let env: Record<string, string>
let folder: string

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'ops-client-'))
  database = await createTestDatabase()
  env = { DATABASE_URL: database.url }
  await answerOf(['migrate'], { env })
})
afterAll(async () => {
  rmSync(folder, { recursive: true })
  await database?.drop()
})

test('add shows a secret whose hash is in the database', async () => {
  const added = await answerOf(['client', 'add', 'collector-1'], { env })
  expect(added.scopes).toEqual(['measurements:write', 'loggers:read'])
  expect(added.client_secret).toMatch(/^[\w-]{43}$/)
  expect(await storedHash('collector-1')).toBe(sha256(added.client_secret as string))
})

test('add again is refused; --rotate writes a new secret to a file of the owner', async () => {
  const { code, stderr } = await runOps(['client', 'add', 'collector-1'], { env })
  expect([code, stderr]).toEqual([
    1,
    'There is a client collector-1 already: add --rotate to give it a new secret.\n',
  ])
  const file = join(folder, 'secret')
  const rotated = await runOps(['client', 'add', 'collector-1', '--rotate', '--secret-file', file], { env })
  const secret = readFileSync(file, 'utf8').trim()
  expect(rotated.stdout).not.toContain(secret)
  expect(statSync(file).mode & 0o777).toBe(0o600)
  expect(await storedHash('collector-1')).toBe(sha256(secret))
})

test('a secret that cannot be written changes nothing', async () => {
  const file = join(folder, 'no', 'such', 'folder')
  const { code, stderr } = await runOps(['client', 'add', 'collector-2', '--secret-file', file], { env })
  expect(code).toBe(2)
  expect(stderr).toContain('nothing was changed')
  expect(existsSync(file)).toBe(false)
  expect(await storedHash('collector-2')).toBeUndefined()
})

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

async function storedHash(id: string): Promise<string | undefined> {
  const store = openStore({ databaseUrl: database.url, databasePoolMax: 1 })
  try {
    return (await store.serviceClients.find(id))?.secretHash.toString('hex')
  } finally {
    await store.close()
  }
}
