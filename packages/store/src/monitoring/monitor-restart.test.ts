// The database is killed under the monitor and comes back: no exception, no restart of ours.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { waitUntil } from '@deye-hard/testkit'
import { expect, it } from 'vitest'
import { startEmbeddedServer } from '../embedded/index.ts'
import { openMonitor, openStore } from '../index.ts'

it('reads again after the server was killed and started', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'deye-hard-monitor-'))
  const start = (port: number) =>
    startEmbeddedServer({
      dataDir: join(folder, 'pg'),
      port,
      password: 'test',
      database: 'solar',
      settings: { fsync: 'off' },
    })
  let server = await start(0)
  const store = openStore({ databaseUrl: server.url('solar') })
  await store.migrate()
  await store.close()
  const monitor = openMonitor({ databaseUrl: server.url('solar'), monitorCacheMs: 0 })
  expect(await monitor.read()).toMatchObject({ up: true })

  const during = monitor.read()
  server.kill()
  await server.exited
  expect((await during).up).toBeTypeOf('boolean')
  expect(await monitor.read()).toEqual({
    up: false,
    reason: expect.stringMatching(/ECONNREFUSED|terminated|connection error/),
  })
  expect(await monitor.read()).toEqual({ up: false, reason: expect.stringContaining('ECONNREFUSED') })

  server = await start(server.port)
  await waitUntil(async () => (await monitor.read()).up)
  await monitor.close()
  await server.stop()
  await rm(folder, { recursive: true, force: true })
})
