// kill -9 of the database in the middle of ingest: the repeated batch is in the database once.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { batchOf, type Fixture, NOW, openFixture, range, reading } from '../../test/fixture.ts'
import { type EmbeddedServer, startEmbeddedServer } from '../embedded/index.ts'

const ROUNDS = 6
const BATCHES = 6
const MESSAGES = 100

let folder: string
let server: EmbeddedServer
let fixture: Fixture

// Durable settings: only those can keep the promise.
const start = (port: number) =>
  startEmbeddedServer({ dataDir: join(folder, 'pg'), port, password: 'test', database: 'solar' })

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'deye-hard-crash-'))
  server = await start(0)
  const create = async () => ({ url: server.url('solar'), timescale: false, drop: async () => {} })
  fixture = await openFixture(create)
  fixture.pool.on('error', () => {}) // idle connections break with the server
})

afterAll(async () => {
  await fixture.close()
  await server.stop()
  await rm(folder, { recursive: true, force: true })
})

it('stores each message of a repeated batch once, whenever the server was killed', async () => {
  const { serial, id } = await fixture.addLogger()
  let interrupted = 0
  for (let round = 0; round < ROUNDS; round += 1) {
    const batches = range(BATCHES).map(n => {
      const first = (round * BATCHES + n) * MESSAGES
      return batchOf(
        range(MESSAGES).map(m => reading(serial, first + m, { minutesAgo: (first + m) / 10 })),
        'crash',
      )
    })
    const attempts = batches.map(batch => fixture.store.ingest.ingest(batch, NOW))
    // Each round kills one commit later: before any, between, after all.
    await Promise.race([Promise.all(attempts.slice(0, round)), Promise.allSettled(attempts)]).catch(() => {})
    server.kill()
    const ended = await Promise.allSettled(attempts)
    interrupted += ended.filter(({ status }) => status === 'rejected').length
    server = await start(server.port)
    for (const batch of batches) {
      const outcomes = await fixture.store.ingest.ingest(batch, NOW)
      expect(outcomes.every(({ outcome }) => outcome === 'stored')).toBe(true)
    }
  }
  expect(interrupted).toBeGreaterThan(0)
  expect(await fixture.rowCount(id)).toBe(ROUNDS * BATCHES * MESSAGES)
  expect(await fixture.ledgerOf('crash')).toMatchObject({
    stored: ROUNDS * BATCHES * MESSAGES,
    duplicates: 0,
  })
})
