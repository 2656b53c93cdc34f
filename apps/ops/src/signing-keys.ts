// The file of Ed25519 signing keys that the API reads: the first key signs, all of them verify.
import { readFileSync } from 'node:fs'
import { exportJWK, generateKeyPair } from 'jose'
import { OpsError } from './errors.ts'
import { writePrivateFile } from './private-file.ts'

export interface SigningKey {
  kty: 'OKP'
  crv: 'Ed25519'
  alg: 'EdDSA'
  use: 'sig'
  /** Names the key in token headers; derived from the time so that a list reads in order. */
  kid: string
  /** ISO UTC. */
  created: string
  x: string
  d: string
}

export async function makeSigningKey(now: Date): Promise<SigningKey> {
  const { privateKey } = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true })
  const { x, d } = await exportJWK(privateKey)
  const random = Buffer.from(crypto.getRandomValues(new Uint8Array(4))).toString('hex')
  const created = now.toISOString()
  const kid = `${created.slice(0, 19).replace(/[-:]/g, '')}Z-${random}`
  return { kty: 'OKP', crv: 'Ed25519', alg: 'EdDSA', use: 'sig', kid, created, x: x!, d: d! }
}

/** null when there is no such file; throws OPS_CONFIGURATION when it is something else than keys. */
export function readSigningKeys(path: string): SigningKey[] | null {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw new OpsError('OPS_CONFIGURATION', `${path} cannot be read: ${(error as Error).message}.`, {
      cause: error,
    })
  }
  const keys = parseKeys(text)
  if (!keys)
    throw new OpsError(
      'OPS_CONFIGURATION',
      `${path} does not hold {"keys":[Ed25519 private JWKs with kid]}: restore it, or move it away and run \`npm run ops -- keys generate\` (everybody has to log in again).`,
    )
  return keys
}

export function writeSigningKeys(path: string, keys: SigningKey[]): void {
  writePrivateFile(path, `${JSON.stringify({ keys }, null, 2)}\n`)
}

function parseKeys(text: string): SigningKey[] | null {
  try {
    const { keys } = JSON.parse(text) as { keys?: unknown }
    return Array.isArray(keys) && keys.length > 0 && keys.every(isKey) ? keys : null
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof TypeError) return null
    throw error
  }
}

function isKey(value: unknown): value is SigningKey {
  const key = value as SigningKey | null
  return (
    key?.kty === 'OKP' &&
    key.crv === 'Ed25519' &&
    [key.kid, key.x, key.d].every(part => typeof part === 'string' && part !== '')
  )
}
