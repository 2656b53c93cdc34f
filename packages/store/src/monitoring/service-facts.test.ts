// Users, sessions and ledger as metrics see them: correct at the edges, and cheap with 100,000 users.
import { randomUUID } from 'node:crypto'
import { createTestDatabase, type TestDatabase } from '@deye-hard/testkit'
import pg from 'pg'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { batchOf, DAY_MS, event, NOW, reading } from '../../test/fixture.ts'
import { migrate, readMigrations } from '../migrate.ts'
import { completeOptions } from '../settings.ts'
import { type OpenStore, openStore } from '../store.ts'
import { SERVICE_FACTS } from './service-facts.ts'

const TOKEN_LIFE_MS = 30 * DAY_MS
const ACTIVITY = '0006_session_activity'
/** One user for every 100 s back from NOW, and a second session of each twice as far back. */
const LAST_USED = `timestamptz '2026-06-15 12:00Z' - id * n * interval '100 s'`

let database: TestDatabase
let store: OpenStore
let client: pg.Client

beforeEach(async () => {
  database = await createTestDatabase()
  store = openStore({ databaseUrl: database.url })
  client = new pg.Client({ connectionString: database.url })
  await client.connect()
})

afterEach(async () => {
  await client.end()
  await store.close()
  await database.drop()
})

const at = (days: number) => new Date(NOW.getTime() + days * DAY_MS)
const facts = (days: number) => store.monitoring.serviceFacts(at(days))

async function addUser(name: string): Promise<number> {
  const added = await store.users.add({ email: `${name}@example.org`, passwordHash: 'h', role: 'user' })
  if (added.outcome !== 'added') throw new Error(`${name} is taken`)
  return added.id
}

async function logIn(userId: number, now: Date): Promise<Buffer> {
  const tokenHash = Buffer.from(randomUUID())
  const expiresAt = new Date(now.getTime() + TOKEN_LIFE_MS)
  await store.sessions.open({ userId, familyId: randomUUID(), tokenHash, expiresAt, now })
  return tokenHash
}

async function refresh(tokenHash: Buffer, now: Date): Promise<Buffer> {
  const nextTokenHash = Buffer.from(randomUUID())
  const expiresAt = new Date(now.getTime() + TOKEN_LIFE_MS)
  await store.sessions.rotate({ tokenHash, nextTokenHash, expiresAt, now })
  return nextTokenHash
}

describe('counts', () => {
  beforeEach(() => store.migrate())

  it('nothing in an empty database', async () => {
    expect(await facts(0)).toEqual({
      activeUsers: 0,
      activeSessions: 0,
      ledger: { stored: 0, duplicates: 0, quarantined: 0, events: 0 },
    })
  })

  it('each user once who logged in or refreshed within 24 h', async () => {
    const [a, b] = [await addUser('a'), await addUser('b')]
    const token = await logIn(a, at(0))
    await logIn(a, at(0))
    await logIn(b, at(0))
    expect(await facts(0)).toMatchObject({ activeUsers: 2, activeSessions: 3 })
    expect((await facts(1)).activeUsers).toBe(2)
    expect((await facts(1.01)).activeUsers).toBe(0)
    await refresh(token, at(5))
    expect(await facts(5)).toMatchObject({ activeUsers: 1, activeSessions: 3 })
    expect((await facts(6.01)).activeUsers).toBe(0)
  })

  it('sessions for as long as their newest token can be used', async () => {
    const token = await logIn(await addUser('a'), at(0))
    expect((await facts(29.9)).activeSessions).toBe(1)
    expect((await facts(30)).activeSessions).toBe(0)
    await refresh(token, at(20))
    expect((await facts(49.9)).activeSessions).toBe(1)
    expect((await facts(50)).activeSessions).toBe(0)
  })

  it('no session that ended by log-out, reuse or a disabled account', async () => {
    const userId = await addUser('a')
    const [left, reused, kept] = [await logIn(userId, at(0)), await logIn(userId, at(0)), at(0)]
    await logIn(userId, kept)
    await store.sessions.revokeByToken(left)
    expect((await facts(0)).activeSessions).toBe(2)
    await refresh(reused, at(0))
    await refresh(reused, at(0))
    expect((await facts(0)).activeSessions).toBe(1)
    await store.users.disable('a@example.org')
    expect(await facts(0)).toMatchObject({ activeSessions: 0, activeUsers: 1 })
  })

  it('the ledger of all collectors', async () => {
    const siteId = await store.inverters.addSite({ name: 's', latitude: 1, longitude: 1, timezone: 'UTC' })
    await store.inverters.add({ loggerSerial: 7, name: 'i', siteId })
    await store.ingest.ingest(batchOf([reading(7, 1), reading(8, 2), event(7, 3)], 'first'), NOW)
    await store.ingest.ingest(batchOf([reading(7, 1), reading(7, 4)], 'second'), NOW)
    expect((await facts(0)).ledger).toEqual({ stored: 2, duplicates: 1, quarantined: 1, events: 1 })
  })
})

it('knows sessions that were opened before the migration', async () => {
  const migrations = readMigrations()
  const before = migrations.filter(({ name }) => name < ACTIVITY)
  await migrate(completeOptions({ databaseUrl: database.url }), before)
  await client.query(`
    INSERT INTO app_user (email, password_hash, role) VALUES ('old@x', 'h', 'user'), ('new@x', 'h', 'user'), ('none@x', 'h', 'user');
    INSERT INTO session_family (family_id, user_id, created_at)
      SELECT gen_random_uuid(), id, timestamptz '2026-06-01' FROM app_user;
    INSERT INTO refresh_token (token_hash, family_id, used_at, expires_at)
      SELECT convert_to(email || n, 'UTF8'), family_id,
             CASE WHEN n = 1 AND email = 'new@x' THEN timestamptz '2026-06-15' END,
             timestamptz '2026-07-01' + n * interval '10 days'
      FROM app_user JOIN session_family ON user_id = id, generate_series(1, 2) AS n WHERE email <> 'none@x'`)
  await store.migrate()
  expect(await facts(0)).toMatchObject({ activeUsers: 1, activeSessions: 2 })
  expect((await store.monitoring.serviceFacts(new Date('2026-07-20T23:59:59Z'))).activeSessions).toBe(2)
  expect((await store.monitoring.serviceFacts(new Date('2026-07-21T00:00:01Z'))).activeSessions).toBe(0)
})

it('reads indexes only, not the table, with many users', async () => {
  await store.migrate()
  // Or vacuum cannot yet know that the rows are visible to all, and the plan is another one.
  await client.query('SET synchronous_commit = on')
  await client.query(`
    INSERT INTO app_user (email, password_hash, role) SELECT n || '@x', 'h', 'user' FROM generate_series(1, 20000) AS n;
    INSERT INTO session_family (family_id, user_id, last_used_at, open_until, revoked_at)
      SELECT gen_random_uuid(), id, ${LAST_USED}, ${LAST_USED} + interval '20 days',
             CASE WHEN id % 3 = 0 THEN timestamptz '2026-06-01' END
      FROM app_user, generate_series(1, 2) AS n`)
  await client.query('VACUUM ANALYZE session_family')
  const { rows } = await client.query(`EXPLAIN ${SERVICE_FACTS}`, [at(0), at(-1)])
  const plan = rows.map(row => row['QUERY PLAN']).join('\n')
  expect(plan).toMatch(/Index Only Scan using session_family_last_used/)
  expect(plan).toMatch(/Index Only Scan using session_family_open/)
  expect(plan).not.toMatch(/Seq Scan on session_family/)
  expect((await facts(0)).activeUsers).toBe(864)
})
