// Opens the store: one pool, one repository per subject, and the questions that health checks ask.
import type { Store } from './contract.ts'
import { type Database, observedDatabase, openPool } from './database.ts'
import { describeError } from './errors.ts'
import { createIngestRepository } from './ingest/ingest.ts'
import { createInverterRepository } from './inverters.ts'
import { createLedgerRepository } from './ledger.ts'
import { type Maintenance, maintain } from './maintenance.ts'
import { createMeasurementRepository } from './measurements.ts'
import { findPending, migrate, readMigrations } from './migrate.ts'
import { createMonitoringRepository } from './monitoring/service-facts.ts'
import type { StoreHooks } from './observer.ts'
import { createQuarantineRepository, type FullQuarantineRepository } from './quarantine.ts'
import { createServiceClientRepository } from './service-clients.ts'
import { createSessionRepository } from './sessions.ts'
import { completeOptions, type GivenOptions } from './settings.ts'
import { createUserRepository } from './users.ts'

export interface OpenStore extends Store {
  quarantine: FullQuarantineRepository
  /** Drops what is past its age or number; call it about once an hour. */
  maintain(now: Date): Promise<Maintenance>
}

/** Opens no connection yet, so the database may start later. */
export function openStore(given: GivenOptions, hooks: StoreHooks = {}): OpenStore {
  const options = completeOptions(given)
  const pool = openPool(options, hooks.onPoolError ?? (() => {}))
  const database = observedDatabase(pool, hooks.observer)
  const migrations = readMigrations()
  const hasTimescale = rememberYes(() => askForTimescale(database))
  return {
    users: createUserRepository(database),
    sessions: createSessionRepository(database),
    inverters: createInverterRepository(database),
    measurements: createMeasurementRepository(database, hasTimescale),
    ingest: createIngestRepository(database, options),
    quarantine: createQuarantineRepository(database, options),
    ledger: createLedgerRepository(database),
    serviceClients: createServiceClientRepository(database),
    monitoring: createMonitoringRepository(database),
    migrate: () => migrate(options, migrations, hooks.observer),
    maintain: now => maintain(database, options, now),
    hasTimescale,
    async ready() {
      try {
        const pending = await findPending(database, migrations)
        return pending === null
          ? { ready: true }
          : { ready: false, reason: `migration ${pending} is missing` }
      } catch (error) {
        return { ready: false, reason: describeError(error) }
      }
    },
    get pool() {
      return {
        total: pool.totalCount,
        idle: pool.idleCount,
        waiting: pool.waitingCount,
        max: options.databasePoolMax,
      }
    },
    close: () => pool.end(),
  }
}

async function askForTimescale(database: Database): Promise<boolean> {
  const { rowCount } = await database.query(
    'store.has_timescale',
    `SELECT 1 FROM pg_extension WHERE extname = 'timescaledb'`,
  )
  return rowCount === 1
}

/** The extension may be added while we run, but not taken away. */
function rememberYes(ask: () => Promise<boolean>): () => Promise<boolean> {
  let yes = false
  return async () => {
    yes ||= await ask()
    return yes
  }
}
