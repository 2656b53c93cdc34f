// Hashes and checks passwords with argon2id; an unknown account costs as much time as a known one.
import { hash, type Options, verify } from '@node-rs/argon2'

/** `Algorithm.Argon2id` is a const enum, which type stripping cannot read. */
const ARGON2ID = 2
const PARALLELISM = 1

export interface PasswordSettings {
  argon2MemoryKib: number
  argon2Passes: number
}

export interface Passwords {
  hash(password: string): Promise<string>
  /** `null` stands for an account that does not exist: the same work is done, the answer is false. */
  matches(passwordHash: string | null, password: string): Promise<boolean>
}

/** The work runs on libuv's pool of four threads, which bounds memory to four times the cost. */
export function createPasswords(settings: PasswordSettings): Passwords {
  const options = {
    algorithm: ARGON2ID,
    memoryCost: settings.argon2MemoryKib,
    timeCost: settings.argon2Passes,
    parallelism: PARALLELISM,
  } as Options
  const nobody = hash('nobody has this password', options)
  return {
    hash: password => hash(password, options),
    async matches(passwordHash, password) {
      const right = await verify(passwordHash ?? (await nobody), password)
      return right && passwordHash !== null
    },
  }
}
