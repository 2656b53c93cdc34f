// Names of fields that are never written, wherever they stand up to three levels deep.

/** Secrets, and what reference solarman-v5.md section 6 calls personal data of a site (SSID, MAC). */
export const REDACTED_FIELDS = [
  'password',
  'password_hash',
  'passwordHash',
  'secret',
  'client_secret',
  'clientSecret',
  'token',
  'access_token',
  'accessToken',
  'refresh_token',
  'refreshToken',
  'authorization',
  'cookie',
  'ssid',
  'mac',
] as const

/** One `*` for each level, since pino matches no deeper than a path says. */
export const REDACTED_PATHS: string[] = REDACTED_FIELDS.flatMap(field => [
  field,
  `*.${field}`,
  `*.*.${field}`,
])
