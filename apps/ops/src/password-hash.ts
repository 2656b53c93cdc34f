// Hashes passwords exactly as the API verifies them.
import { hash } from '@node-rs/argon2'

export const PASSWORD_MIN_LENGTH = 12
/** Longer input only costs time; argon2 reads all of it. */
export const PASSWORD_MAX_LENGTH = 1024

// OWASP password storage cheat sheet, argon2id row: m = 19 MiB, t = 2, p = 1. Algorithm 2 is argon2id
// (the package exports it as a const enum, which type stripping cannot read).
const ARGON2ID = { algorithm: 2, memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const

/** Encoded PHC string with its own salt. */
export function hashPassword(password: string): Promise<string> {
  return hash(password, ARGON2ID)
}
