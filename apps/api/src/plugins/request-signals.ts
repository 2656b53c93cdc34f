// What telemetry learns of every request: its route, its bodies, the requests that wait, and a span around its handler.
import { errorTypeOf } from '@deye-hard/store'
import {
  instruments,
  isTracing,
  type OpenSpan,
  setRequestAttributes,
  setRoute,
  withSpan,
} from '@deye-hard/telemetry'
import { type LabelsOf, METRICS } from '@deye-hard/telemetry-schema'
import type { FastifyReply, FastifyRequest, RouteHandlerMethod, RouteOptions } from 'fastify'
import fp from 'fastify-plugin'
import { Refusal } from '../errors.ts'
import type { App } from '../parts.ts'

/** Route of addresses that have none. */
export const UNMATCHED = 'unmatched'
const PROBES = '/health/'

declare module 'fastify' {
  interface FastifyRequest {
    /** Pattern of the route; never the address itself, which may hold what a user typed. */
    route: string
    /** Who asked or logged in, once that is proven. */
    userId: number | null
    /** Registered inverter that the request is about, once it was found. */
    inverterId: number | null
    /** Messages that were sent or rows that were given. */
    measurementCount: number | null
    handlerSpan: OpenSpan<'handler'> | null
    /** The whole answer was handed to the operating system. */
    isAnswered: boolean
    /** Bytes of a body that came in chunks, without a length in its header. */
    chunkedBytes: number
  }
}

type Method = LabelsOf<'http.server.active_requests'>['http.request.method']
const METHODS = new Set<string>(METRICS['http.server.active_requests'].labels['http.request.method'].values)

const requestSize = instruments.histogram('http.server.request.body.size')
const responseSize = instruments.histogram('http.server.response.body.size')

export const requestSignals = fp(
  async (app: App) => {
    app.decorateRequest('route', UNMATCHED)
    app.decorateRequest('userId', null)
    app.decorateRequest('inverterId', null)
    app.decorateRequest('measurementCount', null)
    app.decorateRequest('handlerSpan', null)
    app.decorateRequest('isAnswered', false)
    app.decorateRequest('chunkedBytes', 0)
    const active = countActive(app)

    app.addHook('onRoute', route => {
      if (!isProbe(route.url) && route.schema?.hide !== true) route.handler = traced(route)
    })
    app.addHook('onRequest', (request, reply, done) => {
      request.route = request.routeOptions.url ?? UNMATCHED
      if (!isProbe(request.route)) {
        setRoute(request.route)
        setRequestAttributes({ 'request.id': request.id })
        active.begin(request, reply)
      }
      done()
    })
    app.addHook('preParsing', (request, _reply, payload, done) => {
      if (request.headers['transfer-encoding'] !== undefined) {
        payload.on('data', (chunk: Buffer) => {
          request.chunkedBytes += chunk.length
        })
      }
      done()
    })
    app.addHook('onResponse', (request, reply, done) => {
      request.isAnswered = true
      if (!isProbe(request.route)) recordSizes(request, reply)
      done()
    })
  },
  { name: 'request-signals' },
)

export function isProbe(route: string): boolean {
  return route.startsWith(PROBES)
}

/** For the span and the log line of the request. */
export function aboutUser(request: FastifyRequest, userId: number): void {
  request.userId = userId
  setRequestAttributes({ 'user.id': String(userId) })
}

/** For the span of the handler and the log line of the request. */
export function aboutInverter(request: FastifyRequest, inverterId: number): void {
  request.inverterId = inverterId
  request.handlerSpan?.set({ 'inverter.id': String(inverterId) })
}

function methodOf({ method }: FastifyRequest): Method {
  return METHODS.has(method) ? (method as Method) : '_OTHER'
}

/** Until the last byte was handed over, or the connection is gone. */
function countActive(app: App) {
  const waiting = new Map<Method, number>()
  const add = (method: Method, amount: number) => waiting.set(method, (waiting.get(method) ?? 0) + amount)
  const end = instruments.observe('http.server.active_requests', report => {
    for (const [method, count] of waiting) report(count, { 'http.request.method': method })
  })
  app.addHook('onClose', async () => end())
  return {
    begin(request: FastifyRequest, reply: FastifyReply) {
      const method = methodOf(request)
      add(method, 1)
      reply.raw.once('close', () => {
        add(method, -1)
        if (!request.isAnswered) countAborted(app, request, reply)
      })
    },
  }
}

/** The caller went away before his answer was complete; `onResponse` does not hear of it. */
function countAborted(app: App, request: FastifyRequest, reply: FastifyReply): void {
  app.counters.add('requests_aborted', 'any')
  app.lines.debug('request aborted', {
    request_id: request.id,
    http_method: request.method,
    http_route: request.route,
    duration_ms: Math.round(reply.elapsedTime * 10) / 10,
  })
}

/** A body that did not come to its end is not counted. */
function recordSizes(request: FastifyRequest, reply: FastifyReply): void {
  const labels = {
    'http.request.method': methodOf(request),
    'http.route': request.route,
    'http.response.status_code': reply.statusCode,
  }
  const sent = request.chunkedBytes || Number(request.headers['content-length'])
  if (sent > 0 && request.raw.complete) requestSize.record(sent, labels)
  const given = Number(reply.getHeader('content-length'))
  if (given > 0) responseSize.record(given, labels)
}

/** Around what the route does itself, after the checks of access and body. */
function traced({ url, handler }: RouteOptions): RouteHandlerMethod {
  const attributes = { 'http.route': url }
  return function run(request, reply) {
    if (!isTracing()) return handler.call(this, request, reply)
    return insideSpan(attributes, request, () => handler.call(this, request, reply))
  }
}

/** The exception itself stands on the span of the request, once. */
async function insideSpan(
  attributes: { 'http.route': string },
  request: FastifyRequest,
  work: () => unknown,
): Promise<unknown> {
  const outcome = await withSpan('handler', { attributes }, async span => {
    request.handlerSpan = span
    try {
      return { value: await work() }
    } catch (error) {
      if (!isExpected(error)) span.fail(errorTypeOf(error))
      return { error }
    }
  })
  if ('error' in outcome) throw outcome.error
  return outcome.value
}

function isExpected(error: unknown): boolean {
  return error instanceof Refusal && error.statusCode < 500
}
