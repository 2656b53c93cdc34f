// The settings of the store as environment variables, and the same with defaults for callers in code.
import { Secret, setting } from '@deye-hard/config'

/** Spread into an app's own spec; the result of `readSettings` is what `openStore` takes. */
export const storeSettings = {
  databaseUrl: setting.secret('DATABASE_URL', {
    about: 'PostgreSQL 17, as postgres://user:password@host:port/name',
  }),
  databasePoolMax: setting.integer('DATABASE_POOL_MAX', {
    default: 10,
    min: 1,
    max: 200,
    about: 'Connections at most',
  }),
  databaseStatementTimeoutMs: setting.duration('DATABASE_STATEMENT_TIMEOUT', {
    default: '30s',
    about: 'Longest time for one statement',
  }),
  databaseConnectTimeoutMs: setting.duration('DATABASE_CONNECT_TIMEOUT', {
    default: '5s',
    about: 'Longest wait for a connection, from the server or from the pool',
  }),
  measurementRetentionDays: setting.integer('MEASUREMENT_RETENTION_DAYS', {
    default: 400,
    min: 14,
    max: 36_500,
    about:
      'Days that measurements are kept; older readings go to quarantine. The policy is made by the first migration',
  }),
  measurementChunkIntervalMs: setting.duration('MEASUREMENT_CHUNK_INTERVAL', {
    default: '1d',
    about: 'Time span of one TimescaleDB chunk, read by the first migration; 6h from 100,000 inverters',
  }),
  measurementColumnstoreAfterMs: setting.duration('MEASUREMENT_COLUMNSTORE_AFTER', {
    default: '7d',
    about: 'Age at which a chunk is compressed, read by the first migration',
  }),
  fleetTimezone: setting.text('FLEET_TIMEZONE', {
    default: 'Europe/Berlin',
    about: 'Zone of the days in measurement_daily, read by the first migration',
  }),
  quarantineMaxRows: setting.integer('QUARANTINE_MAX_ROWS', {
    default: 20_000,
    min: 1,
    max: 10_000_000,
    about: 'Frames in quarantine at most; the oldest go first and are counted',
  }),
  quarantineMaxAgeMs: setting.duration('QUARANTINE_MAX_AGE', {
    default: '30d',
    about: 'Longest stay in quarantine',
  }),
  dedupeWindowMs: setting.duration('DEDUPE_WINDOW', {
    default: '60d',
    about: 'How long a message is recognised by its key; older ones are looked up in the measurements',
  }),
  loggerEventMaxAgeMs: setting.duration('LOGGER_EVENT_MAX_AGE', {
    default: '90d',
    about: "How long loggers' own reports (hello, network, versions) are kept",
  }),
  batchMemoryMs: setting.duration('INGEST_BATCH_MEMORY', {
    default: '30d',
    about: 'How long a batch that comes again gets its first answer',
  }),
  databaseMonitorUrl: setting.secret('DATABASE_MONITOR_URL', {
    optional: true,
    about:
      'The same database for the role otel_monitor, which reads what TimescaleDB says of itself; DATABASE_URL when unset',
  }),
  databaseMonitorStatementTimeoutMs: setting.duration('DATABASE_MONITOR_STATEMENT_TIMEOUT', {
    default: '5s',
    min: '100ms',
    max: '30s',
    about: 'Longest time for reading it',
  }),
  databaseMonitorLockTimeoutMs: setting.duration('DATABASE_MONITOR_LOCK_TIMEOUT', {
    default: '2s',
    min: '10ms',
    max: '30s',
    about: 'Longest wait for a lock while reading it',
  }),
  monitorCacheMs: setting.duration('MONITOR_CACHE', {
    default: '30s',
    min: 0,
    max: '10m',
    about: 'How long what was read is given again without asking the database',
  }),
}

export interface StoreOptions {
  databaseUrl: string
  databasePoolMax: number
  databaseStatementTimeoutMs: number
  databaseConnectTimeoutMs: number
  measurementRetentionDays: number
  measurementChunkIntervalMs: number
  measurementColumnstoreAfterMs: number
  fleetTimezone: string
  quarantineMaxRows: number
  quarantineMaxAgeMs: number
  dedupeWindowMs: number
  loggerEventMaxAgeMs: number
  batchMemoryMs: number
  databaseMonitorUrl: string
  databaseMonitorStatementTimeoutMs: number
  databaseMonitorLockTimeoutMs: number
  monitorCacheMs: number
}

/** What `readSettings(storeSettings, …)` gives, or only the address and what differs from the defaults. */
export type GivenOptions = Partial<Omit<StoreOptions, 'databaseUrl' | 'databaseMonitorUrl'>> & {
  databaseUrl: string | Secret
  databaseMonitorUrl?: string | Secret | undefined
}

/** Takes every default from its declaration, so that code and environment agree. */
export function completeOptions(given: GivenOptions): StoreOptions {
  const defaults = Object.fromEntries(
    Object.entries(storeSettings).map(([key, { fallback }]) => [key, fallback as unknown]),
  )
  const databaseUrl = reveal(given.databaseUrl)
  const databaseMonitorUrl = reveal(given.databaseMonitorUrl ?? databaseUrl)
  return { ...(defaults as unknown as StoreOptions), ...given, databaseUrl, databaseMonitorUrl }
}

function reveal(address: string | Secret): string {
  return address instanceof Secret ? address.reveal() : address
}
