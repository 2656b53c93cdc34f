// Health, status and /metrics over HTTP, for the operator, the container runtime and the scraper; never open to the internet.

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { TelemetryStatus } from '@deye-hard/telemetry/start'
import { listen } from './listen.ts'
import type { CollectorSettings } from './settings.ts'
import type { Status } from './status.ts'

const REQUEST_TIMEOUT_MS = 10_000
const HEADER_BYTES_MAX = 8 * 1_024

/** `ready` is null when the collector can take data, else the reason why not. */
export interface HttpSource {
  status(): Status & { telemetry: TelemetryStatus | null }
  metrics(): Promise<{ contentType: string; body: string }>
  notReady(): string | null
}

interface Answer {
  code: number
  /** JSON but for /metrics. */
  contentType?: string
  body: unknown
}

export class StatusServer {
  readonly #server: Server
  readonly #settings: CollectorSettings

  constructor(source: HttpSource, settings: CollectorSettings) {
    this.#settings = settings
    const limits = { requestTimeout: REQUEST_TIMEOUT_MS, maxHeaderSize: HEADER_BYTES_MAX }
    this.#server = createServer(limits, (request, response) => {
      answer(request, source).then(
        given => send(response, given),
        () => send(response, problem(500, 'The answer could not be made.')),
      )
    })
    this.#server.maxConnections = settings.httpConnectionsMax
  }

  /** Resolves to the port; rejects with a StartError. */
  start(): Promise<number> {
    const { httpHost, httpPort } = this.#settings
    return listen(this.#server, {
      host: httpHost,
      port: httpPort,
      hostVariable: 'COLLECTOR_HTTP_HOST',
      portVariable: 'COLLECTOR_HTTP_PORT',
    })
  }

  stop(): Promise<void> {
    return new Promise(resolve => {
      this.#server.close(() => resolve())
      this.#server.closeAllConnections()
    })
  }
}

async function answer(request: IncomingMessage, source: HttpSource): Promise<Answer> {
  if (request.method !== 'GET' && request.method !== 'HEAD') return problem(405, 'Only GET is served here.')
  switch (request.url?.split('?', 1)[0]) {
    case '/health/live':
      return { code: 200, body: { status: 'live' } }
    case '/health/ready': {
      const reason = source.notReady()
      return reason === null
        ? { code: 200, body: { status: 'ready' } }
        : { code: 503, body: { status: 'not_ready', reason } }
    }
    case '/status':
      return { code: 200, body: source.status() }
    case '/metrics':
      return { code: 200, ...(await source.metrics()) }
    default:
      return problem(404, 'There are /health/live, /health/ready, /status and /metrics.')
  }
}

function problem(code: number, detail: string): Answer {
  return { code, body: { status: code, detail } }
}

function send(response: ServerResponse, { code, contentType, body }: Answer): void {
  const type = code >= 400 && code !== 503 ? 'application/problem+json' : 'application/json'
  response.writeHead(code, { 'content-type': contentType ?? type, 'cache-control': 'no-store' })
  response.end(contentType === undefined ? `${JSON.stringify(body)}\n` : body)
}
