// Gives a test file its own database, accounts and as many apps with different settings as it needs.
import { createHash, randomBytes } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type OpenStore, openStore, type Store, type UserRole } from '@deye-hard/store'
import { createLogger } from '@deye-hard/telemetry'
import { createTestDatabase, type FixedClock, fixedClock } from '@deye-hard/testkit'
import { hash } from '@node-rs/argon2'
import pg from 'pg'
import { afterAll } from 'vitest'
import { buildApp, generateSigningKey, openKeyRing, readApiSettings } from '../src/index.ts'
import type { App } from '../src/parts.ts'

/** Weak and fast on purpose: the cost of a real one is not what tests look at. */
const FAST_ARGON2 = { ARGON2_MEMORY_KIB: '8', ARGON2_PASSES: '1' }
/** Tests of limits set their own. */
const WIDE_RATES = {
  API_RATE_PER_ADDRESS: '100000',
  LOGIN_RATE_PER_ADDRESS: '100000',
  LOGIN_RATE_PER_ACCOUNT: '100000',
}
export const PASSWORD = 'correct horse battery staple'

export interface Session {
  access_token: string
  refresh_token: string
}

interface Ground {
  store: OpenStore
  clock: FixedClock
  /** Lines that the apps logged, parsed. */
  logs: Record<string, unknown>[]
  sql: pg.Pool
  env(extra?: Record<string, string>): Record<string, string>
  /** Path of a new key file in the folder of this test file. */
  writeKeys(name: string, keys: object[]): Promise<string>
}

export type Harness = Ground & ReturnType<typeof appBuilder> & ReturnType<typeof population>

/** Call at the top of a test file; everything is closed after its last test. */
export async function openHarness(): Promise<Harness> {
  const ground = await openGround()
  return { ...ground, ...appBuilder(ground), ...population(ground.store) }
}

export function bearer(token: string): { authorization: string } {
  return { authorization: `Bearer ${token}` }
}

async function openGround(): Promise<Ground> {
  const database = await createTestDatabase({ kind: 'plain' })
  const folder = await mkdtemp(join(tmpdir(), 'deye-api-'))
  const writeKeys = async (name: string, keys: object[]) => {
    const path = join(folder, name)
    await writeFile(path, JSON.stringify({ keys }), { mode: 0o600 })
    return path
  }
  const keysFile = await writeKeys('keys.json', [await generateSigningKey()])
  const env = (extra = {}) => {
    const places = { DATABASE_URL: database.url, DATABASE_POOL_MAX: '4', JWT_KEYS_FILE: keysFile }
    return { ...places, ...FAST_ARGON2, ...WIDE_RATES, ACCESS_CACHE_TTL: '0s', ...extra }
  }
  const store = openStore(readApiSettings(env()))
  await store.migrate()
  const sql = new pg.Pool({ connectionString: database.url, max: 2 })
  afterAll(async () => {
    await sql.end()
    await store.close()
    await database.drop()
    await rm(folder, { recursive: true })
  })
  return { store, clock: fixedClock(new Date()), logs: [], sql, env, writeKeys }
}

function appBuilder({ env, store, clock, logs }: Ground) {
  const apps: App[] = []
  const logger = createLogger({
    service: 'solar-api',
    level: 'debug',
    destination: { write: line => logs.push(JSON.parse(line)) },
  })
  afterAll(() => Promise.all(apps.map(app => app.close())))
  return {
    async buildApp(
      extra: Record<string, string> = {},
      parts: { keysFile?: string; store?: Store } = {},
    ): Promise<App> {
      const settings = readApiSettings(env(extra))
      const keys = await openKeyRing(parts.keysFile ?? settings.jwtKeysFile)
      const app = await buildApp({ settings, store: parts.store ?? store, keys, clock, logger })
      apps.push(app)
      return app
    },
  }
}

function population(store: OpenStore) {
  return {
    async addUser(email: string, role: UserRole = 'user'): Promise<number> {
      const passwordHash = await hash(PASSWORD, { memoryCost: 8, timeCost: 1 })
      const added = await store.users.add({ email, passwordHash, role })
      if (added.outcome !== 'added') throw new Error(`${email} exists`)
      return added.id
    },
    async login(app: App, email: string): Promise<Session> {
      return post(app, '/api/auth/login', { email, password: PASSWORD })
    },
    /** Id and secret of a new service client. */
    async addClient(scopes: string[], clientId = `client-${randomBytes(4).toString('hex')}`) {
      const secret = randomBytes(32).toString('base64url')
      const secretHash = createHash('sha256').update(secret).digest()
      await store.serviceClients.put({ clientId, secretHash, scopes })
      return { client_id: clientId, client_secret: secret }
    },
    async serviceToken(app: App, scopes: string[], clientId?: string): Promise<string> {
      const token = await post(app, '/api/service/token', await this.addClient(scopes, clientId))
      return token.access_token
    },
    /** A site with one inverter, which only its owner and administrators see. */
    async addPlant(
      owner: number | null,
      loggerSerial: number,
    ): Promise<{ siteId: number; inverterId: number }> {
      const place = { latitude: 52.5, longitude: 13.4, timezone: 'Europe/Berlin' }
      const siteId = await store.inverters.addSite({ name: `Site ${loggerSerial}`, ...place })
      if (owner !== null) await store.inverters.addMember(siteId, owner)
      const added = await store.inverters.add({ siteId, loggerSerial, name: `Inverter ${loggerSerial}` })
      if (added.outcome !== 'added') throw new Error('logger taken')
      return { siteId, inverterId: added.id }
    },
  }
}

async function post(app: App, url: string, payload: object): Promise<Session> {
  const answer = await app.inject({ method: 'POST', url, payload })
  if (answer.statusCode !== 200) throw new Error(answer.body)
  return answer.json()
}
