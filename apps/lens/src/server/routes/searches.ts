// Searches of log lines and spans, durations of operations, and one trace.
import type { FastifyInstance } from 'fastify'
import type { Bounds } from '../../pages/bounds.ts'
import type { TimeRange } from '../../pages/drawing/time-range.ts'
import { logVolume, searchLogs, searchSpans, tailLogs } from '../../pages/event-search.ts'
import { frameStory } from '../../pages/frame-story.ts'
import { oneTrace, TRACE_ID } from '../../pages/one-trace.ts'
import type { FrameRequest, SearchRequest, TailRequest, TraceListRequest } from '../../pages/page-shapes.ts'
import { queryDurations } from '../../pages/query-durations.ts'
import type { LensParts } from '../parts.ts'
import { FRAME_BODY, RANGE_BODY, SEARCH_BODY, TAIL_BODY, TRACES_BODY } from './bodies.ts'

export function searchRoutes(app: FastifyInstance, { engine, rows }: LensParts, bounds: Bounds): void {
  const search = { schema: { body: SEARCH_BODY } }

  app.post<{ Body: SearchRequest }>('/api/logs', search, async request =>
    searchLogs(engine, request.body, bounds),
  )

  app.post<{ Body: TailRequest }>('/api/logs/tail', { schema: { body: TAIL_BODY } }, async request =>
    tailLogs(engine, request.body, bounds),
  )

  app.post<{ Body: SearchRequest }>('/api/logs/volume', search, async request =>
    logVolume(engine, request.body, bounds),
  )

  app.post<{ Body: TraceListRequest }>('/api/traces', { schema: { body: TRACES_BODY } }, async request =>
    searchSpans(engine, request.body, bounds),
  )

  app.post<{ Body: TimeRange }>('/api/query-durations', { schema: { body: RANGE_BODY } }, async request =>
    queryDurations(engine, request.body, bounds),
  )

  app.post<{ Body: FrameRequest }>('/api/frames', { schema: { body: FRAME_BODY } }, async request =>
    frameStory(rows, request.body, bounds),
  )

  app.get<{ Params: { id: string } }>('/api/traces/:id', async (request, reply) => {
    const { id } = request.params
    if (!TRACE_ID.test(id)) return reply.code(400).send({ error: 'the id of a trace has 32 hex digits' })
    const answer = await oneTrace(engine, id, bounds)
    return answer ?? reply.code(404).send({ error: 'nothing of this trace is kept' })
  })
}
