// Serves the facts of PostgreSQL on loopback, in place of postgres_exporter: the scraper asks it as it asks every other target.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import pg from 'pg'
import { postgresPage } from './page.ts'

const CONTENT_TYPE = 'text/plain; version=0.0.4; charset=utf-8'
/** As service.name of what is scraped: rules and panels ask for the exporter by it. */
export const POSTGRES_JOB = 'postgres-exporter'

export interface PostgresPageOptions {
  databaseUrl: string
  /** Longest time for one statement and for a connection, ms. */
  timeoutMs: number
}

export interface PostgresPageServer {
  url: string
  close(): Promise<void>
}

/** Opens no connection before it is asked, so the database may start later and go at any time. */
export async function servePostgresPage(options: PostgresPageOptions): Promise<PostgresPageServer> {
  const pool = new pg.Pool({
    connectionString: options.databaseUrl,
    max: 1,
    application_name: 'solar-lens',
    statement_timeout: options.timeoutMs,
    connectionTimeoutMillis: options.timeoutMs,
  })
  // A connection that dies in the pool is replaced at the next question.
  pool.on('error', () => {})
  const ask = async (sql: string) => (await pool.query(sql)).rows as Record<string, unknown>[]
  const server = createServer((request, response) => {
    if (request.url !== '/metrics' || request.method !== 'GET') {
      response.writeHead(404).end()
      return
    }
    postgresPage(ask).then(
      page => response.writeHead(200, { 'content-type': CONTENT_TYPE }).end(page),
      () => response.writeHead(500).end(),
    )
  })
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/metrics`,
    close: async () => {
      server.closeAllConnections()
      await new Promise<void>(done => server.close(() => done()))
      await pool.end()
    },
  }
}
