// Holds the Ed25519 keys of JWT_KEYS_FILE: the first one signs, all of them verify, so that keys can rotate without a gap.
import { createHmac, timingSafeEqual } from 'node:crypto'
import { readFile, stat } from 'node:fs/promises'
import { type CryptoKey, calculateJwkThumbprint, exportJWK, generateKeyPair, importJWK, type JWK } from 'jose'

const ALGORITHM = 'EdDSA'

export const KEY_FILE_PROBLEMS = [
  'unreadable',
  'not_json',
  'no_keys',
  'not_ed25519',
  'no_kid',
  'duplicate_kid',
] as const
export type KeyFileProblem = (typeof KEY_FILE_PROBLEMS)[number]

const SENTENCES: Record<KeyFileProblem, string> = {
  unreadable: 'cannot be read',
  not_json: 'is not JSON of the form {"keys": [...]}',
  no_keys: 'holds no key',
  not_ed25519: 'holds a key that is not a private Ed25519 JWK (kty OKP, crv Ed25519, x, d)',
  no_kid: 'holds a key without a kid',
  duplicate_kid: 'holds two keys with the same kid',
}

/** Names the file and the fault, never a part of a key. */
export class KeyFileError extends Error {
  readonly code: KeyFileProblem

  constructor(code: KeyFileProblem, path: string, cause?: unknown) {
    super(`JWT_KEYS_FILE: ${path} ${SENTENCES[code]}.`, { cause })
    this.name = 'KeyFileError'
    this.code = code
  }
}

export interface SigningKey {
  kid: string
  privateKey: CryptoKey
}

export interface KeyRing {
  signing(): SigningKey
  /** null for a key that is unknown or was rotated out. */
  verifying(kid: string | undefined): CryptoKey | null
  /** Keyed digest under the signing key, for values that must come back unchanged. */
  seal(text: string): Buffer
  /** True when any current key sealed it. */
  isSealed(text: string, seal: Buffer): boolean
  /** Reads the file again; on a fault the old keys stay and the fault is thrown. */
  reload(): Promise<void>
  /** Reloads when the file's identity or time of change differs from the last look. */
  reloadIfChanged(): Promise<boolean>
}

interface Key extends SigningKey {
  publicKey: CryptoKey
  sealSecret: Buffer
}

export async function openKeyRing(path: string): Promise<KeyRing> {
  let mark = await markOf(path)
  let keys = await readKeys(path)
  const reload = async () => {
    mark = await markOf(path)
    keys = await readKeys(path)
  }
  return {
    signing: () => keys[0]!,
    verifying: kid => keys.find(key => key.kid === kid)?.publicKey ?? null,
    seal: text => sealWith(keys[0]!, text),
    isSealed: (text, seal) =>
      keys.some(key => {
        const expected = sealWith(key, text)
        return expected.length === seal.length && timingSafeEqual(expected, seal)
      }),
    reload,
    async reloadIfChanged() {
      if ((await markOf(path)) === mark) return false
      await reload()
      return true
    },
  }
}

/** A new private key for JWT_KEYS_FILE; the kid is its RFC 7638 thumbprint. */
export async function generateSigningKey(): Promise<JWK & { kid: string }> {
  const { privateKey } = await generateKeyPair(ALGORITHM, { crv: 'Ed25519', extractable: true })
  const jwk = await exportJWK(privateKey)
  return { ...jwk, kid: await calculateJwkThumbprint(jwk), alg: ALGORITHM, use: 'sig' }
}

/** inode too: a secret that is replaced by rename may keep its time. */
async function markOf(path: string): Promise<string> {
  try {
    const { mtimeMs, ino, size } = await stat(path)
    return `${ino}:${mtimeMs}:${size}`
  } catch (cause) {
    throw new KeyFileError('unreadable', path, cause)
  }
}

async function readKeys(path: string): Promise<Key[]> {
  const jwks = parseKeySet(await readText(path), path)
  const keys = await Promise.all(jwks.map(jwk => importKey(jwk, path)))
  if (keys.length === 0) throw new KeyFileError('no_keys', path)
  if (new Set(keys.map(key => key.kid)).size < keys.length) throw new KeyFileError('duplicate_kid', path)
  return keys
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (cause) {
    throw new KeyFileError('unreadable', path, cause)
  }
}

function parseKeySet(text: string, path: string): JWK[] {
  try {
    const parsed = JSON.parse(text) as { keys?: unknown }
    if (Array.isArray(parsed?.keys)) return parsed.keys as JWK[]
  } catch {
    // The parser's message would quote the secret: only the fact that it failed may be told.
  }
  throw new KeyFileError('not_json', path)
}

async function importKey(jwk: JWK, path: string): Promise<Key> {
  if (typeof jwk?.kid !== 'string' || jwk.kid === '') throw new KeyFileError('no_kid', path)
  if (jwk.kty !== 'OKP' || jwk.crv !== 'Ed25519' || !jwk.d || !jwk.x)
    throw new KeyFileError('not_ed25519', path)
  try {
    const [privateKey, publicKey] = await Promise.all([
      importJWK({ kty: 'OKP', crv: 'Ed25519', x: jwk.x, d: jwk.d }, ALGORITHM),
      importJWK({ kty: 'OKP', crv: 'Ed25519', x: jwk.x }, ALGORITHM),
    ])
    const sealSecret = createHmac('sha256', 'deye-hard cursor seal').update(jwk.d, 'base64url').digest()
    return {
      kid: jwk.kid,
      privateKey: privateKey as CryptoKey,
      publicKey: publicKey as CryptoKey,
      sealSecret,
    }
  } catch {
    // The cause may quote key material.
    throw new KeyFileError('not_ed25519', path)
  }
}

/** 128 bits are enough: a forger has one guess per request and a request is limited by rate. */
function sealWith(key: Key, text: string): Buffer {
  return createHmac('sha256', key.sealSecret).update(text).digest().subarray(0, 16)
}
