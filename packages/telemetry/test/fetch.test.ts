// Requests by fetch: a client span below the active one, its ids in the request, and neither of them outside of a span.
import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import { fileURLToPath } from 'node:url'
import { holdAgainstSchema, spawnNode } from '@deye-hard/testkit'
import { expect, it, onTestFinished } from 'vitest'
import { COMPLAINT, FAST, openReceiver } from './start-for-test.ts'

const PROGRAM = fileURLToPath(new URL('./fetch-client.ts', import.meta.url))

it('a request inside a span is part of its trace, one outside makes none', async () => {
  const receiver = await openReceiver()
  const asked: { method: string | undefined; headers: IncomingHttpHeaders }[] = []
  const server = createServer(({ method, headers }, response) => {
    asked.push({ method, headers })
    response.end()
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  const { port } = server.address() as { port: number }
  const address = `http://127.0.0.1:${port}/api/measurements?token=hunter2`
  const client = spawnNode(PROGRAM, { ...FAST, OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url }, [address])
  expect(await client.exited).toEqual({ code: 0, signal: null })

  expect(client.stdout.join()).not.toContain(COMPLAINT)
  const [refresh, request] = [await receiver.waitForSpan('token refresh'), await receiver.waitForSpan('POST')]
  expect(receiver.spans).toHaveLength(2)
  expect(request).toMatchObject({
    kind: 'client',
    traceId: refresh.traceId,
    parentSpanId: refresh.spanId,
    attributes: { 'http.request.method': 'POST', 'http.response.status_code': 200, 'server.port': port },
  })
  expect(JSON.stringify(receiver.spans)).not.toContain('hunter2')
  expect(asked).toMatchObject([
    { method: 'GET' },
    { method: 'POST', headers: { traceparent: `00-${request.traceId}-${request.spanId}-01` } },
  ])
  expect(asked[0]!.headers).not.toHaveProperty('traceparent')
  expect(holdAgainstSchema(receiver, undefined, { expectedFrom: [] })).toEqual([])
})
