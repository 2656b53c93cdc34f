// The observer hears of every statement by its name, inside of its unit, and of nothing else.
import { createTestDatabase, type TestDatabase, waitUntil } from '@deye-hard/testkit'
import pg from 'pg'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { batchOf, NOW, range, reading } from '../test/fixture.ts'
import { recordingObserver } from '../test/recording-observer.ts'
import type { Client } from './database.ts'
import { type OpenStore, openStore } from './index.ts'

const SERIAL = 2_700_000_001

const observer = recordingObserver()
let database: TestDatabase
let store: OpenStore
let other: pg.Client

beforeAll(async () => {
  database = await createTestDatabase()
  store = openStore({ databaseUrl: database.url, databasePoolMax: 1 }, { observer })
  other = new pg.Client({ connectionString: database.url })
  await other.connect()
  await store.migrate()
  const siteId = await store.inverters.addSite({ name: 's', latitude: 52, longitude: 13, timezone: 'UTC' })
  await store.inverters.add({ loggerSerial: SERIAL, name: 'i', siteId })
})

beforeEach(() => observer.clear())

afterAll(async () => {
  await other.end()
  await store.close()
  await database.drop()
})

it('shows a batch as one unit with its statements inside', async () => {
  await store.ingest.ingest(batchOf([reading(SERIAL, 1)]), NOW)
  expect(observer.seen.map(({ operation, parent }) => [operation, parent])).toEqual([
    ['ingest.batch', null],
    ['transaction.begin', 'ingest.batch'],
    ['ingest.claim', 'ingest.batch'],
    ['ingest.find_registrations', 'ingest.batch'],
    ['ingest.insert_keys', 'ingest.batch'],
    ['ingest.insert_rows', 'ingest.batch'],
    ['ingest.lock_states', 'ingest.batch'],
    ['ingest.write_states', 'ingest.batch'],
    ['ingest.remember', 'ingest.batch'],
    ['ledger.change', 'ingest.batch'],
    ['transaction.commit', 'ingest.batch'],
  ])
  expect(observer.seen.every(({ error }) => error === null)).toBe(true)
})

it('shows each attempt of a batch, and why one was not the last', async () => {
  await store.ingest.ingest(batchOf([reading(SERIAL, 2)]), NOW)
  await other.query('DELETE FROM message_key')
  observer.clear()
  const outcomes = await store.ingest.ingest(batchOf([reading(SERIAL, 2), reading(SERIAL, 3)]), NOW)
  expect(outcomes.map(({ outcome }) => outcome)).toEqual(['duplicate', 'stored'])
  const batches = observer.seen.filter(({ operation }) => operation === 'ingest.batch')
  expect(batches.map(({ error }) => error)).toEqual(['RowsMissingError', null])
  expect(observer.names()).toContain('transaction.rollback')
  expect(observer.names()).toContain('ingest.savepoint')
})

it('names the kind of error on the statement and on its unit', async () => {
  const [{ id }] = (await other.query('SELECT id FROM site')).rows as [{ id: number }]
  const added = await store.inverters.add({ loggerSerial: SERIAL, name: 'again', siteId: id })
  expect(added.outcome).toBe('logger_taken')
  expect(observer.seen.map(({ operation, error }) => [operation, error])).toEqual([
    ['inverters.add', '23505'],
    ['transaction.begin', null],
    ['inverters.insert', '23505'],
    ['transaction.rollback', null],
    ['inverters.find_by_logger', null],
  ])
})

it('hears no text and no value', async () => {
  await store.users.add({ email: 'secret@example.org', passwordHash: 'secret', role: 'user' })
  await store.users.disable('secret@example.org')
  expect(observer.seen.every(({ argumentCount }) => argumentCount === 2)).toBe(true)
  expect(JSON.stringify(observer.seen)).not.toMatch(/secret|SELECT|INSERT/)
})

it('counts the wait for a connection of the pool to the operation', async () => {
  await other.query('BEGIN; LOCK TABLE app_user')
  const blocked = store.users.list()
  const waiting = store.ledger.all()
  await waitUntil(() => store.pool.waiting === 1)
  expect(observer.seen.map(({ operation, error }) => [operation, error])).toEqual([
    ['users.list', undefined],
    ['ledger.all', undefined],
  ])
  await other.query('COMMIT')
  await Promise.all([blocked, waiting])
  expect(observer.seen.every(({ error }) => error === null)).toBe(true)
})

it('runs in parallel without mixing up parents', async () => {
  await Promise.all(range(5).map(n => store.ingest.ingest(batchOf([reading(SERIAL, 100 + n)]), NOW)))
  const inner = observer.seen.filter(({ operation }) => operation !== 'ingest.batch')
  expect(new Set(inner.map(({ parent }) => parent))).toEqual(new Set(['ingest.batch']))
})

it('hears of migrations, readiness and maintenance as runs of statements', async () => {
  await store.migrate()
  await store.ready()
  await store.maintain(NOW)
  const units = observer.seen.filter(({ parent }) => parent === null)
  expect(units.map(({ operation }) => operation)).toEqual(['store.migrate', 'store.ready', 'maintenance.run'])
  const within = observer.seen.filter(({ parent }) => parent === 'store.ready')
  expect(within.map(({ operation }) => operation)).toEqual([
    'migrations.find_history',
    'migrations.read_history',
  ])
})

it('does not compile without a name, with another one, or with a unit where a statement is', () => {
  const misuse = (client: Client) => [
    // @ts-expect-error no name
    client.query('SELECT 1'),
    // @ts-expect-error a name that is not on the list
    client.query('users.nothing', 'SELECT 1'),
    // @ts-expect-error the name of a unit
    client.query('ingest.batch', 'SELECT 1'),
  ]
  expect(misuse).toBeTypeOf('function')
})
