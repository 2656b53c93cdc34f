// Starts each database server of a test run once, when the first test process asks, and tells all processes where it is.
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import {
  type DatabaseServer,
  findOutsideServer,
  type ServerSearch,
  startSharedEmbeddedServer,
} from './servers.ts'

export interface ServerBroker {
  url: string
  close(): Promise<void>
}

export type ServerName = 'outside' | 'embedded'

/** What a test process gets for GET /outside or /embedded. */
export type ServerAnswer = { url: string; timescale: boolean } | { missing: string }

export async function openServerBroker(): Promise<ServerBroker> {
  const searches = new Map<string, Promise<ServerSearch>>()
  const find = (name: string): Promise<ServerSearch> => {
    const search = searches.get(name) ?? start(name)
    searches.set(name, search)
    return search
  }
  const http = createServer((request, response) => {
    const name = request.url?.slice(1) ?? ''
    find(name).then(
      search => answer(response, 200, toAnswer(search)),
      error => answer(response, 500, { missing: String(error) }),
    )
  })
  await new Promise<void>(resolve => http.listen(0, '127.0.0.1', resolve))
  http.unref()
  return {
    url: `http://127.0.0.1:${(http.address() as AddressInfo).port}`,
    close: async () => {
      http.close()
      http.closeAllConnections()
      await Promise.all([...searches.values()].map(stopFound))
    },
  }
}

async function start(name: string): Promise<ServerSearch> {
  if (name === 'embedded') return { kind: 'found', server: await startSharedEmbeddedServer() }
  if (name !== 'outside') throw new Error(`No such server: ${JSON.stringify(name)}`)
  const search = await findOutsideServer()
  if (search.kind === 'none') process.stdout.write(`Tests on TimescaleDB are skipped: ${search.reason}.\n`)
  return search
}

async function stopFound(search: Promise<ServerSearch>): Promise<void> {
  const found = await search.catch((): ServerSearch => ({ kind: 'none', reason: 'it never started' }))
  if (found.kind === 'found') await found.server.stop()
}

function toAnswer(search: ServerSearch): ServerAnswer {
  if (search.kind === 'none') return { missing: search.reason }
  const { url, timescale }: DatabaseServer = search.server
  return { url, timescale }
}

function answer(response: ServerResponse, status: number, body: ServerAnswer): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}
