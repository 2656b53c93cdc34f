// The secrets of the local stack: random, made once, readable by their owner only.
import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { OpsError } from '../errors.ts'
import { writePrivateFile } from '../private-file.ts'
import { makeClientSecret } from '../service-client.ts'
import { makeSigningKey, readSigningKeys, writeSigningKeys } from '../signing-keys.ts'
import type { DataLayout } from './layout.ts'

export interface LocalSecrets {
  databasePassword: string
  /** Of the role that may read what the server says about itself, and no row. */
  monitorPassword: string
  clientSecret: string
  /** Of every demo account; it is shown in the terminal and must be easy to type. */
  demoPassword: string
}

export async function makeSecrets(layout: DataLayout): Promise<LocalSecrets> {
  if (!readSigningKeys(layout.jwtKeysFile))
    writeSigningKeys(layout.jwtKeysFile, [await makeSigningKey(new Date())])
  return {
    databasePassword: keep(layout.databasePasswordFile, makeClientSecret),
    monitorPassword: keep(layout.monitorPasswordFile, makeClientSecret),
    clientSecret: keep(layout.clientSecretFile, makeClientSecret),
    demoPassword: keep(layout.demoPasswordFile, makeTypablePassword),
  }
}

function keep(path: string, make: () => string): string {
  try {
    const known = readFileSync(path, 'utf8').trim()
    if (known !== '') return known
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT')
      throw new OpsError(
        'OPS_CONFIGURATION',
        `The secret ${path} cannot be read (${(error as Error).message}): mend its rights, or start empty with --fresh.`,
        { cause: error },
      )
  }
  const fresh = make()
  writePrivateFile(path, `${fresh}\n`)
  return fresh
}

/** 80 bits in groups of four; 32 letters, so that no letter is likelier than another. */
function makeTypablePassword(): string {
  const alphabet = 'abcdefghjkmnpqrstuvwxyz123456789'
  const letters = [...randomBytes(16)].map(byte => alphabet[byte % 32]!).join('')
  return letters.match(/.{4}/g)!.join('-')
}
