// Sessions: each refresh token is good once; a second use revokes the family.
import { randomUUID } from 'node:crypto'
import { createTestDatabase, type TestDatabase } from '@deye-hard/testkit'
import pg from 'pg'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { type OpenStore, openStore } from './store.ts'

const NOW = new Date('2026-06-15T12:00:00.000Z')
const DAY_MS = 86_400_000
const LATER = new Date('2026-07-15T12:00:00.000Z')

let database: TestDatabase
let store: OpenStore
let sql: pg.Pool
let userId: number
let familyId: string
let tokens: number

beforeAll(async () => {
  database = await createTestDatabase()
  store = openStore({ databaseUrl: database.url })
  sql = new pg.Pool({ connectionString: database.url })
  await store.migrate()
  const added = await store.users.add({ email: 'a@example.org', passwordHash: 'h', role: 'user' })
  if (added.outcome !== 'added') throw new Error('not added')
  userId = added.id
})

beforeEach(async () => {
  familyId = randomUUID()
  tokens = 0
  await store.sessions.open({ userId, familyId, tokenHash: token(0), expiresAt: LATER })
})

afterAll(async () => {
  await sql.end()
  await store.close()
  await database.drop()
})

function token(number: number): Buffer {
  return Buffer.from(`${familyId} ${number}`)
}

function rotate(number: number, now = NOW, expiresAt = LATER) {
  tokens += 1
  return store.sessions.rotate({
    tokenHash: token(number),
    nextTokenHash: token(tokens),
    expiresAt,
    now,
  })
}

it('rotates from token to token', async () => {
  expect(await rotate(0)).toEqual({ outcome: 'rotated', userId, familyId })
  expect(await rotate(1)).toEqual({ outcome: 'rotated', userId, familyId })
  expect(await store.sessions.isFamilyActive(familyId)).toBe(true)
})

it('revokes the family when a used token comes again', async () => {
  await rotate(0)
  expect(await rotate(0)).toEqual({ outcome: 'reused', userId, familyId })
  expect(await rotate(1)).toEqual({ outcome: 'revoked' })
  expect(await store.sessions.isFamilyActive(familyId)).toBe(false)
})

it('lets one of two simultaneous uses through', async () => {
  const outcomes = (await Promise.all([rotate(0), rotate(0)])).map(({ outcome }) => outcome)
  expect(outcomes.sort()).toEqual(['reused', 'rotated'])
  expect(await store.sessions.isFamilyActive(familyId)).toBe(false)
})

it('refuses an expired and an unknown token', async () => {
  expect(await rotate(0, LATER)).toEqual({ outcome: 'expired' })
  expect(await rotate(99)).toEqual({ outcome: 'unknown' })
})

it('ends a session by any of its tokens', async () => {
  await rotate(0)
  expect(await store.sessions.revokeByToken(token(0))).toEqual({ outcome: 'revoked' })
  expect(await rotate(1)).toEqual({ outcome: 'revoked' })
  expect(await store.sessions.revokeByToken(token(77))).toEqual({ outcome: 'unknown' })
})

it('forgets sessions a week after their last token expired', async () => {
  const later = new Date(LATER.getTime() + 8 * 86_400_000)
  expect((await store.maintain(LATER)).sessions).toBe(0)
  expect((await store.maintain(later)).sessions).toBeGreaterThan(0)
  expect(await rotate(0)).toEqual({ outcome: 'unknown' })
})

it('forgets the used tokens of a session that goes on, a week after each expired', async () => {
  const day = (days: number) => new Date(NOW.getTime() + days * DAY_MS)
  const tokenCount = async () =>
    (await sql.query('SELECT 1 FROM refresh_token WHERE family_id = $1', [familyId])).rowCount
  // Each is good for 30 days: the first until day 30, the others until day 50, 70 and 90.
  for (const [number, days] of [20, 40, 60].entries()) await rotate(number, day(days), day(days + 30))
  await store.maintain(day(36))
  expect(await tokenCount()).toBe(4)
  expect((await store.maintain(day(58))).usedTokens).toBe(2)
  expect(await rotate(0, day(61))).toEqual({ outcome: 'unknown' })
  expect(await store.sessions.isFamilyActive(familyId)).toBe(true)
  expect(await rotate(2, day(61))).toEqual({ outcome: 'reused', userId, familyId })
})

it('keeps the last token of a session for the time in which its late use is told', async () => {
  expect((await store.maintain(new Date(LATER.getTime() + 6 * DAY_MS))).usedTokens).toBe(0)
  expect(await rotate(0, new Date(LATER.getTime() + 6 * DAY_MS))).toEqual({ outcome: 'expired' })
})

it('drops used tokens in bounded runs', async () => {
  await sql.query(
    `INSERT INTO refresh_token (token_hash, family_id, expires_at, used_at)
     SELECT int4send(n), $1, $2, $2 FROM generate_series(1, 210000) AS n`,
    [familyId, NOW],
  )
  const later = new Date(NOW.getTime() + 8 * DAY_MS)
  expect((await store.maintain(later)).usedTokens).toBe(200_000)
  expect((await store.maintain(later)).usedTokens).toBe(10_000)
})

it('keeps service clients with the newest secret', async () => {
  const client = { clientId: 'collector', secretHash: Buffer.from('a'), scopes: ['measurements:write'] }
  await store.serviceClients.put(client)
  await store.serviceClients.put({ ...client, secretHash: Buffer.from('b') })
  expect(await store.serviceClients.find('collector')).toEqual({
    ...client,
    secretHash: Buffer.from('b'),
    disabledAt: null,
  })
  expect(await store.serviceClients.find('nobody')).toBeNull()
})
