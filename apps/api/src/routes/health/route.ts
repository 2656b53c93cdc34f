// Tells probes whether the process lives and whether it can serve.
import type { App } from '../../parts.ts'
import { Alive, NotReady, Ready } from './schema.ts'

export async function healthRoutes(app: App): Promise<void> {
  const whyNot = askOnceAtATime(app)

  app.get(
    '/health/live',
    {
      config: { access: 'anonymous', database: false },
      schema: { summary: 'The process lives', tags: ['health'], response: { 200: Alive } },
    },
    async () => ({ status: 'live' as const }),
  )

  app.get(
    '/health/ready',
    {
      config: { access: 'anonymous', database: false },
      schema: {
        summary: 'The API can serve, or why not',
        tags: ['health'],
        response: { 200: Ready, 503: NotReady },
      },
    },
    async (_request, reply) => {
      const reason = await whyNot()
      if (reason === null) return { status: 'ready' as const }
      return reply
        .code(503)
        .header('retry-after', '2')
        .send({ status: 'not_ready' as const, reason })
    },
  )
}

/** Probes are not limited by rate, so a flood of them must not become a flood of queries. */
function askOnceAtATime(app: App): () => Promise<string | null> {
  let asking: Promise<string | null> | undefined
  return () => {
    if (app.gate.shutBecause !== null) return Promise.resolve(app.gate.shutBecause)
    asking ??= app.store.ready().then(state => {
      asking = undefined
      return state.ready ? null : state.reason
    })
    return asking
  }
}
