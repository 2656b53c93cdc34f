// A small fleet for benches: twenty loggers, one user who owns two of the inverters, a day of minutes of the first, a client for the collector.
import { createHash, randomBytes } from 'node:crypto'
import { openStore } from '@deye-hard/store'
import pg from 'pg'
import { createPasswords } from '../src/passwords.ts'

export const LOGGERS = Array.from({ length: 20 }, (_, n) => 2_700_000_001 + n)
export const ACCOUNT = { email: 'bench@example.org', password: 'bench' }
export const CLIENT = { client_id: 'bench', client_secret: randomBytes(32).toString('base64url') }
export const DAY = { from: '2026-06-21T00:00:00.000Z', to: '2026-06-22T00:00:00.000Z' }
const OWNED = 2
const MINUTES = 1_440

/** Returns the id of the inverter that has the day. */
export async function fillFleet(url: string): Promise<number> {
  const store = openStore({ databaseUrl: url })
  await store.migrate()
  const passwordHash = await createPasswords({ argon2MemoryKib: 8, argon2Passes: 1 }).hash(ACCOUNT.password)
  const user = await store.users.add({ email: ACCOUNT.email, passwordHash, role: 'user' })
  await store.serviceClients.put({
    clientId: CLIENT.client_id,
    secretHash: createHash('sha256').update(CLIENT.client_secret).digest(),
    scopes: ['measurements:write', 'loggers:read'],
  })
  const place = { latitude: 52, longitude: 13, timezone: 'Europe/Berlin' }
  const inverterIds: number[] = []
  for (const [n, loggerSerial] of LOGGERS.entries()) {
    const siteId = await store.inverters.addSite({ name: `Bench ${n}`, ...place })
    if (n < OWNED && user.outcome === 'added') await store.inverters.addMember(siteId, user.id)
    const added = await store.inverters.add({ siteId, loggerSerial, name: `Bench ${n}` })
    if (added.outcome !== 'added') throw new Error('the database is not empty')
    inverterIds.push(added.id)
  }
  await store.close()
  await fillDay(url, inverterIds[0]!)
  return inverterIds[0]!
}

async function fillDay(url: string, inverterId: number): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  const fields = ['ac_active_power_w', 'pv_power_total_w', 'energy_today_kwh', 'energy_total_kwh']
  await client.query(
    `INSERT INTO measurement (inverter_id, time, received_at, record_counter, dedupe_key, buffered, time_quality, ${fields.join(', ')})
     SELECT $1, t, t + interval '2 seconds', n, gen_random_uuid(), false, 'exact', ${fields.map((_, i) => `round((n * 0.37 + ${i})::numeric, 2)`).join(', ')}
     FROM generate_series(0, ${MINUTES - 1}) AS n, LATERAL (SELECT $2::timestamptz + n * interval '1 minute' AS t) AS times`,
    [inverterId, DAY.from],
  )
  await client.query('ANALYZE measurement')
  await client.end()
}
