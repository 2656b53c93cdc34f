// Metrics of the API: requests, ingest, log-ins and sessions.
import { bounded, oneOf, optional } from '../domain-of-label.ts'
import { HTTP_METHODS, requestLabels } from '../labels.ts'
import { counter, gauge, histogram, updown } from '../metric.ts'
import { API as by } from '../services.ts'

/** OpenTelemetry's advice for HTTP durations. */
export const HTTP_BUCKETS_S = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10]
const BODY_BUCKETS_BYTES = [128, 512, 2_048, 8_192, 32_768, 131_072, 524_288, 2_097_152, 4_194_304]
const BATCH_BUCKETS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000]
const ingestOutcome = oneOf(['stored', 'duplicate', 'quarantined', 'rejected'])
/** Codes of problem documents; apps/api/src/errors.ts gives each its status and title. */
const PROBLEMS = [
  'invalid_request',
  'invalid_json',
  'invalid_cursor',
  'range_too_long',
  'page_too_large',
  'malformed_http',
  'unauthenticated',
  'invalid_token',
  'invalid_credentials',
  'invalid_refresh_token',
  'refresh_token_reused',
  'invalid_client',
  'insufficient_scope',
  'not_found',
  'method_not_allowed',
  'request_timeout',
  'batch_changed',
  'body_too_large',
  'unsupported_media_type',
  'too_many_requests',
  'headers_too_large',
  'internal_error',
  'database_unavailable',
  'shutting_down',
] as const
/** The table in apps/api/README.md says which settings they belong to. */
const LIMITS = [
  'body_size',
  'header_size',
  'page_size',
  'range_length',
  'dashboard_inverters',
  'address_rate',
  'service_rate',
  'login_address_rate',
  'login_account_rate',
  'connections',
  'connection_timeout',
  'request_timeout',
] as const
/** Why a token does not open a route; from `expired` on its signature or its claims are wrong. */
const ACCESS_REFUSALS = [
  'no_token',
  'insufficient_scope',
  'session_ended',
  'client_disabled',
  'malformed',
  'expired',
  'bad_signature',
  'unknown_key',
  'wrong_algorithm',
  'wrong_claims',
] as const

export const apiMetrics = {
  'http.server.request.duration': histogram({
    unit: 's',
    about: 'Requests that the API answered, health and metrics left out',
    labels: {
      ...requestLabels,
      'error.type': optional(bounded('string', 40, 'status codes from 500, and names of errors in code')),
    },
    buckets: HTTP_BUCKETS_S,
    seriesMax: 2_000,
    by,
  }),
  'http.server.request.body.size': histogram({
    unit: 'By',
    about: 'Bodies of requests, as they came over the wire',
    labels: requestLabels,
    buckets: BODY_BUCKETS_BYTES,
    seriesMax: 2_000,
    by,
  }),
  'http.server.response.body.size': histogram({
    unit: 'By',
    about: 'Bodies of answers',
    labels: requestLabels,
    buckets: BODY_BUCKETS_BYTES,
    seriesMax: 2_000,
    by,
  }),
  'http.server.active_requests': updown({
    unit: '{request}',
    about: 'Requests that wait for their answer',
    labels: { 'http.request.method': oneOf(HTTP_METHODS) },
    by,
  }),
  'solar.api.problems': counter({
    unit: '{problem}',
    about: 'Answers that are problem documents',
    labels: { problem: oneOf(PROBLEMS) },
    by,
  }),
  'solar.api.limit_hits': counter({
    unit: '{hit}',
    about: 'Times that a limit of the API was hit',
    labels: { limit: oneOf(LIMITS) },
    by,
  }),
  'solar.api.requests_aborted': counter({
    unit: '{request}',
    about: 'Requests whose caller went away',
    by,
    notInTour: 'needs a caller that hangs up in the middle of a request; apps/api/test has one',
  }),
  'solar.api.key_reloads': counter({
    unit: '{reload}',
    about: 'Times that the file of signing keys had changed; after a failure the old keys stay',
    labels: { outcome: oneOf(['reloaded', 'failed']) },
    by,
  }),
  'solar.measurements.ingested': counter({
    unit: '{message}',
    about: 'Messages by what was answered for them; a batch that comes again is counted again',
    labels: { outcome: ingestOutcome },
    by,
  }),
  'solar.measurements.batch.size': histogram({
    unit: '{message}',
    about: 'Messages in a batch that was taken',
    labels: { outcome: oneOf(['taken', 'refused']) },
    buckets: BATCH_BUCKETS,
    by,
  }),
  'solar.auth.login_failures': counter({
    unit: '{failure}',
    about: 'Log-ins that failed; the caller is told none of the reasons',
    labels: { reason: oneOf(['unknown_user', 'wrong_password', 'disabled', 'rate_limited']) },
    by,
  }),
  'solar.auth.access_refused': counter({
    unit: '{refusal}',
    about: 'Requests with a token that is missing or not good here',
    labels: { reason: oneOf(ACCESS_REFUSALS) },
    by,
  }),
  'solar.auth.token_refreshes': counter({
    unit: '{refresh}',
    about: 'Refresh tokens that came to be exchanged',
    labels: {
      outcome: oneOf(['ok', 'failed']),
      reason: optional(oneOf(['reused', 'expired', 'revoked', 'unknown', 'disabled'])),
    },
    by,
  }),
  'solar.auth.service_tokens': counter({
    unit: '{request}',
    about: 'Requests of services for a token',
    labels: {
      outcome: oneOf(['ok', 'failed']),
      reason: optional(oneOf(['unknown_client', 'wrong_secret', 'disabled'])),
    },
    by,
  }),
  'solar.auth.sessions_expired': counter({
    unit: '{session}',
    about: 'Sessions that ended because their refresh token was too old',
    labels: { reason: oneOf(['refresh_token']) },
    by,
  }),
  'solar.auth.sessions_revoked': counter({
    unit: '{session}',
    about: 'Sessions that were ended before their time',
    labels: { reason: oneOf(['logout', 'reuse', 'disabled']) },
    by,
  }),
  'solar.auth.sessions_active': gauge({
    unit: '{session}',
    about: 'Sessions that could be continued now, from the database',
    by,
  }),
  'solar.users.active': gauge({
    unit: '{user}',
    about: 'Different users who logged in or refreshed a token in the window, from the database',
    labels: { window: oneOf(['24h']) },
    by,
  }),
  'solar.ledger.messages': gauge({
    unit: '{message}',
    about:
      'What the database counted, of all collectors; the other half of the ledger. Falls when a message leaves quarantine',
    labels: { outcome: oneOf(['stored', 'duplicate', 'quarantined', 'event']) },
    by,
  }),
} as const
