// error.type has few values and none that holds data.
import { createTestDatabase, type TestDatabase } from '@deye-hard/testkit'
import fc from 'fast-check'
import pg from 'pg'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { errorTypeOf } from './error-type.ts'
import { StoreError } from './errors.ts'
import { openStore } from './store.ts'

let database: TestDatabase

beforeAll(async () => {
  database = await createTestDatabase()
})

afterAll(() => database.drop())

async function typeOf(work: Promise<unknown>): Promise<string> {
  return errorTypeOf(await work.then(() => undefined).catch((error: unknown) => error))
}

async function typeOfStatement(text: string, config: pg.ClientConfig = {}): Promise<string> {
  const client = new pg.Client({ connectionString: database.url, ...config })
  client.on('error', () => {})
  await client.connect()
  const type = await typeOf(client.query(text))
  await client.end()
  return type
}

it('is the SQLSTATE where it tells something, else the general one of its class', async () => {
  expect(await typeOfStatement('SELECT * FROM nothing')).toBe('42P01')
  expect(await typeOfStatement('SELECT 1 / 0')).toBe('22000')
  expect(await typeOfStatement('SELECT pg_sleep(9)', { statement_timeout: 50 })).toBe('57014')
})

it('is the code of node where no server answers', async () => {
  const store = openStore({ databaseUrl: 'postgres://nobody:none@127.0.0.1:1/none' })
  expect(await typeOf(store.users.list())).toBe('ECONNREFUSED')
  await store.close()
})

it('has names for the errors of the driver that have no code', async () => {
  expect(await typeOfStatement('SELECT pg_sleep(0.5)', { query_timeout: 50 })).toBe('query_timeout')
  const store = openStore({
    databaseUrl: database.url,
    databasePoolMax: 1,
    databaseConnectTimeoutMs: 100,
  })
  const other = new pg.Client({ connectionString: database.url })
  await other.connect()
  await store.migrate()
  await other.query('BEGIN; LOCK TABLE app_user')
  const blocked = store.users.list()
  expect(await typeOf(store.ledger.all())).toBe('connect_timeout')
  await other.query('COMMIT')
  await blocked
  await other.end()
  await store.close()
  expect(await typeOf(store.users.list())).toBe('closed')
  expect(errorTypeOf(new Error('Connection terminated unexpectedly'))).toBe('connection_lost')
})

it('is the class of every other error', () => {
  expect(errorTypeOf(new TypeError('x'))).toBe('TypeError')
  expect(errorTypeOf(new StoreError('invalid_batch', {}))).toBe('StoreError')
  expect(errorTypeOf('text')).toBe('_OTHER')
})

it('never holds what a message or a stranger says', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (message, code) => {
      const error = Object.assign(new Error(message), { code })
      expect(errorTypeOf(error)).toMatch(/^([A-Z][A-Z0-9_]{2,40}|Error|[a-z]+_[a-z]+|closed)$/)
    }),
  )
})
