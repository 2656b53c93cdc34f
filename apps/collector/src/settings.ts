// Every environment variable of the collector: addresses, and each limit of DESIGN section 4.4 under its own name.
import { readSettings, type SettingsOf, setting } from '@deye-hard/config'
import { logLevelSetting, logLimitSettings } from '@deye-hard/telemetry'
import { telemetrySettings } from '@deye-hard/telemetry/start'

/** Where it listens and whom it serves. */
const addressSettings = {
  logLevel: logLevelSetting,
  host: setting.text('COLLECTOR_HOST', { default: '0.0.0.0', about: 'Address that loggers connect to' }),
  port: setting.port('COLLECTOR_PORT', { default: 8899, about: 'TCP port for data loggers' }),
  httpHost: setting.text('COLLECTOR_HTTP_HOST', {
    default: '127.0.0.1',
    about: 'Address of health and status; they are not for the internet',
  }),
  httpPort: setting.port('COLLECTOR_HTTP_PORT', { default: 8898, about: 'TCP port of health and status' }),
  apiUrl: setting.url('API_URL', { protocols: ['http', 'https'], about: 'Base URL of the API' }),
  serviceClientId: setting.text('SERVICE_CLIENT_ID', {
    about: 'Name of this collector as a client of the API',
  }),
  serviceClientSecret: setting.secret('SERVICE_CLIENT_SECRET', { about: 'Secret of that client' }),
}

/** Limits of sockets and streams; each has a counter of its own, see README. */
const connectionSettings = {
  connectionsMax: setting.integer('CONNECTIONS_MAX', {
    default: 120_000,
    min: 1,
    about: 'Open connections in all; more are closed at once',
  }),
  connectionsPerAddressMax: setting.integer('CONNECTIONS_PER_ADDRESS_MAX', {
    default: 2_000,
    min: 1,
    about: 'Open connections from one address; many loggers behind one router are normal',
  }),
  acceptBacklog: setting.integer('ACCEPT_BACKLOG', {
    default: 4_096,
    min: 1,
    about: 'Connections that the kernel holds until they are accepted; net.core.somaxconn caps it',
  }),
  acceptBackoffMin: setting.duration('ACCEPT_BACKOFF_MIN', {
    default: '100ms',
    min: '1ms',
    about: 'After an error of accept, new connections are refused for so long; it doubles while errors go on',
  }),
  acceptBackoffMax: setting.duration('ACCEPT_BACKOFF_MAX', {
    default: '5s',
    min: '1ms',
    about: 'Longest refusal after errors of accept',
  }),
  eventLoopDelayMax: setting.duration('EVENT_LOOP_DELAY_MAX', {
    default: '1s',
    min: '10ms',
    about: 'While the event loop lags more than this, new connections are refused',
  }),
  firstFrameTimeout: setting.duration('FIRST_FRAME_TIMEOUT', {
    default: '60s',
    min: '1ms',
    about: 'A connection without a valid frame is closed after so long',
  }),
  idleTimeout: setting.duration('IDLE_TIMEOUT', {
    default: '6m',
    min: '1ms',
    about: 'A connection without a valid frame since so long is closed; three heartbeats',
  }),
  unfinishedFrameTimeout: setting.duration('UNFINISHED_FRAME_TIMEOUT', {
    default: '30s',
    min: '1ms',
    about: 'A frame start that is not completed within this time is taken for garbage',
  }),
  probeAfter: setting.duration('PROBE_AFTER', {
    default: '20s',
    min: '1ms',
    about: 'A new connection that says nothing for so long is asked once for its serial',
  }),
  sweepInterval: setting.duration('SWEEP_INTERVAL', {
    default: '1s',
    min: '1ms',
    max: '1m',
    about: 'How often the deadlines of connections are looked at, and so how exact they are',
  }),
  keepAliveDelay: setting.duration('KEEP_ALIVE_DELAY', {
    default: '2m',
    min: '1s',
    about: 'Silence before TCP keep-alive probes a connection',
  }),
  framePayloadMax: setting.bytes('FRAME_PAYLOAD_MAX', {
    default: '4KiB',
    min: 64,
    max: 65_535,
    about: 'Largest payload of a frame; the largest on record has 1432 bytes',
  }),
  garbageMax: setting.bytes('GARBAGE_MAX', {
    default: '8KiB',
    min: 1,
    about: 'A connection is closed after so many bytes without a valid frame',
  }),
  writeBufferMax: setting.bytes('WRITE_BUFFER_MAX', {
    default: '16KiB',
    min: 1,
    about: 'A connection whose peer leaves so many bytes of acks unread is closed',
  }),
  unackedFramesMax: setting.integer('UNACKED_FRAMES_MAX', {
    default: 256,
    min: 1,
    about: 'Frames of one connection that may wait for the disk; reading pauses above it',
  }),
  pendingBytesMax: setting.bytes('SPOOL_PENDING_MAX', {
    default: '16MiB',
    min: 1,
    about: 'Bytes that may wait for the disk in all; reading pauses above it and resumes at half',
  }),
  ackHeartbeatInterval: setting.integer('ACK_HEARTBEAT_INTERVAL', {
    default: 120,
    min: 0,
    max: 86_400,
    about: 'Seconds between heartbeats that every ack asks the logger for',
  }),
  unknownLoggerData: setting.oneOf('UNKNOWN_LOGGER_DATA', {
    values: ['quarantine', 'ignore'],
    default: 'quarantine',
    about: 'Data of loggers that the API does not know: kept and acked, or neither',
  }),
  ackLateAfter: setting.duration('ACK_LATE_AFTER', {
    default: '5s',
    min: '1ms',
    about: 'An ack that leaves later than this after its frame counts as late; loggers repeat after 11 s',
  }),
  ...logLimitSettings,
  httpConnectionsMax: setting.integer('COLLECTOR_HTTP_CONNECTIONS_MAX', {
    default: 100,
    min: 1,
    about: 'Open connections to health and status',
  }),
}

