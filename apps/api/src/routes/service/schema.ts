// Shapes of what services ask for: a token, and the list of registered loggers.
import { Type } from 'typebox'

export const ServiceTokenBody = Type.Object(
  {
    client_id: Type.String({ minLength: 1, maxLength: 128 }),
    client_secret: Type.String({ minLength: 1, maxLength: 1_024 }),
  },
  { additionalProperties: false },
)

export const ServiceToken = Type.Object(
  {
    access_token: Type.String(),
    token_type: Type.Literal('Bearer'),
    expires_in: Type.Integer({ description: 'Seconds' }),
    scope: Type.String({ description: 'Scopes with spaces between them' }),
  },
  { description: 'A token of a service' },
)

export const LoggerList = Type.Object(
  {
    loggers: Type.Array(
      Type.Object({
        logger_serial: Type.Integer(),
        inverter_id: Type.Integer(),
        site_id: Type.Integer(),
        latitude: Type.Number(),
        longitude: Type.Number(),
        timezone: Type.String(),
        has_battery: Type.Boolean(),
        upload_interval_s: Type.Integer(),
      }),
    ),
  },
  { description: 'Every registered logger' },
)

/** Sent as nothing at all: `null` would announce the four bytes of its JSON, which a 304 never carries. */
export const NotModified = Type.Unsafe<undefined>(
  Type.Null({ description: 'The list is the one of If-None-Match' }),
)
