// What every route of the API can reach, hung on the Fastify instance once.
import type { Store } from '@deye-hard/store'
import type { Logger } from '@deye-hard/telemetry'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import type {
  FastifyBaseLogger,
  FastifyInstance,
  RawReplyDefaultExpression,
  RawRequestDefaultExpression,
  RawServerDefault,
} from 'fastify'
import type { Clock } from './clock.ts'
import type { Counters } from './counters.ts'
import type { DatabaseGate } from './database-gate.ts'
import type { KeyRing } from './keys.ts'
import type { Passwords } from './passwords.ts'
import type { Access, Principal } from './plugins/access.ts'
import type { ApiSettings } from './settings.ts'
import type { Tokens } from './tokens.ts'

export type App = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression<RawServerDefault>,
  RawReplyDefaultExpression<RawServerDefault>,
  FastifyBaseLogger,
  TypeBoxTypeProvider
>

declare module 'fastify' {
  interface FastifyInstance {
    settings: ApiSettings
    store: Store
    keys: KeyRing
    clock: Clock
    counters: Counters
    gate: DatabaseGate
    tokens: Tokens
    passwords: Passwords
    /** For what this app writes into the log; Fastify's own `log` writes what the framework has to say. */
    lines: Logger
  }
  interface FastifyRequest {
    principal: Principal
  }
  interface FastifyContextConfig {
    /** Who may call the route; a route without it does not register. */
    access?: Access
    /** False for a route that answers without the database. */
    database?: false
  }
}
