// Inverters: who sees which, one logger for one inverter, and a version that follows the registrations.
import { createTestDatabase, type TestDatabase } from '@deye-hard/testkit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type OpenStore, openStore, type Viewer } from './index.ts'

const SITE = { latitude: 52.5, longitude: 13.4, timezone: 'Europe/Berlin' }

let database: TestDatabase
let store: OpenStore
const viewers: Record<string, Viewer> = {}
const inverters: Record<string, number> = {}

beforeAll(async () => {
  database = await createTestDatabase()
  store = openStore({ databaseUrl: database.url })
  await store.migrate()
  const [home, barn] = [await addSite('home'), await addSite('barn')]
  inverters.roof = await addInverter(100, home)
  inverters.garage = await addInverter(101, home)
  inverters.barn = await addInverter(102, barn)
  viewers.owner = await addViewer('owner@example.org', [home, barn])
  viewers.guest = await addViewer('guest@example.org', [barn])
  viewers.stranger = await addViewer('stranger@example.org', [])
  viewers.admin = { kind: 'all' }
})

afterAll(async () => {
  await store.close()
  await database.drop()
})

const addSite = (name: string) => store.inverters.addSite({ name, ...SITE })

async function addInverter(loggerSerial: number, siteId: number): Promise<number> {
  const added = await store.inverters.add({ loggerSerial, siteId, name: `number ${loggerSerial}` })
  if (added.outcome !== 'added') throw new Error('taken')
  return added.id
}

async function addViewer(email: string, siteIds: number[]): Promise<Viewer> {
  const added = await store.users.add({ email, passwordHash: 'h', role: 'user' })
  if (added.outcome !== 'added') throw new Error('exists')
  for (const siteId of siteIds) await store.inverters.addMember(siteId, added.id)
  for (const siteId of siteIds) await store.inverters.addMember(siteId, added.id)
  return { kind: 'user', userId: added.id }
}

describe.each([
  ['owner', ['roof', 'garage', 'barn']],
  ['guest', ['barn']],
  ['stranger', []],
  ['admin', ['roof', 'garage', 'barn']],
])('%s', (name, visible) => {
  const viewer = () => viewers[name] as Viewer

  it('lists exactly the inverters of the own sites', async () => {
    const list = await store.inverters.list(viewer(), { limit: 10 })
    expect(list.map(({ id }) => id)).toEqual(visible.map(key => inverters[key]))
  })

  it.each(['roof', 'garage', 'barn'])('finds %s only when it may be seen', async key => {
    const found = await store.inverters.find(viewer(), inverters[key] as number)
    expect(found?.id ?? null).toBe(visible.includes(key) ? inverters[key] : null)
  })
})

it('pages behind the last id and does not find what does not exist', async () => {
  const all: Viewer = { kind: 'all' }
  const first = await store.inverters.list(all, { limit: 2 })
  const rest = await store.inverters.list(all, { limit: 2, afterId: first.at(-1)!.id })
  expect([...first, ...rest].map(({ loggerSerial }) => loggerSerial)).toEqual([100, 101, 102])
  expect(await store.inverters.find(all, 999_999)).toBeNull()
  expect(first[0]).toMatchObject({
    site: { name: 'home', ...SITE },
    hasBattery: false,
    uploadIntervalS: 60,
    state: null,
  })
})

it('binds a logger to one inverter', async () => {
  const site = await store.inverters.findSiteByName('home')
  const again = await store.inverters.add({ loggerSerial: 100, siteId: site!.id, name: 'twice' })
  expect(again).toEqual({ outcome: 'logger_taken', inverterId: inverters.roof })
  expect(await store.inverters.findSiteByName('nowhere')).toBeNull()
})

it('changes the version with the registrations and not otherwise', async () => {
  const before = await store.inverters.registrationsVersion()
  expect(await store.inverters.registrationsVersion()).toBe(before)
  await addInverter(103, await addSite('shed'))
  expect(await store.inverters.registrationsVersion()).not.toBe(before)
  expect((await store.inverters.registrations()).at(-1)).toEqual({
    loggerSerial: 103,
    inverterId: expect.any(Number),
    siteId: expect.any(Number),
    ...SITE,
    hasBattery: false,
    uploadIntervalS: 60,
  })
})
