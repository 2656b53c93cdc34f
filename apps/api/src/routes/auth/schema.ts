// Shapes of log-in, refresh and log-out.
import { Type } from 'typebox'

const RefreshToken = Type.String({
  minLength: 1,
  maxLength: 128,
  description: 'Opaque; each one works once and brings the next',
})

export const LoginBody = Type.Object(
  {
    email: Type.String({ format: 'email', maxLength: 254 }),
    password: Type.String({ minLength: 1, maxLength: 1_024 }),
  },
  { additionalProperties: false },
)

export const RefreshBody = Type.Object({ refresh_token: RefreshToken }, { additionalProperties: false })

export const SessionTokens = Type.Object(
  {
    access_token: Type.String({ description: 'JWT (EdDSA) for the header authorization: Bearer ...' }),
    token_type: Type.Literal('Bearer'),
    expires_in: Type.Integer({ description: 'Seconds' }),
    refresh_token: RefreshToken,
    refresh_expires_in: Type.Integer({ description: 'Seconds' }),
  },
  { description: 'A session' },
)

export const LoggedOut = Type.Null({ description: 'The session has ended, or there was none' })
