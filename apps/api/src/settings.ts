// Every environment variable of the API, with the limits that DESIGN section 4.4 asks to be named.
import { isIP } from 'node:net'
import { ConfigError, readSettings, type SettingsOf, setting } from '@deye-hard/config'
import { storeSettings } from '@deye-hard/store'
import { logLevelSetting, logLimitSettings } from '@deye-hard/telemetry'
import { telemetrySettings } from '@deye-hard/telemetry/start'

export const apiSettings = {
  logLevel: logLevelSetting,
  ...logLimitSettings,
  ...telemetrySettings,
  host: setting.text('API_HOST', { default: '127.0.0.1', about: 'Address that the API listens on' }),
  port: setting.port('API_PORT', { default: 3000, about: 'TCP port of the API' }),
  trustProxy: setting.text('API_TRUST_PROXY', {
    optional: true,
    pattern: /^[0-9a-f.:/]+(,[0-9a-f.:/]+)*$/i,
    form: 'addresses or networks with commas between them, for example 172.16.0.0/12',
    about: 'Proxies whose X-Forwarded-For is believed; none when unset',
  }),
  metricsHost: setting.text('API_METRICS_HOST', {
    default: '127.0.0.1',
    about: 'Address that /metrics listens on; never one that the internet reaches',
  }),
  metricsPort: setting.port('API_METRICS_PORT', {
    default: 9464,
    about: 'TCP port of /metrics; 0 takes any free one',
  }),
  corsOrigin: setting.url('API_CORS_ORIGIN', {
    optional: true,
    protocols: ['http', 'https'],
    about: 'The one web origin that browsers may call the API from; none when unset',
  }),

  ...storeSettings,
  slowQueryAfter: setting.duration('SLOW_QUERY_AFTER', {
    default: '1s',
    min: '1ms',
    max: '1h',
    about: 'A statement that takes longer is counted as slow and logged by its name',
  }),
  databaseMigrate: setting.flag('DATABASE_MIGRATE', {
    default: true,
    about: 'Whether the API applies missing migrations when it starts',
  }),

  jwtKeysFile: setting.text('JWT_KEYS_FILE', {
    about: 'JSON file {"keys": [private Ed25519 JWK, ...]}: the first key signs, all verify',
  }),
  jwtKeysCheckInterval: setting.duration('JWT_KEYS_CHECK_INTERVAL', {
    default: '1m',
    min: '50ms',
    max: '1h',
    about: 'How often the API looks whether the file of keys has changed',
  }),
  jwtIssuer: setting.text('JWT_ISSUER', { default: 'solar-api', about: 'Name of the issuer inside tokens' }),
  accessTokenTtl: setting.duration('ACCESS_TOKEN_TTL', {
    default: '15m',
    min: '1s',
    max: '15m',
    about: 'Life of an access token of a user',
  }),
  refreshTokenTtl: setting.duration('REFRESH_TOKEN_TTL', {
    default: '30d',
    min: '1s',
    max: '365d',
    about: 'Life of a refresh token since its last use',
  }),
  serviceTokenTtl: setting.duration('SERVICE_TOKEN_TTL', {
    default: '10m',
    min: '1s',
    max: '10m',
    about: 'Life of an access token of a service',
  }),
  tokenLeeway: setting.duration('TOKEN_LEEWAY', {
    default: '5s',
    min: 0,
    max: '60s',
    about: 'How far the clocks of two API processes may differ',
  }),
  accessCacheTtl: setting.duration('ACCESS_CACHE_TTL', {
    default: '5s',
    min: 0,
    max: '60s',
    about: 'How long a disabled account may go on with its access token',
  }),
  accessCacheEntries: setting.integer('ACCESS_CACHE_ENTRIES', {
    default: 10_000,
    min: 1,
    about: 'Sessions and service clients that the access check remembers',
  }),
  argon2MemoryKib: setting.integer('ARGON2_MEMORY_KIB', {
    default: 19_456,
    min: 8,
    about: 'Memory of one password check in KiB; 19456 is the least for production, tests use less',
  }),
  argon2Passes: setting.integer('ARGON2_PASSES', {
    default: 2,
    min: 1,
    max: 20,
    about: 'Passes of one password check; 2 is the least for production',
  }),

  bodyLimit: setting.bytes('API_BODY_LIMIT', {
    default: '64KiB',
    min: '1KiB',
    about: 'Largest body of a request, except for batches of measurements',
  }),
  measurementsBodyLimit: setting.bytes('MEASUREMENTS_BODY_LIMIT', {
    default: '4MiB',
    min: '1KiB',
    about: 'Largest body of a batch of measurements',
  }),
  addressRateLimit: setting.integer('API_RATE_PER_ADDRESS', {
    default: 600,
    min: 1,
    about: 'Requests per minute from one address on the routes for people',
  }),
  serviceRateLimit: setting.integer('API_SERVICE_RATE_PER_ADDRESS', {
    default: 12_000,
    min: 1,
    about: 'Requests per minute from one address on the routes for services',
  }),
  loginAddressRateLimit: setting.integer('LOGIN_RATE_PER_ADDRESS', {
    default: 30,
    min: 1,
    about: 'Log-ins, refreshes and service tokens per minute from one address',
  }),
  loginAccountRateLimit: setting.integer('LOGIN_RATE_PER_ACCOUNT', {
    default: 10,
    min: 1,
    about: 'Log-ins per minute into one account, whatever the address',
  }),
  rateTrackedKeys: setting.integer('API_RATE_TRACKED_KEYS', {
    default: 20_000,
    min: 1,
    about: 'Addresses and accounts that each rate limit remembers; the oldest is forgotten first',
  }),
  pageSizeMax: setting.integer('API_PAGE_SIZE_MAX', {
    default: 500,
    min: 1,
    about: 'Most inverters on one page',
  }),
  measurementsPageMax: setting.integer('MEASUREMENTS_PAGE_MAX', {
    default: 5_000,
    min: 1,
    max: 50_000,
    about: 'Most measurements on one page',
  }),
  measurementsRangeMax: setting.duration('MEASUREMENTS_RANGE_MAX', {
    default: '31d',
    min: '1m',
    about: 'Longest time range of single measurements',
  }),
  measurementsBucketRangeMax: setting.duration('MEASUREMENTS_BUCKET_RANGE_MAX', {
    default: '3660d',
    min: '1m',
    about: 'Longest time range of measurements in buckets',
  }),
  dashboardInvertersMax: setting.integer('DASHBOARD_INVERTERS_MAX', {
    default: 2_000,
    min: 1,
    about: 'Most inverters that one dashboard adds up',
  }),

  connectionsMax: setting.integer('API_CONNECTIONS_MAX', {
    default: 2_000,
    min: 1,
    about: 'Open connections; more are closed at once',
  }),
  connectionTimeout: setting.duration('API_CONNECTION_TIMEOUT', {
    default: '60s',
    min: '50ms',
    about: 'A connection on which nothing moves for so long is closed',
  }),
  requestTimeout: setting.duration('API_REQUEST_TIMEOUT', {
    default: '30s',
    min: '50ms',
    about: 'Time for a whole request to arrive',
  }),
  keepAliveTimeout: setting.duration('API_KEEP_ALIVE_TIMEOUT', {
    default: '72s',
    min: '50ms',
    about: 'An idle connection is kept for so long',
  }),
  headerSizeMax: setting.bytes('API_HEADER_SIZE_MAX', {
    default: '16KiB',
    min: '1KiB',
    about: 'Largest size of all headers of a request',
  }),
  shutdownTimeout: setting.duration('API_SHUTDOWN_TIMEOUT', {
    default: '10s',
    min: '50ms',
    about: 'Time for requests in flight to finish when the API stops',
  }),
}

export type ApiSettings = SettingsOf<typeof apiSettings>

export function readApiSettings(environment: Record<string, string | undefined>): ApiSettings {
  const settings = readSettings(apiSettings, environment)
  refuseWrongProxies(settings.trustProxy)
  return settings
}

/** A pattern cannot tell 10.0.0.300 from an address, and a proxy that is spelt wrong would be believed by nobody. */
function refuseWrongProxies(list: string | undefined): void {
  const wrong = list?.split(',').find(network => !isNetwork(network))
  if (wrong === undefined) return
  const { name: variable, form: expected } = apiSettings.trustProxy
  throw new ConfigError([{ code: 'wrong_form', variable, found: 'something else in the list', expected }])
}

function isNetwork(text: string): boolean {
  const [address, bits, ...more] = text.split('/')
  const family = isIP(address!)
  if (family === 0 || more.length > 0) return false
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128))
}
