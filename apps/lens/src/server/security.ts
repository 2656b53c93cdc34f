// What keeps the pages to this machine and to themselves: headers, and refusal of requests that another site made a browser send.
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { PageCounters } from './counters.ts'

const PAGE_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "frame-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')
/** A mail is foreign HTML: it may look as it wants and do nothing, not even fetch a picture. */
export const MAIL_POLICY = [
  "default-src 'none'",
  "style-src 'unsafe-inline'",
  'img-src data:',
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'self'",
  'sandbox allow-popups allow-popups-to-escape-sandbox',
].join('; ')
/** A name that points here from outside (DNS rebinding) is none of these. */
const HOST = /^(localhost|127\.0\.0\.1|\[::1\])(:\d{1,5})?$/

export function guard(app: FastifyInstance, counters: PageCounters): void {
  app.addHook('onRequest', async (request, reply) => {
    setHeaders(reply)
    const reason = refusal(request)
    if (reason === null) return
    counters.refused += 1
    return reply.code(403).send({ error: reason })
  })
}

function setHeaders(reply: FastifyReply): void {
  reply.headers({
    'content-security-policy': PAGE_POLICY,
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'cache-control': 'no-store',
  })
}

function refusal({ headers, url }: FastifyRequest): string | null {
  if (!HOST.test(headers.host ?? '')) return 'lens answers to localhost only'
  const site = headers['sec-fetch-site']
  // A link from a mail may open a page; only our own pages may ask for data.
  const isOurs = site === undefined || site === 'same-origin' || site === 'none'
  return url.startsWith('/api/') && !isOurs ? 'only pages of lens may ask for data' : null
}
