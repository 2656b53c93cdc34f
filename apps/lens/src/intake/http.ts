// OTLP over HTTP: POST /v1/{traces,metrics,logs} in protobuf or JSON, plain or gzip (opentelemetry-proto, docs/specification.md).
import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import { exportAnswer } from './answer.ts'
import type { RefusalReason } from './counts.ts'
import { IntakeError } from './errors.ts'
import { decodeJson } from './json-request.ts'
import type { Receiver } from './receive.ts'
import { REQUESTS, RESPONSES, type Signal } from './wire.ts'

const PROTOBUF = 'application/x-protobuf'
const JSON_TYPE = 'application/json'
const SIGNAL_OF_PATH: Readonly<Record<string, Signal>> = {
  '/v1/traces': 'traces',
  '/v1/metrics': 'metrics',
  '/v1/logs': 'logs',
}
const REQUEST_TIMEOUT_MS = 10_000
const HEADER_BYTES_MAX = 8 * 1_024
const RETRY_AFTER_S = '1'

const unzip = promisify(gunzip)

export interface HttpOptions {
  host: string
  /** 0 takes a free one. */
  port: number
  /** Of a request, without compression. */
  messageMax: number
  connectionsMax: number
  /** Bodies that are being received, in all; more are sent away with 503. */
  bodiesMax: number
}

export interface HttpServer {
  port: number
  stop(): Promise<void>
}

interface Refusal {
  status: number
  reason: RefusalReason
  message: string
}

/** Rejects with IntakeError `port_taken`. */
export async function startHttp(receiver: Receiver, options: HttpOptions): Promise<HttpServer> {
  const door = new Door(receiver, options)
  const server = createServer(
    { requestTimeout: REQUEST_TIMEOUT_MS, maxHeaderSize: HEADER_BYTES_MAX },
    (request, response) => void door.serve(request, response),
  )
  server.maxConnections = options.connectionsMax
  server.on('drop', () => {
    receiver.counts.refused.busy += 1
  })
  await listen(server, options)
  return {
    port: (server.address() as AddressInfo).port,
    stop: () =>
      new Promise(resolve => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

class Door {
  readonly #receiver: Receiver
  readonly #options: HttpOptions
  #bodyBytes = 0

  constructor(receiver: Receiver, options: HttpOptions) {
    this.#receiver = receiver
    this.#options = options
  }

  async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    request.on('error', () => {}) // a sender that goes away sends it again
    const type = contentType(request)
    const signal = SIGNAL_OF_PATH[request.url?.split('?', 1)[0] ?? '']
    if (signal === undefined)
      return this.#refuse(
        response,
        type,
        refusal(404, 'wrong_path', 'There are /v1/traces, /v1/metrics and /v1/logs.'),
      )
    if (request.method !== 'POST')
      return this.#refuse(response, type, refusal(405, 'wrong_path', 'Only POST is served here.'))
    if (type === null)
      return this.#refuse(response, type, refusal(415, 'wrong_type', `Send ${PROTOBUF} or ${JSON_TYPE}.`))
    try {
      const body = await this.#body(request)
      if ('reason' in body) return this.#refuse(response, type, body)
      this.#answer(response, type, signal, body)
    } catch {
      response.destroy()
    }
  }

  #answer(response: ServerResponse, type: string, signal: Signal, body: Buffer): void {
    let outcome: ReturnType<Receiver['receive']>
    try {
      const request =
        type === JSON_TYPE ? decodeJson(signal, body.toString('utf8')) : REQUESTS[signal].decode(body)
      outcome = this.#receiver.receive(signal, request)
    } catch {
      this.#refuse(response, type, refusal(400, 'undecodable', 'The body is no OTLP message.'))
      return
    }
    const answer = exportAnswer(signal, outcome)
    response.writeHead(200, { 'content-type': type })
    response.end(type === JSON_TYPE ? JSON.stringify(answer) : RESPONSES[signal].encode(answer))
  }

  /** Never holds more than the limit, also of a small body that unpacks to a large one. */
  async #body(request: IncomingMessage): Promise<Buffer | Refusal> {
    const encoding = request.headers['content-encoding'] ?? 'identity'
    if (encoding !== 'gzip' && encoding !== 'identity')
      return refusal(415, 'wrong_type', 'Only gzip is unpacked here.')
    const { messageMax, bodiesMax } = this.#options
    const tooLarge = refusal(413, 'too_large', `More than ${messageMax} bytes.`)
    const chunks: Buffer[] = []
    let bytes = 0
    try {
      for await (const chunk of request as AsyncIterable<Buffer>) {
        bytes += chunk.length
        this.#bodyBytes += chunk.length
        if (bytes > messageMax) return tooLarge
        if (this.#bodyBytes > bodiesMax) return refusal(503, 'busy', 'Too much is being received.')
        chunks.push(chunk)
      }
      const body = Buffer.concat(chunks)
      if (encoding === 'identity') return body
      return await unzip(body, { maxOutputLength: messageMax }).catch((error: NodeJS.ErrnoException) =>
        error.code === 'ERR_BUFFER_TOO_LARGE'
          ? tooLarge
          : refusal(400, 'undecodable', 'The body is no gzip.'),
      )
    } finally {
      this.#bodyBytes -= bytes
    }
  }

  /** The rest of a body that is refused is not read: the connection ends with the answer. */
  #refuse(response: ServerResponse, type: string | null, { status, reason, message }: Refusal): void {
    this.#receiver.counts.refused[reason] += 1
    const headers: Record<string, string> = { 'content-type': JSON_TYPE, connection: 'close' }
    if (status === 503) headers['retry-after'] = RETRY_AFTER_S
    if (type === PROTOBUF) headers['content-type'] = 'text/plain'
    response.writeHead(status, headers)
    response.end(type === PROTOBUF ? message : JSON.stringify({ message }))
  }
}

function refusal(status: number, reason: RefusalReason, message: string): Refusal {
  return { status, reason, message }
}

function contentType(request: IncomingMessage): typeof PROTOBUF | typeof JSON_TYPE | null {
  const type = request.headers['content-type']?.split(';', 1)[0]?.trim().toLowerCase()
  return type === PROTOBUF || type === JSON_TYPE ? type : null
}

async function listen(server: Server, { host, port }: HttpOptions): Promise<void> {
  server.listen(port, host)
  try {
    await once(server, 'listening')
  } catch (error) {
    const { message } = error as Error
    throw new IntakeError(
      'port_taken',
      `LENS_OTLP_HTTP_PORT: ${host}:${port} cannot be listened on (${message}).`,
    )
  }
}
