// A page of metrics on loopback for the scraper: what lens makes itself is scraped like everything else, so `up` and ends of series come by themselves.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

const CONTENT_TYPE = 'text/plain; version=0.0.4; charset=utf-8'

export interface LocalPage {
  url: string
  close(): Promise<void>
}

/** `render` that rejects is an answer of status 500, which the scraper takes for a target that is down. */
export async function serveLocalPage(render: () => Promise<string> | string): Promise<LocalPage> {
  const server = createServer(async (request, response) => {
    if (request.url !== '/metrics' || request.method !== 'GET') {
      response.writeHead(404).end()
      return
    }
    try {
      const page = await render()
      response.writeHead(200, { 'content-type': CONTENT_TYPE }).end(page)
    } catch {
      response.writeHead(500).end()
    }
  })
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/metrics`,
    close: async () => {
      server.closeAllConnections()
      await new Promise<void>(done => server.close(() => done()))
    },
  }
}
