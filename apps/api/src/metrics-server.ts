// Serves /metrics on a port of its own, so that no caller of the API can ever reach it.
import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Logger } from '@deye-hard/telemetry'
import type { ScrapeRegistry } from '@deye-hard/telemetry/prometheus'
import { ListenError } from './listen-error.ts'

const REQUEST_TIMEOUT_MS = 5_000

export interface MetricsServer {
  port: number
  stop(): Promise<void>
}

export interface MetricsParts {
  host: string
  /** 0: any free one. */
  port: number
  registry: ScrapeRegistry
  lines: Logger
}

/** Throws a ListenError. */
export async function serveMetrics({ host, port, registry, lines }: MetricsParts): Promise<MetricsServer> {
  const server = createServer(
    { requestTimeout: REQUEST_TIMEOUT_MS, headersTimeout: REQUEST_TIMEOUT_MS },
    (request, response) => void answer(registry, lines, request, response),
  )
  await listen(server, host, port)
  return {
    port: (server.address() as { port: number }).port,
    async stop() {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}

async function listen(server: Server, host: string, port: number): Promise<void> {
  try {
    server.listen(port, host)
    await once(server, 'listening')
  } catch (error) {
    throw new ListenError('API_METRICS', error)
  }
}

async function answer(
  registry: ScrapeRegistry,
  lines: Logger,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (request.url !== '/metrics') return end(response, 404, 'text/plain', 'There is only /metrics here\n')
  if (request.method !== 'GET') return end(response, 405, 'text/plain', 'GET\n')
  try {
    const { contentType, body } = await registry.render()
    end(response, 200, contentType, body)
  } catch (error) {
    lines.error('metrics not rendered', { error })
    end(response, 500, 'text/plain', 'The log says why\n')
  }
}

function end(response: ServerResponse, status: number, contentType: string, body: string): void {
  response.writeHead(status, { 'content-type': contentType, 'content-length': Buffer.byteLength(body) })
  response.end(body)
}
