// `ops keys`: the signing keys of the API's tokens, made and changed without anybody being logged out.

import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { Command, Option } from 'commander'
import { localConnection } from '../database.ts'
import { OpsError } from '../errors.ts'
import { integerBetween } from '../option-values.ts'
import { answer, type OutputOptions, table } from '../output.ts'
import { makeSigningKey, readSigningKeys, type SigningKey, writeSigningKeys } from '../signing-keys.ts'

const KEEP_DEFAULT = 2
const KEEP_MAX = 16

interface KeysOptions extends OutputOptions {
  file?: string
}

export function keysCommand(): Command {
  const keys = new Command('keys').description('signing keys of access tokens')
  withFile(
    keys.command('generate').description('make the file with a first key; an existing file is left alone'),
  )
    .addHelpText('after', '\nExample:\n  JWT_KEYS_FILE=/etc/solar/jwt-keys.json npm run ops -- keys generate')
    .action(generate)
  withFile(keys.command('rotate').description('add a key that signs from now on; older ones still verify'))
    .option('--keep <number>', 'keys kept in all', integerBetween(1, KEEP_MAX), KEEP_DEFAULT)
    .addHelpText('after', '\nExample:\n  npm run ops -- keys rotate --keep 2')
    .action(rotate)
  withFile(keys.command('list').description('list key ids and ages; never the keys'))
    .addHelpText('after', '\nExample:\n  npm run ops -- keys list --json')
    .action(list)
  return keys.addHelpText('after', '\nExample:\n  npm run ops -- keys rotate')
}

function withFile(command: Command): Command {
  return command
    .addOption(new Option('--file <path>', 'the key file').env('JWT_KEYS_FILE'))
    .option('--json', 'machine-readable answer')
}

async function generate(options: KeysOptions): Promise<void> {
  const path = keyFile(options)
  if (readSigningKeys(path))
    throw new OpsError(
      'OPS_REFUSED',
      `${path} has keys already, nothing was changed: use \`npm run ops -- keys rotate\` to add one.`,
    )
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  const key = await makeSigningKey(new Date())
  writeSigningKeys(path, [key])
  answer(options, { outcome: 'generated', file: path, kid: key.kid }, `Wrote ${path} with key ${key.kid}.`)
}

async function rotate(options: KeysOptions & { keep: number }): Promise<void> {
  const path = keyFile(options)
  const known = existingKeys(path)
  const key = await makeSigningKey(new Date())
  const kept = [key, ...known].slice(0, options.keep)
  writeSigningKeys(path, kept)
  const dropped = known.filter(old => !kept.includes(old)).map(old => old.kid)
  answer(
    options,
    { outcome: 'rotated', file: path, kid: key.kid, kept: kept.map(one => one.kid), dropped },
    `${key.kid} signs as soon as the API has noticed (within a minute, or at once by SIGHUP); ${kept.length - 1} older ${kept.length === 2 ? 'key verifies' : 'keys verify'} still${dropped.length > 0 ? `, dropped ${dropped.join(', ')}` : ''}.`,
  )
}

function list(options: KeysOptions): void {
  const path = keyFile(options)
  const keys = existingKeys(path).map((key, index) => ({
    kid: key.kid,
    created: key.created ?? null,
    use: index === 0 ? 'signs' : 'verifies',
  }))
  const rows = keys.map(key => [key.kid, key.created, key.use])
  answer(options, { file: path, keys }, table(['kid', 'created', 'use'], rows))
}

function existingKeys(path: string): SigningKey[] {
  const keys = readSigningKeys(path)
  if (!keys)
    throw new OpsError('OPS_NOT_FOUND', `There is no ${path}: make it with \`npm run ops -- keys generate\`.`)
  return keys
}

function keyFile(options: KeysOptions): string {
  const path = options.file ?? localConnection()?.jwt_keys_file
  if (!path) throw new OpsError('OPS_USAGE', 'Which key file: give --file PATH or set JWT_KEYS_FILE to it.')
  return path
}
