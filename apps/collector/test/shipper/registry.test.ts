// The list of known loggers: asked for, kept across a restart without an API, and never asked for too often.
import { expect, test, vi } from 'vitest'
import { LoggerRegistry } from '../../src/shipper/registry.ts'
import { openSpool } from '../../src/spool/spool.ts'
import { MIB, makeFolder, makeSpool } from '../spool/spool-folder.ts'
import { startFakeApi } from './fake-api.ts'
import { FakeClock } from './fake-clock.ts'
import { makeClient } from './shipping.ts'

const LOGGERS = [{ logger_serial: 11, inverter_id: 'i1' }, { logger_serial: 12 }]

test('nothing is known before the first list, everything in it afterwards', async () => {
  const api = await startFakeApi()
  api.loggers = { etag: '"a"', list: LOGGERS }
  const clock = new FakeClock()
  const registry = new LoggerRegistry({ client: makeClient(api.url, clock), spool: await makeSpool(), clock })
  expect(registry.isKnown(11)).toBe('unloaded')
  await registry.refresh()
  expect([11, 12, 13].map(serial => registry.isKnown(serial))).toEqual([true, true, false])
  expect(registry.lookup(11)).toMatchObject({ inverter_id: 'i1' })
  expect(registry.status()).toMatchObject({ loggers: 2, source: 'api', last_error: null })
  registry.stop()
})

test('it asks at the interval, with the ETag', async () => {
  const api = await startFakeApi()
  api.loggers = { etag: '"a"', list: LOGGERS }
  const clock = new FakeClock()
  const registry = new LoggerRegistry({ client: makeClient(api.url, clock), spool: await makeSpool(), clock })
  await registry.start()
  clock.advance(60_000)
  await vi.waitFor(() => expect(registry.status().refreshes).toEqual({ ok: 1, unchanged: 1, failed: 0 }))
  api.loggers = { etag: '"b"', list: [...LOGGERS, { logger_serial: 13 }] }
  await vi.waitFor(() => {
    clock.advance(60_000)
    expect(registry.isKnown(13)).toBe(true)
  })
  expect(api.registryRequests.slice(0, 3)).toEqual([undefined, '"a"', '"a"'])
  registry.stop()
})

test('an unknown serial makes it ask, but not for every frame', async () => {
  const api = await startFakeApi()
  const clock = new FakeClock()
  const client = makeClient(api.url, clock)
  const registry = new LoggerRegistry({ client, spool: await makeSpool(), clock, unknownIntervalMs: 10_000 })
  await registry.refresh()
  clock.advance(10_000)
  for (let frame = 0; frame < 100; frame++) registry.isKnown(99)
  await vi.waitFor(() => expect(registry.status().refreshes.unchanged).toBe(1))
  for (let frame = 0; frame < 100; frame++) registry.isKnown(99)
  clock.advance(9_999)
  registry.isKnown(99)
  await registry.refresh()
  expect(registry.status().refreshes.unchanged).toBe(2)
  expect(api.registryRequests).toHaveLength(3)
  registry.stop()
})

test('a start with a dead API knows the fleet from the spool', async () => {
  const api = await startFakeApi()
  api.loggers = { etag: '"a"', list: LOGGERS }
  const clock = new FakeClock()
  const folder = await makeFolder()
  const first = await openSpool({ folder, maxBytes: MIB })
  await new LoggerRegistry({ client: makeClient(api.url, clock), spool: first, clock }).refresh()
  await first.close()
  await api.close()

  const spool = await makeSpool({ folder, maxBytes: MIB })
  const registry = new LoggerRegistry({ client: makeClient(api.url, clock), spool, clock })
  expect(registry.isKnown(11)).toBe(true)
  await registry.refresh()
  expect(registry.isKnown(12)).toBe(true)
  expect(registry.status()).toMatchObject({ source: 'spool', last_error: 'unreachable', confirmed_at: null })
  registry.stop()
})

test('an answer that is no list leaves the known one', async () => {
  const api = await startFakeApi()
  api.loggers = { etag: '"a"', list: LOGGERS }
  const clock = new FakeClock()
  const registry = new LoggerRegistry({ client: makeClient(api.url, clock), spool: await makeSpool(), clock })
  await registry.refresh()
  api.loggers = { etag: '"b"', list: [{ logger_serial: 'eleven' }] }
  await registry.refresh()
  expect(registry.status()).toMatchObject({ loggers: 2, last_error: 'bad_answer' })
  registry.stop()
})
