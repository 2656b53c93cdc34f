// Label values that several metrics share; each list is closed, and the code that counts takes its type from here.
import { bounded, oneOf, registered } from './domain-of-label.ts'

/** Codes that loggers are known to send; what a stranger makes up counts as `other` (reference solarman-v5 2.1). */
export const CONTROL_CODES = [
  '0x4110',
  '0x4210',
  '0x4310',
  '0x4710',
  '0x4810',
  '0x1510',
  '0x0510',
  'other',
] as const
export type ControlCodeLabel = (typeof CONTROL_CODES)[number]

/** Why a new connection was closed at once. */
export const REFUSED_REASONS = [
  'connections_max',
  'connections_per_address_max',
  'spool_full',
  'spool_pending',
  'event_loop_delay',
  'accept_backoff',
  'stopping',
] as const
/** Why we closed a connection that was taken. */
export const CUT_REASONS = [
  'first_frame_timeout',
  'idle',
  'garbage_limit',
  'slow_reader',
  'tls_client_hello',
  'v4_frame',
  'handler_error',
] as const
/** How a connection ends in good order, or by the logger's doing. */
export const CLOSED_REASONS = ['peer', 'peer_error', 'shutdown'] as const
/** Why a frame that asks for an ack got none. */
export const UNACKED_REASONS = [
  'spool_full',
  'disk_error',
  'spool_pending',
  'unknown_logger',
  'unknown_logger_limit',
  'connection_closed',
] as const
/** Why a connection was not read for a while. */
export const PAUSED_REASONS = ['spool_pending', 'unacked_frames'] as const
/** Why bytes of a stream are no frame; the first seven are the reader's (packages/solarman-v5). */
export const STREAM_REJECTIONS = [
  'garbage',
  'bad_control_suffix',
  'oversized_length',
  'bad_end_byte',
  'bad_checksum',
  'tls_client_hello',
  'v4_frame',
  'unfinished',
] as const
/** Why a sound frame became no reading and no event; as in packages/domain. */
export const QUARANTINE_REASONS = [
  'unknown_logger',
  'unsupported_sensor_list',
  'undecodable_payload',
  'unknown_control_code',
  'implausible',
  'too_old',
  'invalid_message',
] as const
/** Why the API did not take a batch. */
export const SHIP_ERRORS = [
  'unreachable',
  'timeout',
  'server_error',
  'rate_limited',
  'unauthorized',
  'forbidden',
  'not_found',
  'unexpected_status',
  'bad_answer',
  'batch_refused',
  'spool_disk_error',
  'aborted',
] as const
/** What a logger should be doing, and does; as in packages/domain. */
export const LOGGER_STATES = ['live', 'asleep', 'late', 'missing', 'never_seen'] as const

export const controlCode = oneOf(CONTROL_CODES)
export const buffered = oneOf([true, false])

/** The three ids of a registered logger. */
export const loggerLabels = {
  'logger.serial': registered('logger'),
  'inverter.id': registered('inverter'),
  'site.id': registered('site'),
} as const

export const HTTP_METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS', '_OTHER'] as const

/** Labels of everything about one HTTP request that the API answers. */
export const requestLabels = {
  'http.request.method': oneOf(HTTP_METHODS),
  'http.route': bounded('string', 60, 'the routes of the API; `unmatched` for all other addresses'),
  'http.response.status_code': bounded('number', 40, 'status codes that the API answers'),
} as const
