// Tells the caller who he is.
import type { App } from '../../parts.ts'
import { callerOf } from '../../plugins/access.ts'
import { Me } from './schema.ts'

export async function meRoutes(app: App): Promise<void> {
  app.get(
    '/api/me',
    {
      config: { access: 'user' },
      schema: { summary: 'The account behind the token', tags: ['auth'], response: { 200: Me } },
    },
    async request => {
      const user = callerOf(request)
      return { id: user.id, email: user.email, role: user.role, created_at: user.createdAt.toISOString() }
    },
  )
}
