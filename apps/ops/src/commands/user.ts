// `ops user`: the people who may log in to the API.
import { Argument, Command, Option } from 'commander'
import { withStore } from '../database.ts'
import { OpsError } from '../errors.ts'
import { email } from '../option-values.ts'
import { answer, type OutputOptions, table } from '../output.ts'
import { hashPassword } from '../password-hash.ts'
import { takePassword } from '../password-input.ts'

interface AddOptions extends OutputOptions {
  role: 'user' | 'admin'
}

export function userCommand(): Command {
  const user = new Command('user').description('people who may log in')
  user
    .command('add')
    .description('add a user; the password is asked, or read from standard input')
    .addArgument(emailArgument())
    .addOption(
      new Option('--role <role>', 'what the user may see').choices(['user', 'admin']).default('user'),
    )
    .option('--json', 'machine-readable answer')
    .addHelpText(
      'after',
      '\nExample:\n  pass show solar/anna | npm run ops -- user add anna@example.org --role user',
    )
    .action(add)
  user
    .command('list')
    .description('list all users')
    .option('--json', 'machine-readable answer')
    .addHelpText('after', '\nExample:\n  npm run ops -- user list --json')
    .action(list)
  user
    .command('disable')
    .description('lock a user out and end every session')
    .addArgument(emailArgument())
    .option('--json', 'machine-readable answer')
    .addHelpText('after', '\nExample:\n  npm run ops -- user disable anna@example.org')
    .action(disable)
  return user.addHelpText('after', '\nExample:\n  npm run ops -- user add anna@example.org')
}

function emailArgument(): Argument {
  return new Argument('<email>', 'compared without regard to case').argParser(email)
}

async function add(address: string, options: AddOptions): Promise<void> {
  await withStore(async store => {
    // Looked up first so that nobody types a password for nothing; `add` decides.
    if (await store.users.findByEmail(address)) throw exists(address)
    const passwordHash = await hashPassword(await takePassword(address))
    const added = await store.users.add({ email: address, passwordHash, role: options.role })
    if (added.outcome === 'exists') throw exists(address)
    answer(
      options,
      { outcome: 'added', id: added.id, email: address, role: options.role },
      `Added ${address} (${options.role}, id ${added.id}).`,
    )
  })
}

async function list(options: OutputOptions): Promise<void> {
  await withStore(async store => {
    const users = (await store.users.list()).map(user => ({
      id: user.id,
      email: user.email,
      role: user.role,
      created_at: user.createdAt.toISOString(),
      disabled_at: user.disabledAt?.toISOString() ?? null,
    }))
    const rows = users.map(user => [user.id, user.email, user.role, user.created_at, user.disabled_at])
    answer(options, { users }, table(['id', 'email', 'role', 'created', 'disabled'], rows))
  })
}

async function disable(address: string, options: OutputOptions): Promise<void> {
  await withStore(async store => {
    const { outcome } = await store.users.disable(address)
    if (outcome === 'unknown_user')
      throw new OpsError(
        'OPS_NOT_FOUND',
        `There is no user ${address}: \`npm run ops -- user list\` shows all.`,
      )
    const text = outcome === 'disabled' ? `Disabled ${address}.` : `${address} was disabled already.`
    answer(options, { outcome, email: address }, text)
  })
}

function exists(address: string): OpsError {
  return new OpsError(
    'OPS_REFUSED',
    `There is a user ${address} already, nothing was changed: \`npm run ops -- user list\` shows all.`,
  )
}
