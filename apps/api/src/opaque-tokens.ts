// Refresh tokens and client secrets: 256 random bits that mean nothing by themselves and are stored as SHA-256 only.
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'

const TOKEN_BYTES = 32

export function newOpaqueToken(): string {
  return randomBytes(TOKEN_BYTES).toString('base64url')
}

export function hashOpaqueToken(token: string): Buffer {
  return createHash('sha256').update(token, 'utf8').digest()
}

export function sameHash(left: Buffer, right: Buffer): boolean {
  return left.length === right.length && timingSafeEqual(left, right)
}
