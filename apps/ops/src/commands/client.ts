// `ops client`: service clients, such as the collector, and their secrets.
import { resolve } from 'node:path'
import { Argument, Command, InvalidArgumentError, Option } from 'commander'
import { withStore } from '../database.ts'
import { OpsError } from '../errors.ts'
import { answer, type OutputOptions } from '../output.ts'
import { writePrivateFile } from '../private-file.ts'
import { COLLECTOR_SCOPES, hashClientSecret, makeClientSecret } from '../service-client.ts'

interface AddOptions extends OutputOptions {
  scope: string[]
  secretFile?: string
  rotate?: boolean
}

export function clientCommand(): Command {
  const client = new Command('client').description('service clients such as the collector')
  client
    .command('add')
    .description('make a client with a random secret, shown once or written to a file')
    .addArgument(new Argument('<client-id>', 'for example collector-1').argParser(clientId))
    .addOption(
      new Option('--scope <scope...>', 'what it may do')
        .choices(COLLECTOR_SCOPES)
        .default([...COLLECTOR_SCOPES]),
    )
    .option('--secret-file <path>', 'write the secret there (0600) instead of showing it')
    .option('--rotate', 'give an existing client a new secret; the old one ends at once')
    .option('--json', 'machine-readable answer')
    .addHelpText(
      'after',
      '\nExample:\n  npm run ops -- client add collector-1 --secret-file /etc/solar/collector-secret',
    )
    .action(add)
  return client.addHelpText('after', '\nExample:\n  npm run ops -- client add collector-1')
}

async function add(id: string, options: AddOptions): Promise<void> {
  await withStore(async store => {
    const known = await store.serviceClients.find(id)
    if (known && !options.rotate)
      throw new OpsError(
        'OPS_REFUSED',
        `There is a client ${id} already: add --rotate to give it a new secret.`,
      )
    const secret = makeClientSecret()
    const file = options.secretFile === undefined ? null : resolve(options.secretFile)
    if (file) writeSecret(file, secret)
    await store.serviceClients.put({
      clientId: id,
      secretHash: hashClientSecret(secret),
      scopes: options.scope,
    })
    const outcome = known ? 'rotated' : 'added'
    const shown = file ? { secret_file: file } : { client_secret: secret }
    const text = file
      ? `Client ${id} ${outcome}; its secret is in ${file}.`
      : `Client ${id} ${outcome}. Its secret, shown this once:\n${secret}`
    answer(options, { outcome, client_id: id, scopes: options.scope, ...shown }, text)
  })
}

/** Before the database changes, so that a client never has a secret that nobody holds. */
function writeSecret(file: string, secret: string): void {
  try {
    writePrivateFile(file, `${secret}\n`)
  } catch (error) {
    throw new OpsError(
      'OPS_USAGE',
      `The secret could not be written to ${file} (${(error as Error).message}), nothing was changed: name a file in a folder that exists and is yours.`,
      { cause: error },
    )
  }
}

function clientId(text: string): string {
  if (!/^[A-Za-z0-9._-]{1,64}$/.test(text))
    throw new InvalidArgumentError('Use 1 to 64 letters, digits, dots, dashes or underscores.')
  return text
}
