// The operator's program: the list of commands is its table of contents.
import { Command } from 'commander'
import { alertTestCommand } from './commands/alert-test.ts'
import { clientCommand } from './commands/client.ts'
import { decodeCommand } from './commands/decode.ts'
import { inverterCommand } from './commands/inverter.ts'
import { keysCommand } from './commands/keys.ts'
import { ledgerCommand } from './commands/ledger.ts'
import { localCommand } from './commands/local.ts'
import { migrateCommand } from './commands/migrate.ts'
import { provisionCommand } from './commands/provision.ts'
import { quarantineCommand } from './commands/quarantine.ts'
import { userCommand } from './commands/user.ts'
import { EXIT_CODES_HELP } from './exit.ts'

export function buildProgram(): Command {
  const program = new Command('ops')
    .description('operates collector, API and database')
    .usage('<command> [options]')
    .addCommand(localCommand())
    .addCommand(decodeCommand())
    .addCommand(userCommand())
    .addCommand(inverterCommand())
    .addCommand(quarantineCommand())
    .addCommand(ledgerCommand())
    .addCommand(migrateCommand())
    .addCommand(keysCommand())
    .addCommand(clientCommand())
    .addCommand(provisionCommand())
    .addCommand(alertTestCommand())
    .addHelpText('after', `\n${EXIT_CODES_HELP}\n\nExample:\n  npm run ops -- user list`)
  prepare(program, ['npm run ops --'])
  return program
}

/** Commands built apart do not inherit settings: each throws instead of exiting, so that one place decides the exit code. */
function prepare(command: Command, path: string[]): void {
  const name =
    command.name() === 'local' ? ['npm start --'] : [...path, ...(command.parent ? [command.name()] : [])]
  command
    .exitOverride()
    .showHelpAfterError(`Add --help to see what it takes: ${name.join(' ')} --help`)
    .helpCommand(false)
  for (const child of command.commands) prepare(child, name)
}
