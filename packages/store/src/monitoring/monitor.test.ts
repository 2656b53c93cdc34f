// The monitor: what it may read, how often it asks, and that no state of the database makes it throw or hang.
import { connect, createServer, type Server, type Socket } from 'node:net'
import { databaseKinds, waitUntil } from '@deye-hard/testkit'
import pg from 'pg'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type MonitorFixture, openMonitorFixture } from '../../test/monitor-fixture.ts'
import { openMonitor } from './monitor.ts'

const EMPTY_WITHOUT_EXTENSION = [{ labels: {}, value: 0 }]

for (const kind of await databaseKinds()) {
  describe.skipIf(kind.missing)(`the monitor on ${kind.name}`, () => {
    let fixture: MonitorFixture

    beforeAll(async () => {
      fixture = await openMonitorFixture(kind.create)
    })

    beforeEach(() => fixture.observer.clear())

    afterAll(() => fixture.close())

    async function monitorBackends(): Promise<number[]> {
      const { rows } = await fixture.pool.query(
        `SELECT pid FROM pg_stat_activity WHERE application_name = 'deye-hard-monitor' AND datname = current_database()`,
      )
      return rows.map(({ pid }) => pid as number)
    }

    it('reads the facts as a role that may read nothing else', async () => {
      const { timescaledb_extension, ...others } = await fixture.facts()
      if (kind.name === 'plain') {
        expect(timescaledb_extension).toEqual(EMPTY_WITHOUT_EXTENSION)
        expect(Object.values(others).every(samples => samples.length === 0)).toBe(true)
      } else {
        expect(timescaledb_extension).toEqual([{ labels: {}, value: 1 }])
        expect(others.timescaledb_job_runs_total).toHaveLength(5)
      }
      const client = new pg.Client({ connectionString: fixture.monitorUrl })
      await client.connect()
      const { rows } = await client.query(
        `SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'v', 'm', 'p')
         AND has_table_privilege(oid, 'SELECT, INSERT, UPDATE, DELETE')
         AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = pg_class.oid AND d.deptype = 'e')`,
      )
      // What pg_stat_statements brings is its own business, and no table of ours.
      expect(rows).toEqual([])
      await expect(client.query('SELECT * FROM app_user')).rejects.toMatchObject({ code: '42501' })
      await client.end()
    })

    it('has one connection of its own, whoever asks and how often', async () => {
      await Promise.all(Array.from({ length: 5 }, () => fixture.monitor.read()))
      expect(fixture.observer.names()).toEqual(['monitoring.timescale'])
      await fixture.monitor.read()
      expect(fixture.observer.names()).toHaveLength(2)
      expect(await monitorBackends()).toHaveLength(1)
    })

    it('gives what it read again until that is old', async () => {
      const slow = fixture.open({ monitorCacheMs: 3_600_000 })
      const first = await slow.read()
      expect(await slow.read()).toBe(first)
      expect(fixture.observer.names()).toHaveLength(1)
      const quick = fixture.open({ monitorCacheMs: 30 })
      const once = await quick.read()
      await waitUntil(async () => (await quick.read()) !== once)
      await slow.close()
      await quick.close()
    })

    it('is not up while somebody locks what it reads, and up again at once afterwards', async () => {
      const reader = fixture.open({
        monitorCacheMs: 3_600_000,
        databaseMonitorLockTimeoutMs: 100,
      })
      const patient = fixture.open({
        databaseMonitorLockTimeoutMs: 30_000,
        // The first read of a new connection takes some 200 ms on TimescaleDB: the last one here is one.
        databaseMonitorStatementTimeoutMs: 2_000,
      })
      const other = await fixture.pool.connect()
      await other.query('BEGIN')
      await other.query(
        kind.name === 'plain'
          ? 'LOCK TABLE monitoring.jobs'
          : 'LOCK TABLE measurement IN ACCESS EXCLUSIVE MODE',
      )
      expect(await reader.read()).toEqual({ up: false, reason: expect.stringContaining('lock timeout') })
      expect(await patient.read()).toEqual({
        up: false,
        reason: expect.stringContaining('statement timeout'),
      })
      expect(fixture.observer.seen.map(({ error }) => error).sort()).toEqual(['55P03', '57014'])
      await other.query('COMMIT')
      other.release()
      expect(await reader.read()).toMatchObject({ up: true })
      expect(await patient.read()).toMatchObject({ up: true })
      await reader.close()
      await patient.close()
    })

    it('makes a new connection when its own was ended', async () => {
      await fixture.monitor.read()
      const [pid] = await monitorBackends()
      await fixture.pool.query('SELECT pg_terminate_backend($1)', [pid])
      await waitUntil(async () => (await fixture.monitor.read()).up)
      expect(await monitorBackends()).not.toContain(pid)
    })

    it('writes nothing, even as the owner of the database', async () => {
      const owner = fixture.open({ databaseMonitorUrl: undefined })
      expect(await owner.read()).toMatchObject({ up: true })
      const { rows } = await fixture.pool.query(
        `SELECT usename FROM pg_stat_activity WHERE pid = ANY ($1) AND usename <> $2`,
        [await monitorBackends(), fixture.role],
      )
      expect(rows).toHaveLength(1)
      await owner.close()
    })

    it('says why before the schema is there and where the role may not read', async () => {
      const bare = await kind.create()
      const reader = openMonitor({ databaseUrl: bare.url })
      expect(await reader.read()).toEqual({
        up: false,
        reason: expect.stringContaining('schema "monitoring" does not exist'),
      })
      await reader.close()
      await bare.drop()
      await fixture.pool.query(`REVOKE USAGE ON SCHEMA monitoring FROM ${fixture.role}`)
      const outcome = await fixture.monitor.read()
      expect(outcome).toEqual({ up: false, reason: expect.stringContaining('permission denied') })
      await fixture.pool.query(`GRANT USAGE ON SCHEMA monitoring TO ${fixture.role}`)
    })

    it('gives up a server that hangs, and close does not wait for it', async () => {
      const silent = await openSilentProxy(fixture.monitorUrl)
      const reader = fixture.open({ databaseMonitorUrl: silent.url })
      expect(await reader.read()).toMatchObject({ up: true })
      silent.hang()
      const running = reader.read()
      await waitUntil(() => fixture.observer.seen.some(({ error }) => error === undefined))
      await reader.close()
      expect(await running).toEqual({ up: false, reason: expect.stringContaining('terminated') })
      expect(await reader.read()).toEqual({ up: false, reason: 'the monitor is closed' })
      const late = fixture.open({ databaseMonitorUrl: silent.url, databaseConnectTimeoutMs: 100 })
      expect(await late.read()).toEqual({ up: false, reason: expect.stringContaining('timeout') })
      const idle = fixture.open({ databaseMonitorUrl: silent.url })
      const connecting = idle.read()
      await idle.close()
      expect(await connecting).toMatchObject({ up: false })
      silent.close()
    })
  })
}

