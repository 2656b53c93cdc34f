// Accounts of people on both kinds of database.
import { createTestDatabase, type TestDatabase } from '@deye-hard/testkit'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type OpenStore, openStore } from './index.ts'

let database: TestDatabase
let store: OpenStore

beforeAll(async () => {
  database = await createTestDatabase()
  store = openStore({ databaseUrl: database.url })
  await store.migrate()
})

afterAll(async () => {
  await store.close()
  await database.drop()
})

it('compares e-mail addresses in lower case and refuses a second account', async () => {
  const added = await store.users.add({ email: ' Ada@Example.org', passwordHash: 'h', role: 'admin' })
  expect(added).toEqual({ outcome: 'added', id: expect.any(Number) })
  expect(await store.users.add({ email: 'ada@example.ORG', passwordHash: 'x', role: 'user' })).toEqual({
    outcome: 'exists',
  })
  expect(await store.users.findByEmail('ADA@example.org')).toMatchObject({
    email: 'ada@example.org',
    passwordHash: 'h',
    role: 'admin',
    disabledAt: null,
  })
  expect(await store.users.findByEmail('nobody@example.org')).toBeNull()
})

it('finds by id and changes the password', async () => {
  const added = await store.users.add({ email: 'bob@example.org', passwordHash: 'old', role: 'user' })
  if (added.outcome !== 'added') throw new Error('not added')
  await store.users.setPasswordHash(added.id, 'new')
  expect(await store.users.findById(added.id)).toMatchObject({
    email: 'bob@example.org',
    passwordHash: 'new',
  })
  expect(await store.users.findById(added.id + 1_000)).toBeNull()
  expect((await store.users.list()).map(user => user.email)).toContain('bob@example.org')
})

it('disables once and revokes the sessions', async () => {
  const added = await store.users.add({ email: 'eve@example.org', passwordHash: 'h', role: 'user' })
  if (added.outcome !== 'added') throw new Error('not added')
  const familyId = crypto.randomUUID()
  const expiresAt = new Date(Date.now() + 60_000)
  await store.sessions.open({ userId: added.id, familyId, tokenHash: Buffer.from('eve'), expiresAt })
  expect(await store.sessions.isFamilyActive(familyId)).toBe(true)
  expect(await store.users.disable('EVE@example.org')).toEqual({ outcome: 'disabled' })
  expect(await store.users.disable('eve@example.org')).toEqual({ outcome: 'already_disabled' })
  expect(await store.users.disable('nobody@example.org')).toEqual({ outcome: 'unknown_user' })
  expect(await store.sessions.isFamilyActive(familyId)).toBe(false)
  expect((await store.users.findByEmail('eve@example.org'))?.disabledAt).toBeInstanceOf(Date)
})