/** How much of the work is traced. */
const traceSettings = {
  connectionSpanInterval: setting.duration('CONNECTION_SPAN_INTERVAL', {
    default: '1h',
    min: '1s',
    about: 'How often a connection that stays open gives a span',
  }),
  frameSpansPerSecond: setting.number('FRAME_SPANS_PER_SECOND', {
    default: 2,
    min: 0,
    max: 1_000,
    about: 'Messages that are traced in a second; all of them while there are fewer',
  }),
  errorSpansPerSecond: setting.number('ERROR_SPANS_PER_SECOND', {
    default: 20,
    min: 0,
    max: 1_000,
    about: 'Messages in trouble that are traced in a second; the rest is only counted',
  }),
  tracedMessagesMax: setting.integer('TRACED_MESSAGES_MAX', {
    default: 10_000,
    min: 1,
    about: 'Traced messages in the spool whose trace goes on when they are shipped; the oldest are forgotten',
  }),
}

/** Limits of the spool. */
const spoolSettings = {
  spoolDir: setting.text('SPOOL_DIR', { about: 'Folder of the spool, on a disk that survives a restart' }),
  spoolMaxBytes: setting.bytes('SPOOL_MAX_BYTES', {
    default: '1GiB',
    min: '1MiB',
    about: 'Size of the spool; at it, new data is not acked until there is room',
  }),
  spoolMaxUnknownMessages: setting.integer('SPOOL_MAX_UNKNOWN_MESSAGES', {
    default: 10_000,
    min: 0,
    about: 'Messages of unknown loggers that the spool holds; more are not acked',
  }),
  spoolRetryInterval: setting.duration('SPOOL_RETRY_INTERVAL', {
    default: '1s',
    min: '1ms',
    about: 'How long after a failed write the disk is tried again',
  }),
}

/** Limits of the way to the API. */
const shipperSettings = {
  shipBatchMessages: setting.integer('SHIP_BATCH_MESSAGES', {
    default: 1_000,
    min: 1,
    max: 1_000,
    about: 'Messages in one batch',
  }),
  shipBatchBytes: setting.bytes('SHIP_BATCH_BYTES', {
    default: '3MiB',
    min: '64KiB',
    about: 'Size of one batch; below MEASUREMENTS_BODY_LIMIT of the API',
  }),
  shipBatchesInFlight: setting.integer('SHIP_BATCHES_IN_FLIGHT', {
    default: 2,
    min: 1,
    max: 16,
    about: 'Batches that wait for an answer at one time',
  }),
  shipInterval: setting.duration('SHIP_INTERVAL', {
    default: '200ms',
    min: '1ms',
    about: 'Longest wait for a batch to fill',
  }),
  shipTimeout: setting.duration('SHIP_TIMEOUT', {
    default: '10s',
    min: '1ms',
    about: 'Time that the API has for an answer',
  }),
  shipBackoffMin: setting.duration('SHIP_BACKOFF_MIN', {
    default: '200ms',
    min: '1ms',
    about: 'First pause after a failed batch; it doubles, with jitter',
  }),
  shipBackoffMax: setting.duration('SHIP_BACKOFF_MAX', {
    default: '30s',
    min: '1ms',
    about: 'Longest pause after a failed batch',
  }),
  registryRefreshInterval: setting.duration('REGISTRY_REFRESH_INTERVAL', {
    default: '1m',
    min: '1ms',
    about: 'How often the list of known loggers is asked for',
  }),
  drainTimeout: setting.duration('DRAIN_TIMEOUT', {
    default: '10s',
    min: '1ms',
    about: 'Time to ship what is left when the collector stops',
  }),
  timeTolerance: setting.duration('ACQUISITION_TIME_TOLERANCE', {
    default: '5m',
    min: 0,
    about: 'How far the clock of a logger may be off before its time counts as estimated',
  }),
  readingMaxAge: setting.duration('READING_MAX_AGE', {
    default: '400d',
    min: '1d',
    about: 'Older readings go to quarantine; the retention of the database',
  }),
}

/** How the fleet is watched, see fleet/. */
const fleetSettings = {
  fleetInterval: setting.duration('FLEET_INTERVAL', {
    default: '1m',
    min: '100ms',
    max: '4m',
    about: 'How often the state of each logger is judged',
  }),
  fleetSaveInterval: setting.duration('FLEET_SAVE_INTERVAL', {
    default: '5m',
    min: '100ms',
    about: 'How often what was learned of the loggers is kept in the spool, at most',
  }),
  loggerSeriesMax: setting.integer('LOGGER_SERIES_MAX', {
    default: 2_000,
    min: 0,
    max: 5_000,
    about: 'Loggers, and sites, with series of their own; above it those that need a look go first',
  }),
}

export const collectorSettings = {
  ...addressSettings,
  ...connectionSettings,
  ...traceSettings,
  ...spoolSettings,
  ...shipperSettings,
  ...fleetSettings,
  ...telemetrySettings,
}

export type CollectorSettings = SettingsOf<typeof collectorSettings>

/** Throws a ConfigError that names every variable in trouble. */
export function readCollectorSettings(environment: Record<string, string | undefined>): CollectorSettings {
  return readSettings(collectorSettings, environment)
}
