// The access check asks once, forgets in time, and never remembers more than it may.
import { fixedClock } from '@deye-hard/testkit'
import { expect, test } from 'vitest'
import { createAccessMemory } from '../src/access-memory.ts'
import { openHarness } from './harness.ts'

const harness = await openHarness()
const userId = await harness.addUser('owner@example.org')

async function session(): Promise<string> {
  const familyId = crypto.randomUUID()
  const tokenHash = Buffer.from(crypto.getRandomValues(new Uint8Array(32)))
  await harness.store.sessions.open({ userId, familyId, tokenHash, expiresAt: new Date(Date.now() + 60_000) })
  return familyId
}

test('remembers for ACCESS_CACHE_TTL and no longer', async () => {
  const clock = fixedClock(new Date())
  const settings = { accessCacheTtl: 5_000, accessCacheEntries: 10 }
  const memory = createAccessMemory({ store: harness.store, clock, settings })
  const id = await harness.addUser('leaver@example.org')
  const familyId = crypto.randomUUID()
  const tokenHash = Buffer.alloc(32, 1)
  await harness.store.sessions.open({
    userId: id,
    familyId,
    tokenHash,
    expiresAt: new Date(Date.now() + 60_000),
  })
  expect(await memory.activeUser(id, familyId)).toMatchObject({ id })
  await harness.store.users.disable('leaver@example.org')
  clock.advance(4_999)
  expect(await memory.activeUser(id, familyId)).toMatchObject({ id })
  clock.advance(1)
  expect(await memory.activeUser(id, familyId)).toBeNull()
})

test('ACCESS_CACHE_ENTRIES: the oldest is forgotten first', async () => {
  let asked = 0
  const users = {
    ...harness.store.users,
    findById: (id: number) => {
      asked += 1
      return harness.store.users.findById(id)
    },
  }
  const settings = { accessCacheTtl: 60_000, accessCacheEntries: 2 }
  const memory = createAccessMemory({ store: { ...harness.store, users }, clock: harness.clock, settings })
  const sessions = [await session(), await session(), await session()]
  for (const familyId of sessions) await memory.activeUser(userId, familyId)
  expect(asked).toBe(3)
  await memory.activeUser(userId, sessions[2]!)
  expect(asked).toBe(3)
  await memory.activeUser(userId, sessions[0]!)
  expect(asked).toBe(4)
})
