// The connection pool, how values come back from it, and the one way to run a statement or a transaction: under a name.
import type { DbStatement, DbUnit } from '@deye-hard/telemetry-schema'
import pg from 'pg'
import { DIRECT, type StatementObserver } from './observer.ts'
import type { StoreOptions } from './settings.ts'

/** A statement is ended by the server; a server that does not answer at all is given up this much later. */
export const SILENCE_MARGIN_MS = 5_000
const IDLE_CONNECTION_MS = 30_000
const INT8_OID = 20

export interface Statement {
  text: string
  values?: readonly unknown[]
  /** Rows as arrays, column by column. */
  rowMode?: 'array'
  /** Parsed once per connection, under the name of the operation: its text must never vary. */
  prepared?: true
}

export interface Result<R> {
  rows: R[]
  rowCount: number | null
}

/** Nothing reaches pg but through here, so no statement is without a name. */
export interface Client {
  query<R = unknown>(
    operation: DbStatement,
    statement: string | Statement,
    values?: readonly unknown[],
  ): Promise<Result<R>>
}

export interface Database extends Client {
  /** Commits what `work` did, or rolls back and throws what it threw. A broken connection leaves the pool. */
  transaction<T>(unit: DbUnit, work: (client: Client) => Promise<T>): Promise<T>
  /** A run of statements that is no transaction. */
  run<T>(unit: DbUnit, work: () => Promise<T>): Promise<T>
}

/** Serials, counters and ids stay far below 2^53. */
export const types: pg.CustomTypesConfig = {
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

/** The time of an operation contains the wait for a connection of the pool, and of a unit also BEGIN and COMMIT. */
export function observedDatabase(pool: pg.Pool, observer: StatementObserver = DIRECT): Database {
  return {
    ...observedClient(pool, observer),
    transaction: (unit, work) => observer.observe(unit, () => inTransaction(pool, observer, work)),
    run: (unit, work) => observer.observe(unit, work),
  }
}

export function observedClient(queryable: Pick<pg.Pool, 'query'>, observer: StatementObserver): Client {
  return {
    query: <R>(operation: DbStatement, statement: string | Statement, values?: readonly unknown[]) => {
      const config = toConfig(operation, statement, values)
      return observer.observe(operation, () => queryable.query(config) as unknown as Promise<Result<R>>)
    },
  }
}

/** For migrations and roles: no time limit, and nobody else on the connection. */
export async function withOwnClient<T>(
  options: Pick<StoreOptions, 'databaseUrl' | 'databaseConnectTimeoutMs'>,
  work: (client: Client) => Promise<T>,
  observer: StatementObserver = DIRECT,
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
    return await work(observedClient(client, observer))
  } finally {
    await client.end()
  }
}

/** BEGIN, `work`, COMMIT; or ROLLBACK and what `work` threw. `onBroken` hears of a connection that could not even roll back. */
export async function transact<T>(
  client: Client,
  work: (client: Client) => Promise<T>,
  onBroken: (error: Error) => void = () => {},
): Promise<T> {
  try {
    await client.query('transaction.begin', 'BEGIN')
    const result = await work(client)
    await client.query('transaction.commit', 'COMMIT')
    return result
  } catch (error) {
    await client.query('transaction.rollback', 'ROLLBACK').catch(onBroken)
    throw error
  }
}

/** SQLSTATE of an error that the server reported. */
export function sqlState(error: unknown): string | undefined {
  return error instanceof pg.DatabaseError ? error.code : undefined
}

async function inTransaction<T>(
  pool: pg.Pool,
  observer: StatementObserver,
  work: (client: Client) => Promise<T>,
): Promise<T> {
  const connection = await pool.connect()
  let broken: Error | undefined
  try {
    return await transact(observedClient(connection, observer), work, error => {
      broken = error
    })
  } finally {
    connection.release(broken)
  }
}

function toConfig(
  operation: DbStatement,
  statement: string | Statement,
  values: readonly unknown[] | undefined,
): pg.QueryConfig {
  if (typeof statement === 'string') {
    return values === undefined ? { text: statement } : { text: statement, values: values as unknown[] }
  }
  const { prepared, ...config } = statement
  return (prepared ? { ...config, name: operation } : config) as pg.QueryConfig
}
