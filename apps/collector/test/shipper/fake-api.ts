// A real HTTP server with the three routes that the collector uses; it keeps what it was sent and misbehaves on request.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { IngestOutcome, MeasurementBatch, ShippedMessage } from '@deye-hard/domain'
import { onTestFinished } from 'vitest'

export type Misbehaviour = (request: IncomingMessage, response: ServerResponse, body: string) => boolean

export interface FakeApi {
  url: string
  /** Every batch that arrived and was answered properly, in order; a repeated id counts again. */
  batches: MeasurementBatch[]
  /** Messages in the order of their first arrival. */
  arrived: ShippedMessage[]
  /** As the API keeps it: counted once per batch id. */
  ledger: { stored: number; duplicates: number; quarantined: number; events: number }
  tokens: string[]
  loggers: { etag: string; list: object[] }
  registryRequests: (string | undefined)[]
  requests: number
  decide(message: ShippedMessage): Omit<IngestOutcome, 'seq'>
  /** The proper answer to a batch, for misbehaviour that only delays it. */
  answer(body: string, response: ServerResponse): void
  /** Answers the request itself and returns true, or leaves it alone. */
  misbehave: Misbehaviour | null
  close(): Promise<void>
}

export async function startFakeApi(): Promise<FakeApi> {
  const seen = new Map<string, IngestOutcome[]>()
  const server = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += chunk
    api.requests++
    if (api.misbehave?.(request, response, body)) return
    if (request.url === '/api/service/token') return answerToken(api, response)
    if (!api.tokens.includes(request.headers.authorization?.slice(7) ?? '')) return json(response, 401, {})
    if (request.url === '/api/service/loggers') return answerLoggers(api, request, response)
    api.answer(body, response)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const api: FakeApi = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    batches: [],
    arrived: [],
    ledger: { stored: 0, duplicates: 0, quarantined: 0, events: 0 },
    tokens: [],
    loggers: { etag: '"1"', list: [] },
    registryRequests: [],
    requests: 0,
    decide: message =>
      message.kind === 'undecodable'
        ? { outcome: 'quarantined', reason: message.reason }
        : { outcome: 'stored' },
    answer: (body, response) => answerBatch(api, seen, JSON.parse(body) as MeasurementBatch, response),
    misbehave: null,
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
  onTestFinished(() => api.close())
  return api
}

export function json(response: ServerResponse, status: number, body: unknown, headers = {}): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body))
}

function answerToken(api: FakeApi, response: ServerResponse): void {
  const token = `token-${api.tokens.length + 1}`
  api.tokens.push(token)
  json(response, 200, { access_token: token, token_type: 'Bearer', expires_in: 600 })
}

function answerLoggers(api: FakeApi, request: IncomingMessage, response: ServerResponse): void {
  const etag = request.headers['if-none-match']
  api.registryRequests.push(etag)
  if (etag === api.loggers.etag) response.writeHead(304).end()
  else json(response, 200, { loggers: api.loggers.list }, { etag: api.loggers.etag })
}

/** Idempotent by batch id, like the real one. */
function answerBatch(
  api: FakeApi,
  seen: Map<string, IngestOutcome[]>,
  batch: MeasurementBatch,
  response: ServerResponse,
): void {
  api.batches.push(batch)
  const outcomes = seen.get(batch.batch_id) ?? takeBatch(api, batch)
  seen.set(batch.batch_id, outcomes)
  json(response, 200, {
    batch_id: batch.batch_id,
    stored: 0,
    duplicates: 0,
    quarantined: 0,
    rejected: 0,
    outcomes,
  })
}

function takeBatch(api: FakeApi, batch: MeasurementBatch): IngestOutcome[] {
  return batch.messages.map(message => {
    api.arrived.push(message)
    const outcome = { seq: message.seq, ...api.decide(message) } as IngestOutcome
    count(api, message, outcome)
    return outcome
  })
}

function count(api: FakeApi, message: ShippedMessage, outcome: IngestOutcome): void {
  if (outcome.outcome === 'rejected') return
  if (message.kind === 'event' && !('reason' in outcome && outcome.reason === 'invalid_message'))
    api.ledger.events++
  else if (outcome.outcome === 'stored') api.ledger.stored++
  else if (outcome.outcome === 'duplicate') api.ledger.duplicates++
  else api.ledger.quarantined++
}
