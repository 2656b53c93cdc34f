// The one connection of the monitor: made at the first statement, made anew after it broke, and given up without asking the server.
import { Socket } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import pg from 'pg'
import { type Client, observedClient, SILENCE_MARGIN_MS, types } from '../database.ts'
import type { StatementObserver } from '../observer.ts'
import type { StoreOptions } from '../settings.ts'

/** A server that hangs does not say goodbye. */
const GOODBYE_LIMIT_MS = 1_000

export interface MonitorConnection {
  client: Client
  /** After an error: what state the connection is in nobody knows, the next statement makes another. */
  discard(): void
  close(): Promise<void>
}

export function createMonitorConnection(
  options: StoreOptions,
  observer: StatementObserver,
): MonitorConnection {
  let socket: Socket | undefined
  let connected: Promise<pg.Client> | undefined

  async function connect(): Promise<pg.Client> {
    const own = new Socket()
    socket = own
    const client = new pg.Client({ ...clientConfig(options), stream: () => own })
    client.on('error', () => {}) // the running statement rejects with the same error
    client.on('end', () => {
      if (socket === own) discard()
    })
    await client.connect()
    return client
  }

  function discard(): void {
    socket?.destroy()
    socket = undefined
    connected = undefined
  }

  async function query(statement: pg.QueryConfig) {
    connected ??= connect()
    return (await connected).query(statement)
  }

  return {
    client: observedClient({ query } as Pick<pg.Pool, 'query'>, observer),
    discard,
    async close() {
      const end = connected?.then(client => client.end()).catch(() => {})
      const patience = new AbortController()
      await Promise.race([end, wait(GOODBYE_LIMIT_MS, undefined, { signal: patience.signal })])
      patience.abort()
      discard()
    },
  }
}

/** It reads only, waits for nobody for long, and is to be told apart in pg_stat_activity. */
function clientConfig(options: StoreOptions): pg.ClientConfig {
  return {
    connectionString: options.databaseMonitorUrl,
    connectionTimeoutMillis: options.databaseConnectTimeoutMs,
    statement_timeout: options.databaseMonitorStatementTimeoutMs,
    lock_timeout: options.databaseMonitorLockTimeoutMs,
    query_timeout: options.databaseMonitorStatementTimeoutMs + SILENCE_MARGIN_MS,
    options: '-c default_transaction_read_only=on',
    application_name: 'deye-hard-monitor',
    keepAlive: true,
    types,
  }
}
