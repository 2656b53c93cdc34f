// Answers 503 with Retry-After on routes that need the database while it is not there.
import fp from 'fastify-plugin'
import { Refusal } from '../errors.ts'
import type { App } from '../parts.ts'

export const DATABASE_RETRY_AFTER_S = '2'

export const databaseGuard = fp(
  async (app: App) => {
    app.addHook('onRequest', async request => {
      const { access, database } = request.routeOptions.config
      if (access === undefined || database === false || app.gate.shutBecause === null) return
      throw new Refusal('database_unavailable', { headers: { 'retry-after': DATABASE_RETRY_AFTER_S } })
    })
  },
  { name: 'database-guard' },
)
