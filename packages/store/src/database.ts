// The connection pool, how values come back from it, and the one way to run a transaction.
import pg from 'pg'
import type { StoreOptions } from './settings.ts'

/** A statement is ended by the server; a server that does not answer at all is given up this much later. */
const SILENCE_MARGIN_MS = 5_000
const IDLE_CONNECTION_MS = 30_000
const INT8_OID = 20

export type Client = pg.PoolClient
export type Queryable = Pick<pg.Pool, 'query'>

/** Serials, counters and ids stay far below 2^53. */
const types: pg.CustomTypesConfig = {
  getTypeParser: (oid, format) => {
    if (oid === INT8_OID && format !== 'binary') return Number
    return pg.types.getTypeParser(oid, format as 'text')
  },
}

export function openPool(options: StoreOptions, onError: (error: Error) => void): pg.Pool {
  const pool = new pg.Pool({
    connectionString: options.databaseUrl,
    max: options.databasePoolMax,
    connectionTimeoutMillis: options.databaseConnectTimeoutMs,
    idleTimeoutMillis: IDLE_CONNECTION_MS,
    statement_timeout: options.databaseStatementTimeoutMs,
    query_timeout: options.databaseStatementTimeoutMs + SILENCE_MARGIN_MS,
    keepAlive: true,
    application_name: 'deye-hard',
    types,
  })
  // An idle connection that breaks is replaced at the next use; without a listener it would end the process.
  pool.on('error', onError)
  // The same for one that is in use: there the running or the next statement rejects with it.
  pool.on('connect', client => client.on('error', () => {}))
  return pool
}

/** For migrations: no time limit, and nobody else on the connection. */
export async function withOwnClient<T>(
  options: StoreOptions,
  work: (client: pg.Client) => Promise<T>,
): Promise<T> {
  const client = new pg.Client({
    connectionString: options.databaseUrl,
    connectionTimeoutMillis: options.databaseConnectTimeoutMs,
    keepAlive: true,
    application_name: 'deye-hard-migrate',
    types,
  })
  client.on('error', () => {}) // the running query rejects with the same error
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}

/** Commits what `work` did, or rolls back and throws what it threw. A broken connection leaves the pool. */
export async function inTransaction<T>(pool: pg.Pool, work: (client: Client) => Promise<T>): Promise<T> {
  const client = await pool.connect()
  let broken: Error | undefined
  try {
    await client.query('BEGIN')
    const result = await work(client)
    await client.query('COMMIT')
    return result
  } catch (error) {
    await client.query('ROLLBACK').catch((rollbackError: Error) => {
      broken = rollbackError
    })
    throw error
  } finally {
    client.release(broken)
  }
}

/** SQLSTATE of an error that the server reported. */
export function sqlState(error: unknown): string | undefined {
  return error instanceof pg.DatabaseError ? error.code : undefined
}
