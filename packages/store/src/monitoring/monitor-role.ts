// Makes the role that reads what the server and TimescaleDB say of themselves, and no row of ours (reference timescaledb.md 5.5).
import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto'
import pg from 'pg'
import { withOwnClient } from '../database.ts'
import { storeSettings } from '../settings.ts'

const MONITOR_ROLE = 'otel_monitor'
/** Any number that nobody else uses in this database. */
const LOCK_KEY = 7_307_200_382
/** What PostgreSQL itself takes. */
const SCRAM_ITERATIONS = 4_096
const SCRAM_SALT_BYTES = 16

/**
 * Also has statements counted by pg_stat_statements, where the server has loaded it. Makes the role or sets its password anew, and gives it what it may read, before or after the migrations; safe to repeat. Returns the
 * address of the same database for the role. `adminUrl` is of a superuser, with a host in it. Throws what the server reports.
 */
export function ensureMonitorRole(
  adminUrl: string,
  password: string,
  role: string = MONITOR_ROLE,
): Promise<string> {
  return ensureReadingRole(adminUrl, password, role, () => '')
}

/** The same, and in the same transaction the statements that `more` has for the name of the role, as SQL writes it. */
export async function ensureReadingRole(
  adminUrl: string,
  password: string,
  role: string,
  more: (name: string) => string,
): Promise<string> {
  const text = `${makeRole(role, scramVerifier(password))};\n${more(pg.escapeIdentifier(role))}`
  const databaseConnectTimeoutMs = storeSettings.databaseConnectTimeoutMs.fallback as number
  await withOwnClient({ databaseUrl: adminUrl, databaseConnectTimeoutMs }, client =>
    client.query('monitoring.ensure_role', text),
  )
  const url = new URL(adminUrl)
  url.username = role
  url.password = encodeURIComponent(password)
  return url.href
}

/** Several statements sent at once are one transaction. */
function makeRole(role: string, verifier: string): string {
  const [name, text] = [pg.escapeIdentifier(role), pg.escapeLiteral(role)]
  return `
    SELECT pg_advisory_xact_lock(${LOCK_KEY});
    DO $$ BEGIN
      IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = ${text}) THEN CREATE ROLE ${name}; END IF;
    END $$;
    ALTER ROLE ${name} LOGIN PASSWORD ${pg.escapeLiteral(verifier)} CONNECTION LIMIT 5;
    GRANT pg_monitor TO ${name};
    DO $$ BEGIN
      IF current_setting('shared_preload_libraries') LIKE '%pg_stat_statements%'
        AND (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) THEN
        CREATE EXTENSION IF NOT EXISTS pg_stat_statements;
      END IF;
    END $$;
    ALTER ROLE ${name} SET statement_timeout = '10s';
    ALTER ROLE ${name} SET lock_timeout = '2s';
    DO $$ BEGIN
      EXECUTE format('GRANT CONNECT ON DATABASE %I TO %I', current_database(), ${text});
      IF to_regprocedure('monitoring.grant_to(name)') IS NOT NULL THEN
        PERFORM monitoring.grant_to(${text});
      END IF;
    END $$`
}

/** Made here (RFC 5803), so that the password stands in no statement and so in no log of the server. */
function scramVerifier(password: string): string {
  const salt = randomBytes(SCRAM_SALT_BYTES)
  const salted = pbkdf2Sync(password.normalize('NFKC'), salt, SCRAM_ITERATIONS, 32, 'sha256')
  const hmac = (text: string) => createHmac('sha256', salted).update(text).digest()
  const storedKey = createHash('sha256').update(hmac('Client Key')).digest('base64')
  const serverKey = hmac('Server Key').toString('base64')
  return `SCRAM-SHA-256$${SCRAM_ITERATIONS}:${salt.toString('base64')}$${storedKey}:${serverKey}`
}
