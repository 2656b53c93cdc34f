// Gives a test file its own database, accounts and as many apps with different settings as it needs.
import { createHash, randomBytes } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type OpenStore, openStore, type Store, type UserRole } from '@deye-hard/store'
import { createLogger } from '@deye-hard/telemetry'
import { createTestDatabase, type FixedClock, fixedClock } from '@deye-hard/testkit'
import pg from 'pg'
import { afterAll } from 'vitest'
import { buildApp, generateSigningKey, openKeyRing, readApiSettings } from '../src/index.ts'
import type { App } from '../src/parts.ts'

/** Weak and fast on purpose: the cost of a real one is not what tests look at. */
const FAST_ARGON2 = { ARGON2_MEMORY_KIB: '8', ARGON2_PASSES: '1' }
export const PASSWORD = 'correct horse battery staple'

export interface Session {
  access_token: string
  refresh_token: string
}

export interface Harness {
  url: string
  store: OpenStore
  clock: FixedClock
  keysFile: string
  /** Lines that the apps logged, parsed. */
  logs: Record<string, unknown>[]
  sql: pg.Pool
  env(extra?: Record<string, string>): Record<string, string>
  buildApp(extra?: Record<string, string>, parts?: { keysFile?: string; store?: Store }): Promise<App>
  addUser(email: string, role?: UserRole): Promise<number>
  login(app: App, email: string): Promise<Session>
  /** A token of a new service client. */
  serviceToken(app: App, scopes: string[], clientId?: string): Promise<string>
  addPlant(owner: number | null, loggerSerial: number): Promise<{ siteId: number; inverterId: number }>
  writeKeys(name: string, keys: object[]): Promise<string>
}

/** Call at the top of a test file; everything is closed after its last test. */
export async function openHarness(): Promise<Harness> {
  const database = await createTestDatabase({ kind: 'plain' })
  const folder = await mkdtemp(join(tmpdir(), 'deye-api-'))
  const writeKeys = async (name: string, keys: object[]) => {
    const path = join(folder, name)
    await writeFile(path, JSON.stringify({ keys }), { mode: 0o600 })
    return path
  }
  const keysFile = await writeKeys('keys.json', [await generateSigningKey()])
  const env = (extra = {}) => ({
    DATABASE_URL: database.url,
    DATABASE_POOL_MAX: '4',
    JWT_KEYS_FILE: keysFile,
    ...FAST_ARGON2,
    ACCESS_CACHE_TTL: '0s',
    API_RATE_PER_ADDRESS: '100000',
    LOGIN_RATE_PER_ADDRESS: '100000',
    LOGIN_RATE_PER_ACCOUNT: '100000',
    ...extra,
  })
  const store = openStore(readApiSettings(env()))
  await store.migrate()
  const clock = fixedClock(new Date())
  const logs: Record<string, unknown>[] = []
  const logger = createLogger({
    service: 'solar-api',
    level: 'debug',
    destination: { write: line => logs.push(JSON.parse(line)) },
  })
  const apps: App[] = []
  const sql = new pg.Pool({ connectionString: database.url, max: 2 })

  const harness: Harness = {
    url: database.url,
    store,
    clock,
    keysFile,
    logs,
    sql,
    env,
    writeKeys,
    async buildApp(extra = {}, parts = {}) {
      const settings = readApiSettings(env(extra))
      const app = await buildApp({
        settings,
        store: parts.store ?? store,
        keys: await openKeyRing(parts.keysFile ?? keysFile),
        clock,
        logger,
      })
      apps.push(app)
      return app
    },
    async addUser(email, role = 'user') {
      const passwordHash = await hashOnce()
      const added = await store.users.add({ email, passwordHash, role })
      if (added.outcome !== 'added') throw new Error(`${email} exists`)
      return added.id
    },
    async login(app, email) {
      const answer = await app.inject({
        method: 'POST',
        url: '/api/auth/login',
        payload: { email, password: PASSWORD },
      })
      if (answer.statusCode !== 200) throw new Error(answer.body)
      return answer.json()
    },
    async serviceToken(app, scopes, clientId = `client-${randomBytes(4).toString('hex')}`) {
      const secret = randomBytes(32).toString('base64url')
      const secretHash = createHash('sha256').update(secret).digest()
      await store.serviceClients.put({ clientId, secretHash, scopes })
      const answer = await app.inject({
        method: 'POST',
        url: '/api/service/token',
        payload: { client_id: clientId, client_secret: secret },
      })
      if (answer.statusCode !== 200) throw new Error(answer.body)
      return answer.json().access_token
    },
    async addPlant(owner, loggerSerial) {
      const siteId = await store.inverters.addSite({
        name: `Site ${loggerSerial}`,
        latitude: 52.5,
        longitude: 13.4,
        timezone: 'Europe/Berlin',
      })
      if (owner !== null) await store.inverters.addMember(siteId, owner)
      const added = await store.inverters.add({ siteId, loggerSerial, name: `Inverter ${loggerSerial}` })
      if (added.outcome !== 'added') throw new Error('logger taken')
      return { siteId, inverterId: added.id }
    },
  }

  let passwordHash: Promise<string> | undefined
  const hashOnce = () => {
    passwordHash ??= import('@node-rs/argon2').then(({ hash }) =>
      hash(PASSWORD, { memoryCost: 8, timeCost: 1 }),
    )
    return passwordHash
  }

  afterAll(async () => {
    for (const app of apps) await app.close()
    await sql.end()
    await store.close()
    await database.drop()
    await rm(folder, { recursive: true })
  })
  return harness
}

export function bearer(token: string): { authorization: string } {
  return { authorization: `Bearer ${token}` }
}
