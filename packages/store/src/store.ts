// Opens the store: one pool, one repository per subject, and the questions that health checks ask.
import type pg from 'pg'
import type { Store } from './contract.ts'
import { openPool } from './database.ts'
import { createIngestRepository } from './ingest/ingest.ts'
import { createInverterRepository } from './inverters.ts'
import { createLedgerRepository } from './ledger.ts'
import { type Maintenance, maintain } from './maintenance.ts'
import { createMeasurementRepository } from './measurements.ts'
import { findPending, migrate, readMigrations } from './migrate.ts'
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

/**
 * Opens no connection yet, so the database may start later. `onPoolError` hears of idle connections that broke; the pool replaces them.
 */
export function openStore(given: GivenOptions, onPoolError: (error: Error) => void = () => {}): OpenStore {
  const options = completeOptions(given)
  const pool = openPool(options, onPoolError)
  const migrations = readMigrations()
  const hasTimescale = rememberYes(() => askForTimescale(pool))
  return {
    users: createUserRepository(pool),
    sessions: createSessionRepository(pool),
    inverters: createInverterRepository(pool),
    measurements: createMeasurementRepository(pool, hasTimescale),
    ingest: createIngestRepository(pool, options),
    quarantine: createQuarantineRepository(pool, options),
    ledger: createLedgerRepository(pool),
    serviceClients: createServiceClientRepository(pool),
    migrate: () => migrate(options, migrations),
    maintain: now => maintain(pool, options, now),
    hasTimescale,
    async ready() {
      try {
        const pending = await findPending(pool, migrations)
        return pending === null
          ? { ready: true }
          : { ready: false, reason: `migration ${pending} is missing` }
      } catch (error) {
        return { ready: false, reason: describe(error) }
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

async function askForTimescale(pool: pg.Pool): Promise<boolean> {
  const { rowCount } = await pool.query(`SELECT 1 FROM pg_extension WHERE extname = 'timescaledb'`)
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

/** An AggregateError of a refused connection has an empty message. */
function describe(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(describe).join('; ')
  return error instanceof Error ? error.message : String(error)
}
