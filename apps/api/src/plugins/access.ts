// Enforces in one place what each route declares about who may call it.
import type { User } from '@deye-hard/store'
import type { FastifyRequest, RouteOptions } from 'fastify'
import fp from 'fastify-plugin'
import { createAccessMemory } from '../access-memory.ts'
import type { ReasonOf } from '../counters.ts'
import { Refusal } from '../errors.ts'
import type { App } from '../parts.ts'
import { aboutUser } from './request-signals.ts'

/** `service:<scope>` is for services that hold the scope. */
export type Access = 'anonymous' | 'user' | `service:${string}`

export type Principal =
  | { kind: 'anonymous' }
  | { kind: 'user'; user: User; sessionId: string }
  | { kind: 'service'; clientId: string; scopes: readonly string[] }

const ANONYMOUS: Principal = { kind: 'anonymous' }
const BEARER = /^Bearer ([A-Za-z0-9_-]+\.[A-Za-z0-9_-]*\.[A-Za-z0-9_-]*)$/i
/** Plugins from outside register routes of their own and cannot declare. */
const DECLARED_FOR_PLUGINS: readonly { prefix: string; access: Access }[] = [
  { prefix: '/api/docs', access: 'anonymous' },
]

export interface RouteEntry {
  method: string
  url: string
  access: Access
}

declare module 'fastify' {
  interface FastifyInstance {
    /** Every route with its declaration, in the order of registration. */
    routeTable: readonly RouteEntry[]
    /** Forgets what the access check remembers; after a log-out, for example. */
    forgetAccess(): void
  }
}

export const access = fp(
  async (app: App) => {
    const memory = createAccessMemory(app)
    app.decorateRequest('principal', null as never)
    app.decorate('forgetAccess', memory.clear)
    const routes: RouteEntry[] = []
    app.decorate('routeTable', routes)
    app.addHook('onRoute', route => {
      const declared = declareOrRefuse(route)
      for (const method of [route.method].flat()) routes.push({ method, url: route.url, access: declared })
    })
    app.addHook('onRequest', async request => {
      request.principal = await principalFor(request.routeOptions.config.access, request)
    })

    async function principalFor(needed: Access | undefined, request: FastifyRequest): Promise<Principal> {
      // Only addresses without a route have no declaration: they answer 404.
      if (needed === undefined || needed === 'anonymous') return ANONYMOUS
      const token = bearerOf(request)
      return needed === 'user' ? userOf(token, request) : serviceOf(token, needed.slice('service:'.length))
    }

    async function userOf(token: string, request: FastifyRequest): Promise<Principal> {
      const checked = await app.tokens.checkUser(token)
      if (checked.kind === 'refused') throw refuse(checked.fault)
      const { userId, sessionId } = checked.claims
      const user = await memory.activeUser(userId, sessionId)
      if (user === null) throw refuse('session_ended')
      aboutUser(request, user.id)
      return { kind: 'user', user, sessionId }
    }

    async function serviceOf(token: string, scope: string): Promise<Principal> {
      const checked = await app.tokens.checkService(token)
      if (checked.kind === 'refused') throw refuse(checked.fault)
      const { clientId, scopes } = checked.claims
      if (!(await memory.isActiveClient(clientId))) throw refuse('client_disabled')
      if (!scopes.includes(scope)) {
        app.counters.add('access_refused', 'insufficient_scope')
        throw new Refusal('insufficient_scope', { detail: `The token lacks the scope ${scope}` })
      }
      return { kind: 'service', clientId, scopes }
    }

    function bearerOf(request: FastifyRequest): string {
      const { authorization } = request.headers
      if (authorization === undefined) {
        app.counters.add('access_refused', 'no_token')
        throw new Refusal('unauthenticated', { headers: { 'www-authenticate': 'Bearer' } })
      }
      const token = BEARER.exec(authorization)?.[1]
      if (token === undefined) throw refuse('malformed')
      return token
    }

    /** The caller learns only that the token is not valid; the reason is counted. */
    function refuse(reason: ReasonOf<'access_refused'>): Refusal {
      app.counters.add('access_refused', reason)
      return new Refusal('invalid_token', { headers: { 'www-authenticate': 'Bearer error="invalid_token"' } })
    }
  },
  { name: 'access' },
)

/** The user behind a request on a route with `access: 'user'`; anything else is a bug of the route. */
export function callerOf(request: FastifyRequest): User {
  if (request.principal.kind !== 'user') throw new Error('The route does not declare access for users')
  return request.principal.user
}

function declareOrRefuse(route: RouteOptions): Access {
  const declared = DECLARED_FOR_PLUGINS.find(({ prefix }) => route.url.startsWith(prefix))
  if (declared !== undefined) route.config = { access: declared.access, database: false, ...route.config }
  if (route.config?.access === undefined) {
    throw new Error(`The route ${route.method} ${route.url} does not declare its access`)
  }
  return route.config.access
}
