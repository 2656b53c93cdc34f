// A service as the API is one: fastify in an ESM program without a module hook, its route and error hooks, a span and a log line in its handlers.
import { once } from 'node:events'
import { createServer } from 'node:http'
import { createRequire } from 'node:module'
import { setTimeout as delay } from 'node:timers/promises'
import { startTelemetry } from '@deye-hard/telemetry/start'

const telemetry = await startTelemetry({
  service: 'solar-api',
  version: '1.2.3',
  environment: process.env,
  trustRemoteParent: ({ url }) => url?.startsWith('/api/measurements') === true,
})
const { createLogger, failRequest, recordSpan, setRequestAttributes, setRoute, withSpan } = await import(
  '@deye-hard/telemetry'
)
// This package does not depend on fastify; the API does.
const { default: fastify } = await import(
  createRequire(new URL('../../../apps/api/package.json', import.meta.url)).resolve('fastify')
)

interface Asked {
  headers: Record<string, string | undefined>
  routeOptions: { url?: string }
}

const log = createLogger({ service: 'solar-api' })
const app = fastify()
app.addHook('onRequest', async (request: Asked) => {
  setRoute(request.routeOptions.url ?? 'unmatched')
  setRequestAttributes({ 'request.id': request.headers['x-request-id'] ?? '' })
})
app.addHook('onError', async (_request: unknown, _reply: unknown, error: Error) => failRequest(error))
app.get('/items/:id', () =>
  withSpan('handler', { attributes: { 'http.route': '/items/:id' } }, async () => {
    await delay(1)
    recordSpan('statement', { title: 'ingest.batch', startMs: Date.now() - 1 })
    log.info('database ready')
    return { ok: true }
  }),
)
app.get('/boom', async () => {
  await delay(1)
  throw new Error('out of cheese, ask admin@example.com')
})
app.get('/health/live', async () => ({ ok: true }))
app.post('/api/measurements', async () => ({ ok: true }))
await app.listen({ port: 0, host: '127.0.0.1' })

/** Nothing but ESM imports of node:http. */
const plain = createServer((_request, response) => {
  setRoute('/plain')
  response.end()
}).listen(0, '127.0.0.1')
await once(plain, 'listening')

const portOf = (server: { address(): unknown }) => (server.address() as { port: number }).port
process.stdout.write(`${JSON.stringify({ fastify: portOf(app.server), plain: portOf(plain) })}\n`)

process.once('SIGTERM', async () => {
  plain.close()
  await app.close()
  await telemetry.shutdown()
})
