// Waiting for first data goes on while SigNoz has a bad moment; what it refuses as wrong does not pass and ends the wait.
import { once } from 'node:events'
import { createServer } from 'node:http'
import { Secret } from '@deye-hard/config'
import { expect, onTestFinished, test } from 'vitest'
import type { Change } from '../../src/provision/change.ts'
import { waitForFirstData } from '../../src/provision/first-data.ts'
import { SigNozClient } from '../../src/provision/signoz-client.ts'

const WITH_DATA = { data: { results: [{ aggregations: [{ series: [{}] }] }] } }
const rule = {
  kind: 'rule',
  name: 'TargetDown',
  action: 'create',
  document: { condition: { alertOnAbsent: true, compositeQuery: { queries: [] } } },
} as unknown as Change

/** Gives these answers one after the other, the last one again. */
async function answering(...answers: [status: number, body: object][]): Promise<SigNozClient> {
  const server = createServer((_request, response) => {
    const [status, body] = answers.length > 1 ? answers.shift()! : answers[0]!
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  }).listen(0, '127.0.0.1')
  onTestFinished(() => void server.close())
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  return new SigNozClient(`http://127.0.0.1:${port}`, { kind: 'api_key', apiKey: new Secret('key') })
}

const wait = (client: SigNozClient) =>
  waitForFirstData(client, rule, { deadlineMs: performance.now() + 20_000, progress: () => {} })

test('a passing error is waited out', async () => {
  const broken = { status: 'error', error: { code: 'internal', message: 'ClickHouse is away' } }
  const client = await answering([500, broken], [200, { status: 'success', data: WITH_DATA }])
  await expect(wait(client)).resolves.toBeUndefined()
})

test('a query that SigNoz refuses is told', async () => {
  const refused = { status: 'error', error: { code: 'invalid_input', message: 'no such metric' } }
  await expect(wait(await answering([400, refused]))).rejects.toThrow(/no such metric/)
})
