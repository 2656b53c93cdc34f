// Runs before API and collector: migrates as the owner of the tables, makes the signing keys, and registers the collector with its secret.
import { existsSync, readFileSync } from 'node:fs'
import { withStore } from '../../apps/ops/dist/database.js'
import { writePrivateFile } from '../../apps/ops/dist/private-file.js'
import { COLLECTOR_SCOPES, hashClientSecret, makeClientSecret } from '../../apps/ops/dist/service-client.js'
import { makeSigningKey, readSigningKeys, writeSigningKeys } from '../../apps/ops/dist/signing-keys.js'

/** sysexits.h EX_CONFIG. */
const EXIT_CONFIG = 78
const {
  JWT_KEYS_FILE: keysFile,
  SERVICE_CLIENT_ID: clientId,
  SERVICE_CLIENT_SECRET_FILE: secretFile,
} = process.env

try {
  await withStore(async store => {
    const { applied, current } = await store.migrate()
    say('schema is current', { applied, current })
    await registerCollector(store)
  })
  if (!readSigningKeys(keysFile)) {
    writeSigningKeys(keysFile, [await makeSigningKey(new Date())])
    say('signing key made', { file: keysFile })
  }
} catch (error) {
  process.stderr.write(`${error.message}\n`)
  process.exitCode = EXIT_CONFIG
}

/** The file is the truth: after a restore of an older database the client in it gets the secret that the collector has. */
async function registerCollector(store) {
  if (!existsSync(secretFile)) writePrivateFile(secretFile, `${makeClientSecret()}\n`)
  const secretHash = hashClientSecret(readFileSync(secretFile, 'utf8').trim())
  await store.serviceClients.put({ clientId, secretHash, scopes: [...COLLECTOR_SCOPES] })
  say('collector registered', { client_id: clientId })
}

function say(msg, fields) {
  process.stdout.write(`${JSON.stringify({ msg, ...fields })}\n`)
}
