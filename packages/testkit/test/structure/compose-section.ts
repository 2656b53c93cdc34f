// What `.env.example` says for docker-compose.yml beside the settings of the apps; apps/ops/test/compose holds the two together.
import type { SettingDescription } from '@deye-hard/config'

export interface ComposeSection {
  /** Settings of apps that a person must fill in before `docker compose up`. */
  fillIn: readonly string[]
  /** Variables that only docker-compose.yml and its overlays read. */
  own: readonly SettingDescription[]
  /** Settings without a default that docker-compose.yml gives a value itself. */
  fixed: readonly string[]
}

export const COMPOSE_SECTION: ComposeSection = {
  fillIn: ['ALERT_EMAIL_TO', 'SIGNOZ_PASSWORD', 'SMTP_HOST', 'SMTP_USERNAME', 'SMTP_PASSWORD'],
  own: [
    variable('PUBLISH_COLLECTOR', '0.0.0.0:8899', 'Where loggers reach the collector', 'address:port'),
    variable(
      'PUBLISH_API',
      '127.0.0.1:3000',
      'Where the API is reached without TLS; deploy/compose.tls.yml puts TLS before it instead',
      'address:port',
    ),
    variable(
      'PUBLISH_SIGNOZ',
      '127.0.0.1:8080',
      'Where SigNoz is reached; it has no TLS, so keep it on loopback',
      'address:port',
    ),
    variable('API_DOMAIN', null, 'Name of the API in deploy/compose.tls.yml', 'a host name'),
    variable('PUBLISH_HTTPS', '0.0.0.0:443', 'Where deploy/compose.tls.yml serves the API', 'address:port'),
    variable('PUBLISH_HTTP', '0.0.0.0:80', 'Where it proves its name and sends browsers on', 'address:port'),
    variable('HOST_NAME', 'docker-host', 'Name of this machine in its metrics', 'a name'),
    variable('DATABASE_MEMORY', '2GB', 'Memory that the first start tunes the database for', 'a size'),
    variable(
      'TRACE_SAMPLE_PERCENT',
      '100',
      'Share of traces that are kept; those with an error and slow ones always are',
      'a number between 0 and 100',
    ),
    variable('TRACE_SLOW_MS', '1000', 'A trace that takes longer is slow', 'milliseconds'),
    variable(
      'HISTOGRAM_QUANTILE_SHA256',
      null,
      'Checksum that the download for percentiles in ClickHouse must have; unchecked when unset',
      'a SHA-256 in hexadecimal',
    ),
  ],
  fixed: [
    'DATABASE_URL',
    'JWT_KEYS_FILE',
    'API_URL',
    'SERVICE_CLIENT_ID',
    'SERVICE_CLIENT_SECRET',
    'SPOOL_DIR',
  ],
}

function variable(name: string, standard: string | null, about: string, form: string): SettingDescription {
  return { name, about, form, example: null, default: standard, secret: false, required: false }
}
