// What people do to a SigNoz in its web page, and a SigNoz that says to be of another version.
import { createServer } from 'node:http'
import type { SigNozClient } from '../../src/provision/signoz-client.ts'
import { ask } from './provisioned.ts'

// biome-ignore lint/suspicious/noExplicitAny: documents of SigNoz, taken as they come.
type Document = any

/** The title of the dashboard, the rule switched off, the recipient of mails, and how long logs are kept. */
export async function changeByHand(client: SigNozClient, dashboard: string, rule: string): Promise<void> {
  const { dashboards } = await ask<{ dashboards: Document[] }>(client, '/api/v2/dashboards?limit=200')
  const { id } = dashboards.find(({ name }) => name === dashboard)
  const stored = await ask<Document>(client, `/api/v2/dashboards/${id}`)
  const { schemaVersion, name, tags, spec } = stored
  const renamed = {
    schemaVersion,
    name,
    tags,
    spec: { ...spec, display: { ...spec.display, name: 'By hand' } },
  }
  await put(client, `/api/v2/dashboards/${id}`, renamed)

  const found = (await ask<Document[]>(client, '/api/v2/rules')).find(({ alert }) => alert === rule)
  const source = `${client.url}/alerts/edit?ruleId=${found.id}`
  await put(client, `/api/v2/rules/${found.id}`, { ...found, disabled: true, source })

  const [channel] = (await ask<Document[]>(client, '/api/v1/channels')).filter(
    one => one.name === 'deye-hard-email',
  )
  const receiver = JSON.parse(channel.data)
  receiver.email_configs[0].to = 'somebody@example.org'
  await put(client, `/api/v1/channels/${channel.id}`, receiver)

  await done(
    client.ask('POST', '/api/v2/settings/ttl', { type: 'logs', defaultTTLDays: 5, ttlConditions: [] }),
  )
}

/** A service account with one key and one role, for as long as `use` runs. */
export async function usingServiceAccount(
  client: SigNozClient,
  role: string,
  use: (key: string) => Promise<void>,
): Promise<void> {
  const name = `test-${role.slice('signoz-'.length)}-${Date.now()}`
  const account = await done(client.ask<{ id: string }>('POST', '/api/v1/service_accounts', { name }))
  try {
    const roles = await ask<{ id: string; name: string }[]>(client, '/api/v1/roles')
    const roleId = roles.find(one => one.name === role)!.id
    await done(client.ask('POST', '/api/v1/service_account_roles', { serviceAccountId: account.id, roleId }))
    const path = `/api/v1/service_accounts/${account.id}/keys`
    const { key } = await done(client.ask<{ key: string }>('POST', path, { name: 'test', expiresAt: 0 }))
    await use(key)
  } finally {
    await done(client.ask('DELETE', `/api/v1/service_accounts/${account.id}`))
  }
}

/** The real server, except for what it says about its version. */
export async function withVersion(
  url: string,
  version: string,
): Promise<{ url: string; close: () => Promise<void> }> {
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const { authorization = '' } = request.headers
    const answer = await fetch(url + request.url, {
      method: request.method!,
      headers: { authorization, 'content-type': 'application/json' },
      ...(chunks.length > 0 ? { body: Buffer.concat(chunks) } : {}),
    })
    const text = await answer.text()
    const changed = request.url === '/api/v1/version' ? { ...JSON.parse(text), version } : null
    response.writeHead(answer.status, { 'content-type': 'application/json' })
    response.end(changed === null ? text : JSON.stringify(changed))
  })
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done))
  const { port } = server.address() as { port: number }
  const close = () => {
    server.closeAllConnections()
    return new Promise<void>(done => server.close(() => done()))
  }
  return { url: `http://127.0.0.1:${port}`, close }
}

function put(client: SigNozClient, path: string, document: object): Promise<unknown> {
  return done(client.ask('PUT', path, document))
}

async function done<T>(asked: ReturnType<typeof SigNozClient.prototype.ask<T>>): Promise<T> {
  const answer = await asked
  if (answer.kind !== 'done') throw new Error(JSON.stringify(answer))
  return answer.data
}
