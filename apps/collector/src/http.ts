// Health and status over HTTP, for the operator and the container runtime; never open to the internet.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { listen } from './listen.ts'
import type { CollectorSettings } from './settings.ts'
import type { Status } from './status.ts'

const REQUEST_TIMEOUT_MS = 10_000
const HEADER_BYTES_MAX = 8 * 1_024

/** `ready` is null when the collector can take data, else the reason why not. */
export interface HttpSource {
  status(): Status
  notReady(): string | null
}

interface Answer {
  code: number
  body: unknown
}

export class StatusServer {
  readonly #server: Server
  readonly #settings: CollectorSettings

  constructor(source: HttpSource, settings: CollectorSettings) {
    this.#settings = settings
    const limits = { requestTimeout: REQUEST_TIMEOUT_MS, maxHeaderSize: HEADER_BYTES_MAX }
    this.#server = createServer(limits, (request, response) => send(response, answer(request, source)))
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

function answer(request: IncomingMessage, source: HttpSource): Answer {
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
    default:
      return problem(404, 'There are /health/live, /health/ready and /status.')
  }
}

function problem(code: number, detail: string): Answer {
  return { code, body: { status: code, detail } }
}

function send(response: ServerResponse, { code, body }: Answer): void {
  const type = code >= 400 && code !== 503 ? 'application/problem+json' : 'application/json'
  response.writeHead(code, { 'content-type': type, 'cache-control': 'no-store' })
  response.end(`${JSON.stringify(body)}\n`)
}
