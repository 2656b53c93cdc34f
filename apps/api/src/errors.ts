// The closed list of what a request can be refused for, and the one shape in which a refusal leaves the API.

import type { ReasonOf } from './counters.ts'

/** Code → status and title; apps/api/README.md lists the same codes, a test holds the two together. */
export const PROBLEMS = {
  invalid_request: { status: 400, title: 'The request has fields that are missing or wrong' },
  invalid_json: { status: 400, title: 'The body is not valid JSON' },
  invalid_cursor: { status: 400, title: 'The cursor does not belong to this query' },
  range_too_long: { status: 400, title: 'The time range is longer than allowed' },
  page_too_large: { status: 400, title: 'The page is larger than allowed' },
  malformed_http: { status: 400, title: 'The request is not valid HTTP' },
  unauthenticated: { status: 401, title: 'This needs a bearer token' },
  invalid_token: { status: 401, title: 'The token is not valid here' },
  invalid_credentials: { status: 401, title: 'E-mail or password is wrong' },
  invalid_refresh_token: { status: 401, title: 'The refresh token is not valid' },
  refresh_token_reused: { status: 401, title: 'The refresh token was used twice; the session has ended' },
  invalid_client: { status: 401, title: 'Client id or client secret is wrong' },
  insufficient_scope: { status: 403, title: 'The token lacks the scope that this needs' },
  not_found: { status: 404, title: 'There is nothing here' },
  method_not_allowed: { status: 405, title: 'This address does not take that method' },
  request_timeout: { status: 408, title: 'The request did not arrive in time' },
  batch_changed: { status: 409, title: 'The batch came before with other messages' },
  body_too_large: { status: 413, title: 'The body is larger than allowed' },
  unsupported_media_type: { status: 415, title: 'The body must be application/json' },
  too_many_requests: { status: 429, title: 'Too many requests, try again later' },
  headers_too_large: { status: 431, title: 'The headers are larger than allowed' },
  internal_error: { status: 500, title: 'Something broke on our side' },
  database_unavailable: { status: 503, title: 'The database does not answer, try again soon' },
  shutting_down: { status: 503, title: 'The server is stopping, try again soon' },
} as const satisfies Record<ReasonOf<'problems'>, { status: number; title: string }>

export type ProblemCode = keyof typeof PROBLEMS
export const PROBLEM_CODES = Object.keys(PROBLEMS) as ProblemCode[]
export const PROBLEM_MEDIA_TYPE = 'application/problem+json'

/** Which field, what form was found (never the value), what is expected. */
export interface FieldProblem {
  field: string
  form: string
  expected: string
}

/** RFC 9457 problem details. */
export interface Problem {
  type: string
  title: string
  status: number
  detail: string
  instance?: string
  request_id: string
  errors?: FieldProblem[]
}

export interface RefusalOptions {
  detail?: string
  errors?: FieldProblem[]
  headers?: Record<string, string>
  cause?: unknown
}

/** Thrown by hooks and routes to refuse a request; the error handler alone turns it into a reply. */
export class Refusal extends Error {
  readonly code: ProblemCode
  readonly statusCode: number
  readonly errors: FieldProblem[] | undefined
  readonly headers: Record<string, string>

  constructor(code: ProblemCode, options: RefusalOptions = {}) {
    super(options.detail ?? PROBLEMS[code].title, { cause: options.cause })
    this.name = 'Refusal'
    this.code = code
    this.statusCode = PROBLEMS[code].status
    this.errors = options.errors
    this.headers = options.headers ?? {}
  }
}

export function problemOf(
  code: ProblemCode,
  about: { requestId: string; detail?: string; instance?: string; errors?: FieldProblem[] | undefined },
): Problem {
  const { status, title } = PROBLEMS[code]
  return {
    type: `urn:deye-hard:problem:${code}`,
    title,
    status,
    detail: about.detail ?? title,
    ...(about.instance === undefined ? {} : { instance: about.instance }),
    request_id: about.requestId,
    ...(about.errors === undefined ? {} : { errors: about.errors }),
  }
}
