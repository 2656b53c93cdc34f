// Every environment variable of lens; each limit of engine, intake and scraper has a counter of its own, which `status()` shows.
import { type Environment, readSettings, type SettingsOf, setting } from '@deye-hard/config'
import { alertingSettings } from './alerts/settings.ts'
import type { EngineOptions } from './engine/engine.ts'
import type { IntakeOptions } from './intake/intake.ts'
import { pageSettings } from './page-settings.ts'
import type { ScraperOptions } from './scrape/scraper.ts'
import { readTargets, TARGETS_FORM, TARGETS_PATTERN } from './scrape/targets.ts'

/** An insert that takes longer means that the engine hangs: it is killed and started again. */
const INSERT_TIMEOUT_MS = 30_000
const RESTART_BACKOFF = { minMs: 200, maxMs: 10_000 }
const LOCK_PATIENCE_MS = 5_000

const engineSettings = {
  dataDir: setting.text('LENS_DATA_DIR', {
    default: '.data/lens',
    about: 'Folder of the telemetry; one lens at a time',
  }),
  retention: setting.duration('LENS_RETENTION', {
    default: '24h',
    min: '1h',
    max: '7d',
    about: 'Telemetry is dropped hour by hour after so long',
  }),
  diskMax: setting.bytes('LENS_DISK_MAX', {
    default: '2GiB',
    min: '64MiB',
    about: 'Size of all tables; above it the oldest hours go, whatever their age',
  }),
  sweepInterval: setting.duration('LENS_SWEEP_INTERVAL', {
    default: '30s',
    min: '1s',
    max: '10m',
    about: 'How often age and size of the tables are looked at',
  }),
  engineMemoryMax: setting.bytes('LENS_ENGINE_MEMORY_MAX', {
    default: '512MiB',
    min: '256MiB',
    about: 'Memory of the engine; statements that need more fail',
  }),
  queryMemoryMax: setting.bytes('LENS_QUERY_MEMORY_MAX', {
    default: '192MiB',
    min: '16MiB',
    about: 'Memory of one statement',
  }),
  queryTimeout: setting.duration('LENS_QUERY_TIMEOUT', {
    default: '10s',
    min: '100ms',
    max: '5m',
    about: 'A statement is ended after so long',
  }),
  queryRowsMax: setting.integer('LENS_QUERY_ROWS_MAX', {
    default: 100_000,
    min: 100,
    about: 'Rows that one statement may give back',
  }),
  queryReaders: setting.integer('LENS_QUERY_READERS', {
    default: 3,
    min: 1,
    max: 16,
    about: 'Statements that run side by side',
  }),
  queriesWaitingMax: setting.integer('LENS_QUERIES_WAITING_MAX', {
    default: 200,
    min: 1,
    about: 'Statements that wait for their turn; more are refused',
  }),
}

const intakeSettings = {
  host: setting.text('LENS_HOST', {
    default: '127.0.0.1',
    about: 'Address that lens listens on; it has no accounts, so this machine only',
  }),
  otlpGrpcPort: setting.port('LENS_OTLP_GRPC_PORT', { default: 4317, about: 'TCP port of OTLP over gRPC' }),
  otlpHttpPort: setting.port('LENS_OTLP_HTTP_PORT', { default: 4318, about: 'TCP port of OTLP over HTTP' }),
  messageMax: setting.bytes('LENS_MESSAGE_MAX', {
    default: '8MiB',
    min: '64KiB',
    max: '64MiB',
    about: 'Largest OTLP message, unpacked',
  }),
  httpConnectionsMax: setting.integer('LENS_OTLP_HTTP_CONNECTIONS_MAX', {
    default: 64,
    min: 1,
    about: 'Open connections of OTLP over HTTP',
  }),
  httpBodiesMax: setting.bytes('LENS_OTLP_HTTP_BODIES_MAX', {
    default: '32MiB',
    min: '64KiB',
    about: 'Bodies that are being received, in all; more are sent away with 503',
  }),
  queueRowsMax: setting.integer('LENS_QUEUE_ROWS_MAX', {
    default: 100_000,
    min: 100,
    about: 'Rows that may wait for the engine; what comes then is dropped',
  }),
  queueBytesMax: setting.bytes('LENS_QUEUE_MAX', {
    default: '64MiB',
    min: '1MiB',
    about: 'Bytes that may wait for the engine; what comes then is dropped',
  }),
  batchRows: setting.integer('LENS_BATCH_ROWS', {
    default: 5_000,
    min: 1,
    max: 50_000,
    about: 'Rows of one insert; it is due when a table has so many, or after LENS_BATCH_INTERVAL',
  }),
  batchInterval: setting.duration('LENS_BATCH_INTERVAL', {
    default: '1s',
    min: '10ms',
    max: '1m',
    about: 'How often rows are inserted; kill -9 of lens loses what came since',
  }),
  drainTimeout: setting.duration('LENS_DRAIN_TIMEOUT', {
    default: '5s',
    min: '0ms',
    about: 'How long a stop waits until what was taken is stored',
  }),
  attributesMax: setting.integer('LENS_ATTRIBUTES_MAX', {
    default: 128,
    min: 1,
    about: 'Attributes of one record; the rest is cut',
  }),
  attributeKeyMax: setting.integer('LENS_ATTRIBUTE_KEY_MAX', {
    default: 256,
    min: 16,
    about: 'Characters of a key; the rest is cut',
  }),
  attributeValueMax: setting.integer('LENS_ATTRIBUTE_VALUE_MAX', {
    default: 16_384,
    min: 64,
    about: 'Characters of a value; the rest is cut',
  }),
  bodyMax: setting.integer('LENS_LOG_BODY_MAX', {
    default: 65_536,
    min: 64,
    about: 'Characters of a log line; the rest is cut',
  }),
  eventsMax: setting.integer('LENS_SPAN_EVENTS_MAX', {
    default: 128,
    min: 1,
    about: 'Events and links of a span, each; the rest is cut',
  }),
  clockAheadMax: setting.duration('LENS_CLOCK_AHEAD_MAX', {
    default: '5m',
    min: '1s',
    max: '1h',
    about: 'Telemetry whose time is so far ahead is dropped',
  }),
  seriesMax: setting.integer('LENS_SERIES_MAX', {
    default: 50_000,
    min: 100,
    about: 'Metric series of the last hour; points of new ones are dropped',
  }),
  seriesPerMetricMax: setting.integer('LENS_SERIES_PER_METRIC_MAX', {
    default: 5_000,
    min: 10,
    about: 'The same for one metric, each bucket of a histogram counted',
  }),
}

