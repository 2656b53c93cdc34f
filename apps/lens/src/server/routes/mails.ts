// Mails that were caught, and the HTML of one under a policy of its own, for a sandboxed frame.
import type { FastifyInstance } from 'fastify'
import type { MailAnswer, MailsAnswer } from '../../pages/alert-shapes.ts'
import type { LensParts } from '../parts.ts'
import { MAIL_POLICY } from '../security.ts'

const NO_MAIL = { error: 'there is no such mail' }

export function mailRoutes(app: FastifyInstance, { mails, outbox }: LensParts): void {
  app.get(
    '/api/mails',
    async (): Promise<MailsAnswer> => ({
      isCatching: mails !== undefined,
      mails: mails?.list() ?? [],
      outbox: outbox?.() ?? null,
    }),
  )

  app.get<{ Params: { id: string } }>('/api/mails/:id', async (request, reply) => {
    const mail = (await mails?.read(request.params.id)) ?? null
    if (mail === null) return reply.code(404).send(NO_MAIL)
    const { html, ...rest } = mail
    return { ...rest, hasHtml: html !== null } satisfies MailAnswer
  })

  app.get<{ Params: { id: string } }>('/api/mails/:id/html', async (request, reply) => {
    const mail = (await mails?.read(request.params.id)) ?? null
    if (mail?.html == null) return reply.code(404).send(NO_MAIL)
    return reply
      .headers({ 'content-security-policy': MAIL_POLICY, 'content-type': 'text/html; charset=utf-8' })
      .send(withLinksOutside(mail.html))
  })
}

/** A link opens beside the page: inside its frame a page of lens would refuse to be drawn. */
function withLinksOutside(html: string): string {
  const base = '<base target="_blank">'
  return /<head[^>]*>/i.test(html) ? html.replace(/<head[^>]*>/i, head => head + base) : base + html
}
