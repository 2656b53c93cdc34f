// Makes the credentials by which the collector gets its tokens; the database keeps only the hash of the secret.
import { createHash, randomBytes } from 'node:crypto'

/** What a collector may do, and nothing else. */
export const COLLECTOR_SCOPES = ['measurements:write', 'loggers:read'] as const

const SECRET_BYTES = 32

export function makeClientSecret(): string {
  return randomBytes(SECRET_BYTES).toString('base64url')
}

/** A fast hash is enough for 256 random bits; the API compares the same hash of what it is sent. */
export function hashClientSecret(secret: string): Buffer {
  return createHash('sha256').update(secret, 'utf8').digest()
}
