// Hands out the OpenAPI document; the page at /api/docs draws it.
import type { App } from '../../parts.ts'
import { OpenapiDocument } from './schema.ts'

export async function docsRoutes(app: App): Promise<void> {
  app.get(
    '/api/openapi.json',
    {
      config: { access: 'anonymous', database: false },
      schema: { summary: 'This document', tags: ['docs'], response: { 200: OpenapiDocument } },
    },
    async (_request, reply) => {
      // Text, because the shape above is only its outline: a serializer would cut off the rest.
      const text = JSON.stringify(app.swagger())
      return reply.type('application/json; charset=utf-8').send(text as never)
    },
  )
}
