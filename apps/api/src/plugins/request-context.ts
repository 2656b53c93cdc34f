// Gives every request an id that its answer and its one log line carry, and refuses requests while the server stops.
import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { Logger } from '@deye-hard/telemetry'
import type { FastifyReply, FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { type ProblemCode, Refusal } from '../errors.ts'
import type { App } from '../parts.ts'
import { isProbe } from './request-signals.ts'

const REQUEST_ID_HEADER = 'x-request-id'
/** A caller's id goes into logs and headers: only what cannot break either. */
const SAFE_REQUEST_ID = /^[A-Za-z0-9._-]{8,64}$/
const RETRY_AFTER_STOP_S = '5'

declare module 'fastify' {
  interface FastifyInstance {
    /** From now on new requests get 503; those in flight finish. */
    stopTaking(): void
    isStopping(): boolean
  }
  interface FastifyReply {
    problemCode: ProblemCode | null
  }
}

export function requestIdFor(request: IncomingMessage): string {
  const given = request.headers[REQUEST_ID_HEADER]
  return typeof given === 'string' && SAFE_REQUEST_ID.test(given) ? given : randomUUID()
}

export const requestContext = fp(
  async (app: App) => {
    let stopping = false
    app.decorate('stopTaking', () => {
      stopping = true
    })
    app.decorate('isStopping', () => stopping)
    app.decorateReply('problemCode', null)
    app.addHook('onRequest', async (request, reply) => {
      reply.header(REQUEST_ID_HEADER, request.id)
      if (!stopping) return
      if (request.route === '/health/live') return
      throw new Refusal('shutting_down', { headers: { 'retry-after': RETRY_AFTER_STOP_S } })
    })
    // An answer that leaves while stopping must end its connection, or the server would wait for the next request on it.
    app.addHook('onSend', async (_request, reply) => {
      if (stopping) reply.header('connection', 'close')
    })
    app.addHook('onResponse', (request, reply, done) => {
      logRequest(app.lines, request, reply)
      done()
    })
  },
  { name: 'request-context' },
)

function logRequest(lines: Logger, request: FastifyRequest, reply: FastifyReply): void {
  const probe = isProbe(request.route)
  if (!lines.admits(probe ? 'probe answered' : 'request completed')) return
  const { principal } = request
  const fields = {
    request_id: request.id,
    http_method: request.method,
    http_route: request.route,
    http_status: reply.statusCode,
    duration_ms: Math.round(reply.elapsedTime * 10) / 10,
    problem: reply.problemCode,
    user_id: request.userId,
    client_id: principal?.kind === 'service' ? principal.clientId : null,
    inverter_id: request.inverterId,
    measurement_count: request.measurementCount,
  }
  if (probe) lines.debug('probe answered', fields)
  else lines.info('request completed', fields)
}