it('is not up where no server listens, and close has nothing to wait for', async () => {
  const reader = openMonitor({ databaseUrl: 'postgres://nobody:none@127.0.0.1:1/none' })
  expect(await reader.read()).toEqual({ up: false, reason: expect.stringContaining('ECONNREFUSED') })
  await reader.close()
  await openMonitor({ databaseUrl: 'postgres://nobody:none@127.0.0.1:1/none' }).close()
})

interface SilentProxy {
  url: string
  /** From now on nothing passes, and new connections get no answer. */
  hang(): void
  close(): void
}

async function openSilentProxy(target: string): Promise<SilentProxy> {
  const { hostname, port } = new URL(target)
  const sockets: Socket[] = []
  let hangs = false
  const server: Server = createServer(incoming => {
    incoming.on('error', () => {})
    sockets.push(incoming)
    if (hangs) return
    const outgoing = connect(Number(port), hostname)
    outgoing.on('error', () => {})
    sockets.push(outgoing)
    incoming.on('data', data => hangs || outgoing.write(data))
    outgoing.on('data', data => hangs || incoming.write(data))
    incoming.on('close', () => outgoing.destroy())
    outgoing.on('close', () => incoming.destroy())
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const url = new URL(target)
  url.port = String((server.address() as { port: number }).port)
  return {
    url: url.href,
    hang: () => {
      hangs = true
    },
    close: () => {
      for (const socket of sockets) socket.destroy()
      server.close()
    },
  }
}
