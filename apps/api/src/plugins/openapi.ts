// Writes the OpenAPI document from the routes themselves and shows it as a page that needs no internet.
import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import type { FastifySchema } from 'fastify'
import fp from 'fastify-plugin'
import { PROBLEM_MEDIA_TYPE } from '../errors.ts'
import type { App } from '../parts.ts'
import { ProblemSchema } from '../schemas.ts'
import type { Access } from './access.ts'

/** The one style element that the program of swagger-ui writes into the page. */
const SWAGGER_STYLE = "'sha256-RL3ie0nH+Lzz2YNqQN83mnU0J1ot4QL7b99vMdIX99w='"
/** Everything comes from this server; swagger-ui draws its arrows from data: URLs. */
const PAGE_CSP = `default-src 'none'; script-src 'self'; style-src 'self' ${SWAGGER_STYLE}; img-src 'self' data:; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`

const INFO = {
  title: 'Deye Hard API',
  version: '0.1.0',
  description: 'Inverters, measurements and log-in for a fleet of Deye solar inverters.',
}

export const openapi = fp(
  async (app: App) => {
    app.addSchema(ProblemSchema)
    await app.register(swagger, {
      openapi: {
        openapi: '3.1.0',
        info: INFO,
        servers: [{ url: '/' }],
        tags: [
          { name: 'auth', description: 'Log in, stay logged in, log out' },
          { name: 'fleet', description: 'What a user sees of his plants' },
          { name: 'service', description: 'What the collector uses' },
          { name: 'health', description: 'For probes' },
          { name: 'docs', description: 'This document' },
        ],
        components: {
          securitySchemes: {
            user: {
              type: 'http',
              scheme: 'bearer',
              bearerFormat: 'JWT',
              description: 'From POST /api/auth/login',
            },
            service: {
              type: 'http',
              scheme: 'bearer',
              bearerFormat: 'JWT',
              description: 'From POST /api/service/token',
            },
          },
        },
      },
      refResolver: { buildLocalReference: (json, _base, _fragment, i) => String(json.$id ?? `schema-${i}`) },
      transform: ({ schema, url, route }) => ({
        schema: documented(schema, route.config?.access),
        url,
      }),
    })
    await app.register(swaggerUi, {
      routePrefix: '/api/docs',
      staticCSP: PAGE_CSP,
      uiConfig: { url: '/api/openapi.json', validatorUrl: null, docExpansion: 'list', tryItOutEnabled: true },
      theme: { title: INFO.title },
    })
  },
  { name: 'openapi', dependencies: ['access'] },
)

/** Security and refusals follow from the declaration of access, so no route can forget them. */
function documented(schema: FastifySchema | undefined, access: Access | undefined): FastifySchema {
  if (schema === undefined || schema.hide === true || access === undefined) return { hide: true }
  const responses = { ...(schema.response as Record<string, unknown>) }
  for (const status of refusalsOf(schema, access)) responses[status] ??= refusal(status)
  return { ...schema, security: securityOf(access), response: responses }
}

function securityOf(access: Access): Record<string, string[]>[] {
  if (access === 'anonymous') return []
  return access === 'user' ? [{ user: [] }] : [{ service: [access.slice('service:'.length)] }]
}

function refusalsOf(schema: FastifySchema, access: Access): string[] {
  const takesInput =
    schema.body !== undefined || schema.querystring !== undefined || schema.params !== undefined
  return [
    ...(takesInput ? ['400'] : []),
    ...(access === 'anonymous' ? [] : ['401']),
    ...(access.startsWith('service:') ? ['403'] : []),
    ...(schema.params === undefined ? [] : ['404']),
    ...(schema.body === undefined ? [] : ['413', '415']),
    '429',
    '500',
    '503',
  ]
}

const REFUSALS: Record<string, string> = {
  400: 'A field is missing or wrong; `errors` names it',
  401: 'No token, or one that is not valid here',
  403: 'The token lacks the scope',
  404: 'Does not exist, or belongs to somebody else',
  409: 'Something of this name exists with other content',
  413: 'The body is too large',
  415: 'The body is not application/json',
  429: 'Too many requests; see Retry-After',
  500: 'A fault on our side; quote the request id',
  503: 'The database is away or the server is stopping; see Retry-After',
}

function refusal(status: string) {
  return {
    description: REFUSALS[status],
    content: { [PROBLEM_MEDIA_TYPE]: { schema: { $ref: 'Problem#' } } },
  }
}