const scrapeSettings = {
  scrape: setting.flag('LENS_SCRAPE', {
    default: true,
    about:
      'Scrape pages, read PostgreSQL and measure the disk; false where a collector does all that and sends it by OTLP',
  }),
  scrapeTargets: setting.text('LENS_SCRAPE_TARGETS', {
    default: 'solar-api=http://127.0.0.1:9464/metrics,solar-collector=http://127.0.0.1:8898/metrics',
    pattern: TARGETS_PATTERN,
    form: TARGETS_FORM,
    about: 'Pages of metrics and the service.name of each',
  }),
  scrapeInterval: setting.duration('LENS_SCRAPE_INTERVAL', {
    default: '15s',
    min: '1s',
    max: '5m',
    about: 'How often each page is read',
  }),
  scrapeTimeout: setting.duration('LENS_SCRAPE_TIMEOUT', {
    default: '10s',
    min: '100ms',
    max: '5m',
    about: 'A page that takes longer counts as down',
  }),
  scrapePageMax: setting.bytes('LENS_SCRAPE_PAGE_MAX', {
    default: '4MiB',
    min: '64KiB',
    about: 'Largest page; a larger one counts as down',
  }),
  scrapeSamplesMax: setting.integer('LENS_SCRAPE_SAMPLES_MAX', {
    default: 10_000,
    min: 10,
    about: 'Samples of one page; a page with more counts as down',
  }),
  environment: setting.text('DEPLOYMENT_ENVIRONMENT', {
    default: 'production',
    pattern: /^[a-z][a-z0-9-]{0,31}$/,
    form: 'a name in lower case',
    about: 'Environment that telemetry is marked with, such as production, local or test',
  }),
}

export const lensSettings = {
  ...engineSettings,
  ...intakeSettings,
  ...scrapeSettings,
  ...alertingSettings,
  ...pageSettings,
}
export type LensSettings = SettingsOf<typeof lensSettings>

/** Throws ConfigError with every problem. */
export function readLensSettings(environment: Environment): LensSettings {
  return readSettings(lensSettings, environment)
}

export function engineOptionsOf(settings: LensSettings): EngineOptions {
  return {
    folder: settings.dataDir,
    limits: {
      queryTimeoutMs: settings.queryTimeout,
      queryMemoryBytes: settings.queryMemoryMax,
      queryRows: settings.queryRowsMax,
      memoryBytes: settings.engineMemoryMax,
      readers: settings.queryReaders,
      retentionMs: settings.retention,
      diskBytes: settings.diskMax,
      sweepIntervalMs: settings.sweepInterval,
      lockPatienceMs: LOCK_PATIENCE_MS,
    },
    insertTimeoutMs: INSERT_TIMEOUT_MS,
    queriesWaiting: settings.queriesWaitingMax,
    restartBackoff: RESTART_BACKOFF,
  }
}

export function intakeOptionsOf(settings: LensSettings): IntakeOptions {
  const { host, messageMax } = settings
  return {
    grpc: { host, port: settings.otlpGrpcPort, messageMax },
    http: {
      host,
      port: settings.otlpHttpPort,
      messageMax,
      connectionsMax: settings.httpConnectionsMax,
      bodiesMax: settings.httpBodiesMax,
    },
    record: {
      attributesMax: settings.attributesMax,
      keyMax: settings.attributeKeyMax,
      valueMax: settings.attributeValueMax,
      bodyMax: settings.bodyMax,
      eventsMax: settings.eventsMax,
      aheadMs: settings.clockAheadMax,
      retentionMs: settings.retention,
      seriesMax: settings.seriesMax,
      seriesPerMetricMax: settings.seriesPerMetricMax,
    },
    queue: {
      rows: settings.queueRowsMax,
      bytes: settings.queueBytesMax,
      batchRows: settings.batchRows,
      intervalMs: settings.batchInterval,
    },
    drainMs: settings.drainTimeout,
  }
}

export function scraperOptionsOf(settings: LensSettings): ScraperOptions {
  return {
    targets: settings.scrape ? readTargets(settings.scrapeTargets) : [],
    intervalMs: settings.scrapeInterval,
    environment: settings.environment,
    limits: {
      timeoutMs: settings.scrapeTimeout,
      pageBytes: settings.scrapePageMax,
      samples: settings.scrapeSamplesMax,
    },
  }
}
