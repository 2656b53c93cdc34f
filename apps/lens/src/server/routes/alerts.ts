// Alert rules with their state, and one rule with history, file and runbook.
import type { FastifyInstance } from 'fastify'
import { alertList, oneAlert } from '../../pages/alert-pages.ts'
import type { AlertsAnswer } from '../../pages/alert-shapes.ts'
import type { LensParts } from '../parts.ts'

export function alertRoutes(app: FastifyInstance, parts: LensParts): void {
  app.get(
    '/api/alerts',
    async (): Promise<AlertsAnswer> => ({
      isEvaluating: parts.alerts !== undefined,
      rules: alertList(parts),
    }),
  )

  app.get<{ Params: { id: string } }>('/api/alerts/:id', async (request, reply) => {
    const answer = oneAlert(parts, request.params.id)
    return answer ?? reply.code(404).send({ error: 'there is no such rule' })
  })
}
