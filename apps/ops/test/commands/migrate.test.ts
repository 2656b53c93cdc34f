// `ops migrate`, and what every command says about a database that is absent, closed or empty.
import { createTestDatabase, type TestDatabase } from '@deye-hard/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { answerOf, runOps } from '../run-ops.ts'

let database: TestDatabase
let env: Record<string, string>

beforeAll(async () => {
  database = await createTestDatabase()
  env = { DATABASE_URL: database.url }
})
afterAll(() => database?.drop())

test('an empty database: --check says what is missing and changes nothing, other commands name the way out', async () => {
  const check = await runOps(['migrate', '--check'], { env })
  expect(check.code).toBe(1)
  expect(check.stderr).toMatch(/^The schema is not current \(.*0001.*\): run `npm run ops -- migrate`\.\n$/)
  const list = await runOps(['user', 'list'], { env })
  expect(list.code).toBe(78)
  expect(list.stderr).toContain('run `npm run ops -- migrate` first')
})

test('migrate applies all, twice is safe, --check agrees', async () => {
  const first = (await answerOf(['migrate'], { env })) as { applied: string[]; current: string }
  expect(first.applied.at(-1)).toBe(first.current)
  const second = (await answerOf(['migrate'], { env })) as { applied: string[]; current: string }
  expect(second).toMatchObject({ applied: [], current: first.current })
  expect(await answerOf(['migrate', '--check'], { env })).toEqual({ outcome: 'current' })
})

test('a server that is away gives 69 and one sentence', async () => {
  const away = { DATABASE_URL: 'postgres://solar:hidden-secret@127.0.0.1:1/solar' }
  for (const args of [['migrate', '--check'], ['migrate'], ['user', 'list']]) {
    const { code, stderr } = await runOps(args, { env: away })
    expect([args, code]).toEqual([args, 69])
    expect(stderr).toMatch(/^The database does not answer \(.*127\.0\.0\.1:1.*\): .*\.\n$/)
    expect(stderr).not.toContain('hidden-secret')
  }
})

test('a wrong password gives 78 and one sentence', async () => {
  const url = new URL(database.url)
  url.password = 'wrong'
  const { code, stderr } = await runOps(['user', 'list'], { env: { DATABASE_URL: url.href } })
  expect(stderr).toMatch(
    /^The database refused \(.*\): check user, password and database name in DATABASE_URL\.\n$/,
  )
  expect(code).toBe(78)
})

test('no database named gives 78 and both ways to name one', async () => {
  const { code, stderr } = await runOps(['user', 'list'])
  expect(code).toBe(78)
  expect(stderr).toBe(
    'No database is named: set DATABASE_URL, or run `npm start` in another terminal and try again.\n',
  )
})
