// Gives services a token for their secret, and the collector the list of registered loggers.
import { createHash } from 'node:crypto'
import type { LoggerRegistration } from '@deye-hard/store'
import { Refusal } from '../../errors.ts'
import { hashOpaqueToken, sameHash } from '../../opaque-tokens.ts'
import type { App } from '../../parts.ts'
import { LoggerList, NotModified, ServiceToken, ServiceTokenBody } from './schema.ts'

/** Compared against when the client is unknown, so that both cases do the same. */
const NO_SECRET = Buffer.alloc(32)

export async function serviceRoutes(app: App): Promise<void> {
  app.post(
    '/api/service/token',
    {
      config: { access: 'anonymous' },
      onRequest: app.limitLoginAddress,
      schema: {
        summary: 'Exchange a client secret for a token of ten minutes',
        tags: ['service'],
        body: ServiceTokenBody,
        response: { 200: ServiceToken },
      },
    },
    async request => {
      const { client_id, client_secret } = request.body
      const client = await app.store.serviceClients.find(client_id)
      const right = sameHash(hashOpaqueToken(client_secret), client?.secretHash ?? NO_SECRET)
      if (client === null || !right || client.disabledAt !== null) {
        const reason = client === null ? 'unknown_client' : right ? 'disabled' : 'wrong_secret'
        app.counters.add('service_tokens', reason)
        throw new Refusal('invalid_client')
      }
      app.counters.add('service_tokens', 'ok')
      return {
        access_token: await app.tokens.issueService({ clientId: client.clientId, scopes: client.scopes }),
        token_type: 'Bearer' as const,
        expires_in: Math.floor(app.settings.serviceTokenTtl / 1000),
        scope: client.scopes.join(' '),
      }
    },
  )

  app.get(
    '/api/service/loggers',
    {
      config: { access: 'service:loggers:read' },
      schema: {
        summary: 'Every registered logger',
        description: 'Send the ETag back in If-None-Match: 304 means that nothing has changed.',
        tags: ['service'],
        response: { 200: LoggerList, 304: NotModified },
      },
    },
    async (request, reply) => {
      const etag = etagOf(await app.store.inverters.registrationsVersion())
      reply.header('etag', etag).header('cache-control', 'private, no-cache')
      if (isKnown(request.headers['if-none-match'], etag)) return reply.code(304).send(undefined)
      // Read after its version: a change in between makes the next look fetch again, never miss it.
      return { loggers: (await app.store.inverters.registrations()).map(shape) }
    },
  )
}

/** The version is the store's own text; hashed it is safe inside quotes. */
function etagOf(version: string): string {
  return `"${createHash('sha256').update(version).digest('base64url')}"`
}

/** Proxies that compress weaken an ETag with W/; the list is still the same. */
function isKnown(header: string | undefined, etag: string): boolean {
  return header?.split(',').some(known => [etag, `W/${etag}`, '*'].includes(known.trim())) ?? false
}

function shape(registration: LoggerRegistration) {
  return {
    logger_serial: registration.loggerSerial,
    inverter_id: registration.inverterId,
    site_id: registration.siteId,
    latitude: registration.latitude,
    longitude: registration.longitude,
    timezone: registration.timezone,
    has_battery: registration.hasBattery,
    upload_interval_s: registration.uploadIntervalS,
  }
}
