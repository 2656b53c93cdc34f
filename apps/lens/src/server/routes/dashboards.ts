// Dashboards as their files say, the data of a panel, and the values of a variable.
import type { FastifyInstance } from 'fastify'
import type { Bounds } from '../../pages/bounds.ts'
import type { TimeRange } from '../../pages/drawing/time-range.ts'
import type { DashboardSummary, PanelRequest } from '../../pages/page-shapes.ts'
import { panelAnswer } from '../../pages/panel-answer.ts'
import { firstMinute } from '../../pages/running-minute.ts'
import { type VariableRequest, variableAnswer } from '../../pages/variable-values.ts'
import type { LensParts } from '../parts.ts'
import { PANEL_BODY, RANGE_BODY, VARIABLE_BODY } from './bodies.ts'

/** The one that a newcomer should see first. */
const FIRST = 'home'

export function dashboardRoutes(
  app: FastifyInstance,
  { monitoring, engine, now }: LensParts,
  bounds: Bounds,
): void {
  app.get('/api/dashboards', async () => summaries(monitoring.dashboards))

  app.get<{ Params: { name: string } }>('/api/dashboards/:name', async (request, reply) => {
    const file = monitoring.dashboards.find(({ name }) => name === request.params.name)
    return file?.document ?? reply.code(404).send({ error: 'there is no such dashboard' })
  })

  app.post<{ Body: PanelRequest }>('/api/query', { schema: { body: PANEL_BODY } }, async (request, reply) => {
    const answer = await panelAnswer(monitoring, engine, request.body, { bounds, nowMs: now() })
    return answer ?? reply.code(404).send({ error: 'there is no such panel' })
  })

  app.post<{ Body: TimeRange }>('/api/first-minute', { schema: { body: RANGE_BODY } }, async request =>
    firstMinute(engine, request.body, now()),
  )

  app.post<{ Body: VariableRequest }>(
    '/api/variables',
    { schema: { body: VARIABLE_BODY } },
    async (request, reply) => {
      const answer = await variableAnswer(monitoring, engine, request.body, bounds)
      return answer ?? reply.code(404).send({ error: 'there is no such variable' })
    },
  )
}

function summaries(files: LensParts['monitoring']['dashboards']): DashboardSummary[] {
  const all = files.map(({ name, document: { spec } }) => ({
    name,
    title: spec.display.name,
    description: spec.display.description ?? '',
    panels: Object.keys(spec.panels).length,
  }))
  return all.sort((a, b) => Number(b.name === FIRST) - Number(a.name === FIRST))
}
