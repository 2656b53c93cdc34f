// Turns everything that goes wrong into one problem document, one log line and one count.
import { STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import { failRequest, setRoute } from '@deye-hard/telemetry'
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import type { ReasonOf } from '../counters.ts'
import { isDatabaseAway } from '../database-errors.ts'
import {
  PROBLEM_MEDIA_TYPE,
  PROBLEMS,
  type ProblemCode,
  problemOf,
  Refusal,
  type RefusalOptions,
} from '../errors.ts'
import { fieldProblems } from '../field-problems.ts'
import type { App } from '../parts.ts'
import { DATABASE_RETRY_AFTER_S } from './database-guard.ts'
import { UNMATCHED } from './request-signals.ts'

/** Errors of Fastify and of the JSON parser that have a code of ours. */
const FASTIFY_CODES: Record<string, ProblemCode> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'body_too_large',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'unsupported_media_type',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'malformed_http',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'invalid_json',
  FST_ERR_CTP_INVALID_JSON_BODY: 'invalid_json',
  FST_ERR_BAD_URL: 'malformed_http',
}
/** Codes that mean a limit was hit, and the name it counts under. */
const LIMITS: Partial<Record<ProblemCode, ReasonOf<'limit_hits'>>> = {
  body_too_large: 'body_size',
  headers_too_large: 'header_size',
  request_timeout: 'request_timeout',
  page_too_large: 'page_size',
  range_too_long: 'range_length',
}

export const problems = fp(
  async (app: App) => {
    const methods = methodsByPattern(app)
    app.setErrorHandler((error: FastifyError, request, reply) => {
      const refusal = refusalFor(error)
      if (refusal.statusCode >= 500 && !(error instanceof Refusal)) report(app, request, error, refusal.code)
      return send(app, request, reply, refusal)
    })
    app.setNotFoundHandler((request, reply) => {
      const allowed = methods(request.url.split('?')[0]!)
      const refusal =
        allowed.length === 0
          ? new Refusal('not_found')
          : new Refusal('method_not_allowed', { headers: { allow: allowed.join(', ') } })
      return send(app, request, reply, refusal)
    })
  },
  { name: 'problems' },
)

/** Once on the span with its stack, once in the log; a database that is away needs no second person. */
function report(app: App, request: FastifyRequest, error: unknown, problem: ProblemCode): void {
  failRequest(error)
  const fields = { request_id: request.id, problem, error }
  if (problem === 'database_unavailable') app.lines.warn('request failed, database away', fields)
  else app.lines.error('request failed', fields)
}

/** For errors before there is a request: Node hands over the bare socket. */
export function answerClientError(app: App, error: NodeJS.ErrnoException, socket: Socket): void {
  const code = CLIENT_ERRORS[error.code ?? ''] ?? 'malformed_http'
  count(app, code)
  if (!socket.writable || error.code === 'ECONNRESET') {
    socket.destroy()
    return
  }
  const requestId = crypto.randomUUID()
  const body = JSON.stringify(problemOf(code, { requestId }))
  const { status } = PROBLEMS[code]
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\ncontent-type: ${PROBLEM_MEDIA_TYPE}\r\ncontent-length: ${Buffer.byteLength(body)}\r\n` +
      `x-request-id: ${requestId}\r\nconnection: close\r\n\r\n${body}`,
  )
}

/** For an address that cannot be read: no route and no hook has seen the request. */
export function answerFrameworkError(
  app: App,
  error: FastifyError,
  request: FastifyRequest,
  reply: FastifyReply,
): void {
  const refusal = refusalFor(error)
  setRoute(UNMATCHED)
  app.lines.info('request completed', {
    request_id: request.id,
    http_method: request.method,
    http_route: UNMATCHED,
    http_status: refusal.statusCode,
    problem: refusal.code,
  })
  send(app, request, reply.header('x-request-id', request.id), refusal)
}

const CLIENT_ERRORS: Record<string, ProblemCode> = {
  HPE_HEADER_OVERFLOW: 'headers_too_large',
  ERR_HTTP_REQUEST_TIMEOUT: 'request_timeout',
}

function refusalFor(error: FastifyError): Refusal {
  if (error instanceof Refusal) return error
  if (error.validation !== undefined) {
    return new Refusal('invalid_request', {
      errors: fieldProblems(error.validation, error.validationContext),
    })
  }
  const known = FASTIFY_CODES[error.code] ?? (error instanceof SyntaxError ? 'invalid_json' : undefined)
  if (known !== undefined) return new Refusal(known, { cause: error })
  if (isDatabaseAway(error)) return new Refusal('database_unavailable', away(error))
  return new Refusal('internal_error', { cause: error })
}

function away(cause: unknown): RefusalOptions {
  return { cause, headers: { 'retry-after': DATABASE_RETRY_AFTER_S } }
}

function send(app: App, request: FastifyRequest, reply: FastifyReply, refusal: Refusal): FastifyReply {
  count(app, refusal.code)
  reply.problemCode = refusal.code
  const problem = problemOf(refusal.code, {
    requestId: request.id,
    detail: refusal.message,
    instance: request.url.split('?')[0]!,
    errors: refusal.errors,
  })
  return reply
    .code(refusal.statusCode)
    .headers(refusal.headers)
    .type(PROBLEM_MEDIA_TYPE)
    .serializer((body: unknown) => JSON.stringify(body))
    .send(problem)
}

function count(app: App, code: ProblemCode): void {
  app.counters.add('problems', code)
  const limit = LIMITS[code]
  if (limit !== undefined) app.counters.add('limit_hits', limit)
}

/** Fastify answers 404 for a wrong method; this finds the methods that the path does have. */
function methodsByPattern(app: App): (path: string) => string[] {
  const routes: { pattern: RegExp; methods: string[] }[] = []
  app.addHook('onRoute', route => {
    const source = route.url
      .replace(/[.+?^${}()|[\]\\]/g, '\\$&')
      .replace(/:[^/]+/g, '[^/]+')
      .replace(/\*/g, '.*')
    routes.push({ pattern: new RegExp(`^${source}$`), methods: [route.method].flat() })
  })
  return path => [
    ...new Set(routes.filter(({ pattern }) => pattern.test(path)).flatMap(({ methods }) => methods)),
  ]
}
