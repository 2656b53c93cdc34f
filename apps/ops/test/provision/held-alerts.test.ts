// A rule whose alerts a planned downtime holds back ends quietly: it is disabled, and deleted once they are over.
import { once } from 'node:events'
import { createServer } from 'node:http'
import { Secret } from '@deye-hard/config'
import { expect, onTestFinished, test } from 'vitest'
import { apply } from '../../src/provision/apply.ts'
import type { Change } from '../../src/provision/change.ts'
import { SigNozClient } from '../../src/provision/signoz-client.ts'

const held = { state: 'suppressed', silencedBy: [], inhibitedBy: [] }
const alert = (ruleId: string, status: object) => ({ labels: { ruleId }, status })
const replacement: Change = {
  kind: 'rule',
  name: 'ApiLatency',
  origin: 'alerts/rules/ApiLatency.json',
  action: 'replace',
  id: 'old',
  differences: [],
  document: { alert: 'ApiLatency' },
}

/** Answers as SigNoz does, with these lists of alerts one after the other, the last one again; keeps what was written. */
async function signozWith(...alerts: object[][]): Promise<{ client: SigNozClient; written: string[] }> {
  const written: string[] = []
  let named = ['old', 'other']
  const answers: Record<string, () => unknown> = {
    'POST /api/v2/rules': () => ({ id: 'new' }),
    'GET /api/v2/rules/old': () => ({ alert: 'ApiLatency' }),
    'GET /api/v1/alerts': () => (alerts.length > 1 ? alerts.shift() : alerts[0]),
    'GET /api/v1/downtime_schedules': () => [
      { id: 'd', name: 'backup', description: '', alertIds: named, schedule: {} },
    ],
  }
  const server = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += chunk
    const what = `${request.method} ${request.url}`
    const { disabled, alertIds } = body === '' ? {} : JSON.parse(body)
    if (alertIds !== undefined) named = alertIds
    if (request.method !== 'GET') written.push([what, disabled ?? alertIds ?? []].flat().join(' '))
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify({ status: 'success', data: answers[what]?.() ?? null }))
  }).listen(0, '127.0.0.1')
  onTestFinished(() => void server.close())
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  const client = new SigNozClient(`http://127.0.0.1:${port}`, { kind: 'api_key', apiKey: new Secret('key') })
  return { client, written }
}

test('the downtime names both rules until the alerts of the old one are over', async () => {
  const later = [alert('other', held), alert('old', { ...held, state: 'active' })]
  const { client, written } = await signozWith([alert('old', held)], later, [alert('other', held)])
  const told: string[] = []
  await apply(client, replacement, line => told.push(line))
  expect(written).toEqual([
    'POST /api/v2/rules',
    'PUT /api/v1/downtime_schedules/d old other new',
    'PUT /api/v2/rules/old true',
    'PUT /api/v1/downtime_schedules/d other new',
    'DELETE /api/v2/rules/old',
  ])
  expect(told).toEqual([expect.stringContaining('Waiting for alerts of the old rule ApiLatency to end')])
})

test('a rule that no downtime names is not waited for', async () => {
  const { client, written } = await signozWith([alert('lone', held)])
  await apply(client, { ...replacement, id: 'lone' })
  expect(written).toEqual(['POST /api/v2/rules', 'DELETE /api/v2/rules/lone'])
})

test.each([
  ['that mails', alert('old', { ...held, state: 'active' })],
  ['that a higher tier silences', alert('old', { ...held, inhibitedBy: ['x'] })],
  ['of another rule', alert('other', held)],
])('an alert %s is not waited for', async (_, one) => {
  const { client, written } = await signozWith([one])
  await apply(client, replacement)
  expect(written.filter(line => line.includes('true'))).toEqual([])
  expect(written.at(-1)).toBe('DELETE /api/v2/rules/old')
})
