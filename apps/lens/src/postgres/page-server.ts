// Serves the facts of PostgreSQL on loopback, in place of postgres_exporter: the scraper asks it as it asks every other target.
import pg from 'pg'
import { type LocalPage, serveLocalPage } from '../own/local-page.ts'
import { postgresPage } from './page.ts'

/** As service.name of what is scraped: rules and panels ask for the exporter by it. */
export const POSTGRES_JOB = 'postgres-exporter'

export interface PostgresPageOptions {
  databaseUrl: string
  /** Longest time for one statement and for a connection, ms. */
  timeoutMs: number
}

/** Opens no connection before it is asked, so the database may start later and go at any time. */
export async function servePostgresPage(options: PostgresPageOptions): Promise<LocalPage> {
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
  const page = await serveLocalPage(() => postgresPage(ask))
  return {
    url: page.url,
    close: async () => {
      await page.close()
      await pool.end()
    },
  }
}
