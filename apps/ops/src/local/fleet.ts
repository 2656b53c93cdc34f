// The demo installation: the simulator's fleet as inverters and sites, and the people who look at them.
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { Store } from '@deye-hard/store'
import { OpsError } from '../errors.ts'
import { hashPassword } from '../password-hash.ts'
import { writePrivateFile } from '../private-file.ts'
import { appEntry, PROJECT_ROOT } from '../project.ts'
import { COLLECTOR_SCOPES, hashClientSecret } from '../service-client.ts'
import { COLLECTOR_CLIENT_ID } from './service-specs.ts'

export const ADMIN_EMAIL = 'admin@example.org'
export const DEMO_EMAIL = 'demo@example.org'
export const DEMO_USERS = 100
/** Spread over the fleet, and so over the globe: at any hour some of them have sun. */
const DEMO_SITES = 6
const FLEET_OUTPUT_MAX_BYTES = 64 * 1024 ** 2

export interface FleetLogger {
  logger_serial: number
  inverter_serial: string
  model: string
  rated_power_w: number
  upload_interval_s: number
  site: { name: string; latitude: number; longitude: number; timezone: string }
}

export interface Fleet {
  seed: number
  loggers: FleetLogger[]
}

/** Asks the simulator, which alone knows what its loggers are, and keeps the answer for its run. */
export async function makeFleet(loggers: number, seed: number, file: string): Promise<Fleet> {
  const args = ['fleet', '--loggers', String(loggers), '--seed', String(seed)]
  try {
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ['--conditions=source', '--disable-warning=ExperimentalWarning', appEntry('simulator'), ...args],
      { cwd: PROJECT_ROOT, maxBuffer: FLEET_OUTPUT_MAX_BYTES },
    )
    writePrivateFile(file, stdout)
    return JSON.parse(stdout) as Fleet
  } catch (error) {
    const said = (error as { stderr?: string }).stderr?.trim() || (error as Error).message
    throw new OpsError('OPS_UNAVAILABLE', `The simulator could not make a fleet; it said:\n${said}`, {
      cause: error,
    })
  }
}

export interface Registered {
  users: number
  inverters: number
  sites: number
}

/** Twice is safe: what is there stays as it is. */
export async function registerFleet(store: Store, fleet: Fleet, demoPassword: string): Promise<Registered> {
  const userIds = await registerUsers(store, demoPassword)
  const siteIds = await registerSites(store, fleet)
  const known = new Set((await store.inverters.registrations()).map(one => one.loggerSerial))
  for (const logger of fleet.loggers.filter(one => !known.has(one.logger_serial)))
    await store.inverters.add({
      loggerSerial: logger.logger_serial,
      inverterSerial: logger.inverter_serial,
      name: logger.model,
      ratedPowerW: logger.rated_power_w,
      uploadIntervalS: logger.upload_interval_s,
      siteId: siteIds.get(logger.site.name)!,
    })
  await registerMembers(store, [...siteIds.values()], userIds)
  return { users: userIds.size, inverters: fleet.loggers.length, sites: siteIds.size }
}

export async function registerCollector(store: Store, secret: string): Promise<void> {
  await store.serviceClients.put({
    clientId: COLLECTOR_CLIENT_ID,
    secretHash: hashClientSecret(secret),
    scopes: [...COLLECTOR_SCOPES],
  })
}

/** One hash for all demo accounts: they share the password anyway, and a hundred hashes would take seconds. */
async function registerUsers(store: Store, password: string): Promise<Map<string, number>> {
  const ids = new Map((await store.users.list()).map(user => [user.email, user.id]))
  const wanted = [
    ADMIN_EMAIL,
    DEMO_EMAIL,
    ...Array.from({ length: DEMO_USERS }, (_, index) => userEmail(index)),
  ]
  const missing = wanted.filter(address => !ids.has(address))
  if (missing.length === 0) return ids
  const passwordHash = await hashPassword(password)
  for (const address of missing) {
    const role = address === ADMIN_EMAIL ? 'admin' : 'user'
    const added = await store.users.add({ email: address, passwordHash, role })
    if (added.outcome === 'added') ids.set(address, added.id)
  }
  return ids
}

async function registerSites(store: Store, fleet: Fleet): Promise<Map<string, number>> {
  const ids = new Map<string, number>()
  for (const { site } of fleet.loggers) {
    if (ids.has(site.name)) continue
    const known = await store.inverters.findSiteByName(site.name)
    ids.set(site.name, known?.id ?? (await store.inverters.addSite(site)))
  }
  return ids
}

/** Every site belongs to one of the hundred users; the demo user sees a handful as well. */
async function registerMembers(store: Store, siteIds: number[], userIds: Map<string, number>): Promise<void> {
  for (const [index, siteId] of siteIds.entries())
    await store.inverters.addMember(siteId, userIds.get(userEmail(index % DEMO_USERS))!)
  const stride = Math.max(1, Math.floor(siteIds.length / DEMO_SITES))
  for (const siteId of siteIds.filter((_, index) => index % stride === 0).slice(0, DEMO_SITES))
    await store.inverters.addMember(siteId, userIds.get(DEMO_EMAIL)!)
}

function userEmail(index: number): string {
  return `user${String(index + 1).padStart(3, '0')}@example.org`
}
