// The front end: one HTML page for every address that is a page, and files whose names change with their content.
import type { FastifyInstance, FastifyReply } from 'fastify'
import type { Asset, Bundle } from '../bundle.ts'

const FOREVER = 'public, max-age=31536000, immutable'
/** First part of the addresses of pages; those of SigNoz are here because links of panels and mails name them. */
const PAGES = new Set([
  '',
  'dashboards',
  'insights',
  'traces',
  'logs',
  'alerts',
  'mails',
  'fleet',
  'proof',
  'health',
  'dashboard',
  'trace',
  'traces-explorer',
])

export function pageRoutes(app: FastifyInstance, bundle: Bundle): void {
  const index = bundle.get('index.html')

  app.get<{ Params: { name: string } }>('/assets/:name', async (request, reply) => {
    const asset = bundle.get(request.params.name)
    if (asset === undefined || asset === index)
      return reply.code(404).send({ error: 'there is no such file' })
    reply.header('cache-control', FOREVER)
    return send(reply, asset)
  })

  app.setNotFoundHandler(async (request, reply) => {
    const [first = ''] = request.url.slice(1).split(/[/?]/)
    if (request.method !== 'GET' || !PAGES.has(first) || index === undefined)
      return reply.code(404).send({ error: 'there is nothing here' })
    return send(reply, index)
  })
}

function send(reply: FastifyReply, { type, bytes }: Asset): FastifyReply {
  return reply.code(200).header('content-type', type).send(bytes)
}
